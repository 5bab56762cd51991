/**
 * Reading the body of a request as a whole: no further than was allowed, no longer than its client
 * sends some of it, and with errors that say whose fault it is.
 *
 * @module
 */

import type { EventLoop, TimerHandle } from "../../lowlevel.ts";
import { HttpError } from "./http_error.ts";

/** The most bytes of a body that are read as a whole, unless the user says. */
export const MAX_BODY: number = 2 ** 24;
/** How long, in ms, a client may take for a portion of a body, unless the user says. */
export const RECEIVE_TIMEOUT = 30_000;

/**
 * How many bytes of a body must come within the time that a client has for them. A bound of each byte
 * would let one that sends a byte now and then go on for ever, a bound of the whole would cut off who
 * sends much over a slow line.
 */
const PORTION = 65_536;

/** How long the client of a body may take. */
export interface Patience {
  /** How long, in ms, it may take for a portion of it, or for all that is left. */
  readonly ms: number;
  /** The loop by whose time that is. */
  readonly loop: EventLoop;
}

/** The ways to read a body as a whole. */
const WAYS = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;
type Way = typeof WAYS[number];

/** The errors that reading malformed bodies has thrown. */
const malformed = new WeakSet<object>();

/** Checks whether an error says that the body of a request was malformed: it is the client's fault. */
export function isMalformedBody(error: unknown): error is Error {
  return error instanceof Error && malformed.has(error);
}

/** Functions that take the place of a request's own; not every host has `bytes()`. */
type Readers = Pick<Request, Exclude<Way, "bytes"> | "clone"> & Partial<Pick<Request, "bytes">>;

/**
 * What makes the methods of a request read no more than so many bytes.
 *
 * They are put on each request as its own, which costs a few ns: to look at its method or its headers
 * beforehand would cost a small request more than all the rest.
 */
export class RequestReaders {
  readonly #most: number;
  readonly #patience: Patience | undefined;
  readonly #readers: Readers;

  /** Makes the readers of a server; without a patience, the host sees to clients that stall. */
  constructor(most: number, patience?: Patience) {
    this.#most = most;
    this.#patience = patience?.ms === Infinity ? undefined : patience;
    const reader = (way: Way) => {
      const read = (request: Request) => this.#read(request, way);
      return function (this: Request) {
        return read(this);
      };
    };
    const ways = WAYS.filter((way) => way in Request.prototype);
    const install = (request: Request) => this.install(request);
    this.#readers = {
      ...Object.fromEntries(ways.map((way) => [way, reader(way)])),
      clone(this: Request): Request {
        return install(Request.prototype.clone.call(this));
      },
    } as Readers;
  }

  /** Puts the readers on a request; returns that. */
  install(request: Request): Request {
    const { arrayBuffer, blob, bytes, clone, formData, json, text } = this.#readers;
    request.arrayBuffer = arrayBuffer;
    request.blob = blob;
    if (bytes !== undefined) request.bytes = bytes;
    request.clone = clone;
    request.formData = formData;
    request.json = json;
    request.text = text;
    return request;
  }

  /** Reads a body as the host does; notes whether that fails because of what is in it. */
  async #read(request: Request, way: Way): Promise<unknown> {
    const wasUsed = request.bodyUsed;
    try {
      return await this.#readWithin(request, way);
    } catch (error) {
      const isParsed = way === "json" && error instanceof SyntaxError ||
        way === "formData" && error instanceof TypeError && !wasUsed;
      if (isParsed) malformed.add(error);
      throw error;
    }
  }

  /** Reads a body within the bounds of its size and of its time. */
  async #readWithin(request: Request, way: Way): Promise<unknown> {
    const most = this.#most;
    const isBounded = most < Infinity || this.#patience !== undefined;
    if (!isBounded || request.bodyUsed) return await readWhole(request, way);
    const length = request.headers.get("content-length");
    if (length !== null && Number(length) > most) throw tooLarge(most);
    if (length !== null) { // The host sees to its truth.
      if (this.#patience === undefined) return await readWhole(request, way);
      if (Number(length) <= PORTION) return await this.#readPortion(request, way, this.#patience);
    }
    const { body } = request;
    if (body === null) return await readWhole(request, way);
    const type = request.headers.get("content-type");
    const headers: HeadersInit = type === null ? {} : { "content-type": type };
    return await readWhole(new Response(await this.#collect(body), { headers }), way);
  }

  /** Reads a body that is no larger than a portion, as the host does. */
  async #readPortion(request: Request, way: Way, patience: Patience): Promise<unknown> {
    const late = Promise.withResolvers<never>();
    const timer = arm(patience, late.reject);
    try {
      return await Promise.race([readWhole(request, way), late.promise]);
    } finally {
      timer?.cancel();
    }
  }

  /** Reads a body portion by portion; throws if it is too large, or does not come. */
  async #collect(
    body: ReadableStream<Uint8Array<ArrayBuffer>>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const reader = body.getReader();
    let failure: Error | undefined;
    const giveUp = (error: Error) => {
      failure = error;
      reader.cancel(error).catch(() => {}); // Nobody will read it. A read that waits is over.
    };
    const watch = () => this.#patience && arm(this.#patience, giveUp);
    let timer = watch();
    try {
      for (let size = 0, portion = 0;;) {
        const { done, value } = await reader.read();
        if (failure !== undefined) throw failure;
        if (done) return concat(pieces, size);
        size += value.length;
        if (size > this.#most) {
          giveUp(tooLarge(this.#most));
          continue;
        }
        pieces.push(value);
        portion += value.length;
        if (portion < PORTION) continue;
        portion = 0;
        timer?.cancel();
        timer = watch();
      }
    } finally {
      timer?.cancel();
    }
  }
}

/** Gives up a body unless some of it comes in time; a loop that has ended has no time any more. */
function arm(
  { ms, loop }: Patience,
  giveUp: (error: HttpError) => void,
): TimerHandle | undefined {
  if (loop.closed) return undefined;
  return loop.callLater(ms, () => giveUp(tooSlow(ms)));
}

/** Makes one piece of all. */
function concat(pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Reads a body by the host's own method: a request has one of ours of the same name. */
function readWhole(source: Request | Response, way: Way): Promise<unknown> {
  if (source instanceof Response) return source[way]();
  return Request.prototype[way].call(source);
}

/** Returns the error of a body that is too large. */
function tooLarge(most: number): HttpError {
  return new HttpError(413, `The body of the request is larger than ${most} bytes`);
}

/** Returns the error of a body that does not come. */
function tooSlow(ms: number): HttpError {
  const message = `The body of the request does not come: too little of it came within ${ms} ms`;
  return new HttpError(408, message, { connection: "close" });
}
