/**
 * What a server answers.
 *
 * @module
 */

import { RuntimeError } from "../../errors.ts";
import {
  type Awaitable,
  checkAtLeast,
  checkOptions,
  ClosingSteps,
  type Coroutine,
  Operation,
  show,
  stepTo,
} from "../../lowlevel.ts";
import type { ClosingIterator } from "../../sync/async_generator.ts";
import type { Bytes } from "../../streams/byte_buffer.ts";
import {
  ClientPayloadError,
  ContentTypeError,
  type RequestName,
  type ResponseHead,
  statusError,
} from "./client_error.ts";
import { LineSplitter } from "./line_splitter.ts";
import { ResponseBody } from "./response_body.ts";
import type { Transfer } from "./transfer.ts";

/** A response that sent the client elsewhere, and the request that it answered. */
export interface Hop extends ResponseHead, RequestName {}

/** The configuration of `lines()`. */
export interface LinesOptions {
  /** The most characters in a line; 1,048,576 unless given. */
  maxLength?: number | undefined;
}

/** The configuration of `json()`. */
export interface JsonOptions {
  /** Whether the body is read as JSON whatever its type is said to be. False unless given. */
  anyType?: boolean | undefined;
}

/** The form of a type that is JSON. */
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/i;
/** The most characters in a line, unless the user says. */
const MAX_LINE = 2 ** 20;

/** Makes the response whose head has come. */
export let newResponse: (
  response: Response,
  transfer: Transfer,
  maxBytes: number,
  history: readonly Hop[],
) => ClientResponse;

/** The body of a response as the host gives it, and what carries it. */
export interface HostBody {
  /** Its stream; `null` if there is nothing in it. */
  readonly stream: ReadableStream<Bytes> | null;
  /** What is finished or aborted by whoever reads it. */
  readonly transfer: Transfer;
}

/** Takes the body of a response that nobody has read, and keeps the response from reading it. */
export let takeBody: (response: ClientResponse) => HostBody;

/**
 * The response to a request: its head is there, its body comes when it is asked for.
 *
 * It holds a place in the session's pool until its body has been read, it was released, or its time
 * or its loop is over: read it to its end, or declare it with `using`. One without a body holds none. One that
 * is collected as garbage is released, and reported to the loop's exception handler.
 *
 * **Cancel safety.** A task cancelled while it reads a body closes the connection: what is left of
 * the body is lost.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { ClientSession } from "@weft/weft/io.ts";
 *
 * await using server = Deno.serve({ port: 0, onListen() {} }, () => new Response("a\nb\n"));
 * await run(async () => {
 *   await using session = new ClientSession({ baseUrl: `http://localhost:${server.addr.port}/` });
 *   await using response = await session.get("");
 *   const lines: string[] = [];
 *   for await (const line of response.lines()) lines.push(line);
 *   console.assert(response.ok && lines.join() === "a,b");
 * });
 * ```
 */
export class ClientResponse implements ResponseHead, AsyncIterable<Bytes>, Disposable {
  /** The method of the request that this answers. */
  readonly method: string;
  /** Where it came from, after all redirects. */
  readonly url: string;
  /** Its status. */
  readonly status: number;
  /** What the server calls the status; often empty. */
  readonly statusText: string;
  /** Its headers. */
  readonly headers: Headers;
  /** The responses that sent the client here, in order; none in a browser, which shows none. */
  readonly history: readonly Hop[];
  readonly #body: ResponseBody;
  readonly #isElsewhere: boolean;
  #use: "none" | "whole" | "pieces" = "none";
  #bytes: Bytes | undefined;

  static {
    newResponse = (...args) => new ClientResponse(...args);
    takeBody = (response) => {
      const body = response.#body;
      response.#use = "pieces";
      return { stream: body.take(), transfer: body.transfer };
    };
  }

  private constructor(
    response: Response,
    transfer: Transfer,
    maxBytes: number,
    history: readonly Hop[],
  ) {
    this.method = transfer.request.method;
    this.#isElsewhere = response.redirected; // A browser has followed it there.
    this.url = this.#isElsewhere ? response.url : transfer.request.url;
    this.status = response.status;
    this.statusText = response.statusText;
    this.headers = response.headers;
    this.history = history;
    this.#body = new ResponseBody(response, transfer, maxBytes);
    transfer.watch(this);
  }

  /** Whether the status is one of success: 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** Whether it came from elsewhere than asked. */
  get redirected(): boolean {
    return this.history.length > 0 || this.#isElsewhere;
  }

  /** Reads all of the body. Once it has, it can be asked again, also for `text()` or `json()`. */
  bytes(): Awaitable<Bytes> {
    return new Operation(`the body of ${this}`, () => this.#readAll());
  }

  /** Reads all of the body as text, in the charset that it says it is in, UTF-8 unless it does. */
  text(): Awaitable<string> {
    return new Operation(`the text of ${this}`, () => this.#readText());
  }

  /**
   * Reads all of the body as JSON.
   *
   * Throws a `ContentTypeError` if it says that it is something else, and a `ClientPayloadError`,
   * with the host's error as its cause, if it is malformed.
   */
  json<T = unknown>(options: JsonOptions = {}): Awaitable<T> {
    checkOptions("json()", options, ["anyType"]);
    return new Operation(`the JSON of ${this}`, () => this.#readJson<T>(options));
  }

  /** Reads the body, once. */
  *#readAll(): Coroutine<Bytes> {
    if (this.#bytes !== undefined) return this.#bytes;
    if (this.#use === "pieces") {
      throw new RuntimeError(
        `Cannot read the body of ${this} as a whole: it is being read in pieces`,
      );
    }
    this.#use = "whole";
    return this.#bytes = yield* this.#body.readAll();
  }

  /** Reads the body, and decodes it. */
  *#readText(): Coroutine<string> {
    const decoder = this.#decoder();
    return decoder.decode(yield* this.#readAll());
  }

  /** Reads the body, and parses it. */
  *#readJson<T>(options: JsonOptions): Coroutine<T> {
    const type = (this.headers.get("content-type") ?? "").split(";")[0].trim();
    if (!options.anyType && !JSON_TYPE.test(type)) {
      throw new ContentTypeError(
        `Cannot read the body as JSON, as its type is ${show(type)}`,
        this,
        this,
      );
    }
    const text = yield* this.#readText();
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new ClientPayloadError("Cannot read the body, which is malformed JSON", this, {
        cause: error,
        reason: (error as Error).message,
      });
    }
  }

  /** Returns what decodes its text. */
  #decoder(): TextDecoder {
    const type = this.headers.get("content-type") ?? "";
    const charset = /;\s*charset="?([^";\s]+)/i.exec(type)?.[1] ?? "utf-8";
    try {
      return new TextDecoder(charset);
    } catch (error) {
      const what = `Cannot decode the body, as the host does not know its charset ${show(charset)}`;
      throw new ClientPayloadError(what, this, { cause: error });
    }
  }

  /** Iterates over the body in pieces, as they come; leaving the loop early releases the rest. */
  [Symbol.asyncIterator](): ClosingIterator<Bytes> & AsyncIterator<Bytes, undefined> {
    return this.#iterate(() => this.#nextPiece(), "the body");
  }

  /** Iterates over the lines of the body, as they come, without their ends. */
  lines(options: LinesOptions = {}): ClosingIterator<string> {
    checkOptions("lines()", options, ["maxLength"]);
    const { maxLength = MAX_LINE } = options;
    checkAtLeast("maxLength", maxLength, 1);
    const splitter = new LineSplitter(maxLength);
    return this.#iterate(this.#lineReader(splitter), "the lines");
  }

  /** Returns what reads the next line. */
  #lineReader(splitter: LineSplitter): () => Coroutine<string | undefined> {
    let decoder: TextDecoder | undefined;
    let isAtEnd = false;
    return function* (this: ClientResponse): Coroutine<string | undefined> {
      for (;;) {
        const line = this.#orRelease(() => splitter.next());
        if (line !== undefined) return line;
        if (isAtEnd) return splitter.end();
        const piece = yield* this.#nextPiece();
        isAtEnd = piece === undefined;
        decoder ??= this.#decoder();
        splitter.push(decoder.decode(piece, { stream: !isAtEnd }));
      }
    }.bind(this);
  }

  /** Calls a function; its failure releases the response. */
  #orRelease<T>(fn: () => T): T {
    try {
      return fn();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Reads a piece of the body, unless it is read as a whole. */
  *#nextPiece(): Coroutine<Bytes | undefined> {
    if (this.#use === "whole") {
      throw new RuntimeError(
        `Cannot read the body of ${this} in pieces: it is being read as a whole`,
      );
    }
    this.#use = "pieces";
    return yield* this.#body.read();
  }

  /** Makes an iterator whose steps either front end can await. */
  #iterate<T>(
    next: () => Coroutine<T | undefined>,
    what: string,
  ): ClosingSteps<T> {
    const step = function* (): Coroutine<IteratorResult<T, undefined>> {
      return stepTo(yield* next());
    };
    return new ClosingSteps(`${what} of ${this}`, step, () => this.release());
  }

  /** Returns itself; throws a `ClientResponseError`, and releases it, if its status is 400 or more. */
  raiseForStatus(): this {
    if (this.status < 400) return this;
    this.release();
    throw statusError(this);
  }

  /**
   * Drops what is left of the body, and gives the place in the pool back. Harmless when done before.
   *
   * The connection is closed unless the body has come already.
   */
  release(): void {
    this.#body.release();
  }

  /** Releases it, at the end of a `using` or `await using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** Returns a few words that say what it is. */
  toString(): string {
    return `${this.method} ${this.url} ${this.status}`;
  }
}
