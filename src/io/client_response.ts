/**
 * What a server answers.
 *
 * @module
 */

import {
  ClientPayloadError,
  ClientResponseError,
  ContentTypeError,
  type ResponseHead,
  RuntimeError,
} from "../errors.ts";
import { type Awaitable, checkOptions, type Coroutine, Operation, show } from "../lowlevel.ts";
import type { ClosingIterator } from "../sync/async_generator.ts";
import type { ClientRequest } from "./client_request.ts";
import type { Exchange } from "./exchange.ts";
import { LineSplitter } from "./line_splitter.ts";
import { type Bytes, ResponseBody } from "./response_body.ts";

/** Is a response that sent the client elsewhere. */
export interface Hop extends ResponseHead {
  /** Is the method of the request that it answered. */
  readonly method: string;
  /** Is where it came from. */
  readonly url: string;
}

/** Configures `lines()`. */
export interface LinesOptions {
  /** Bounds the length of a line; 1,048,576 unless given. */
  maxLength?: number | undefined;
}

/** Configures `json()`. */
export interface JsonOptions {
  /** Reads the body as JSON whatever its type is said to be. False unless given. */
  anyType?: boolean | undefined;
}

/** Is the form of a type that is JSON. */
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/i;
/** Bounds a line, unless the user does. */
const MAX_LINE = 2 ** 20;

/**
 * Is the response to a request: its head is there, its body comes when it is asked for.
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
  /** Is the method of the request that this answers. */
  readonly method: string;
  /** Is where it came from, after all redirects. */
  readonly url: string;
  /** Is its status. */
  readonly status: number;
  /** Is what the server calls the status; often empty. */
  readonly statusText: string;
  /** Are its headers. */
  readonly headers: Headers;
  /** Are the responses that sent the client here, in order. */
  readonly history: readonly Hop[];
  readonly #request: ClientRequest;
  readonly #body: ResponseBody;
  #use: "none" | "whole" | "pieces" = "none";
  #bytes: Bytes | undefined;

  /** @internal Use a session. */
  constructor(
    response: Response,
    exchange: Exchange,
    maxBytes: number,
    history: readonly Hop[],
  ) {
    this.#request = exchange.request;
    this.method = this.#request.method;
    this.url = this.#request.url;
    this.status = response.status;
    this.statusText = response.statusText;
    this.headers = response.headers;
    this.history = history;
    this.#body = new ResponseBody(response, exchange, maxBytes);
    exchange.watch(this);
  }

  /** Tells whether the status is one of success: 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** Tells whether it came from elsewhere than asked. */
  get redirected(): boolean {
    return this.history.length > 0;
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
      throw new RuntimeError(`ITS BODY IS READ IN PIECES ALREADY: ${this}`);
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
      throw new ContentTypeError(`NOT JSON BUT ${show(type)}`, this, this);
    }
    const text = yield* this.#readText();
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new ClientPayloadError("MALFORMED JSON", this, {
        cause: error,
        reason: (error as Error).message,
      });
    }
  }

  /** Makes what decodes its text. */
  #decoder(): TextDecoder {
    const type = this.headers.get("content-type") ?? "";
    const charset = /;\s*charset="?([^";\s]+)/i.exec(type)?.[1] ?? "utf-8";
    try {
      return new TextDecoder(charset);
    } catch (error) {
      throw new ClientPayloadError(`A CHARSET THE HOST DOES NOT KNOW, ${show(charset)}`, this, {
        cause: error,
      });
    }
  }

  /** Gives the body in pieces, as they come; leaving the loop early releases the rest. */
  [Symbol.asyncIterator](): ClosingIterator<Bytes> & AsyncIterator<Bytes, undefined> {
    return this.#iterate(() => this.#nextPiece(), "the body");
  }

  /** Gives the lines of the body, as they come, without their ends. */
  lines(options: LinesOptions = {}): ClosingIterator<string> {
    checkOptions("lines()", options, ["maxLength"]);
    const { maxLength = MAX_LINE } = options;
    if (typeof maxLength !== "number") {
      throw new TypeError(`maxLength MUST BE A NUMBER: ${show(maxLength)}`);
    }
    if (!(maxLength >= 1)) throw new RangeError(`maxLength MUST BE 1 OR MORE: ${maxLength}`);
    const splitter = new LineSplitter(maxLength);
    return this.#iterate(this.#lineReader(splitter), "the lines");
  }

  /** Makes what reads the next line. */
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
    if (this.#use === "whole") throw new RuntimeError(`ITS BODY IS READ AS A WHOLE: ${this}`);
    this.#use = "pieces";
    return yield* this.#body.read();
  }

  /** Makes an iterator whose steps either front end can await. */
  #iterate<T>(
    next: () => Coroutine<T | undefined>,
    what: string,
  ): ClosingIterator<T> & AsyncIterator<T, undefined> {
    const step = function* (): Coroutine<IteratorResult<T, undefined>> {
      const value = yield* next();
      return value === undefined ? { done: true, value: undefined } : { done: false, value };
    };
    // deno-lint-ignore require-yield -- there is nothing to wait for
    const end = function* (this: ClientResponse): Coroutine<IteratorResult<T, undefined>> {
      this.release();
      return { done: true, value: undefined };
    }.bind(this);
    const label = `${what} of ${this}`;
    const iterator = {
      next: () => new Operation(label, step),
      return: () => new Operation(`the end of ${label}`, end),
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator as unknown as ClosingIterator<T> & AsyncIterator<T, undefined>;
  }

  /** Returns itself; throws a `ClientResponseError`, and releases it, if its status is 400 or more. */
  raiseForStatus(): this {
    if (this.status < 400) return this;
    this.release();
    throw this.toError();
  }

  /** @internal Makes the error of its status. */
  toError(): ClientResponseError {
    const words = this.statusText ? `${this.status} ${this.statusText}` : `${this.status}`;
    return new ClientResponseError(`STATUS ${words}`, this, this);
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

  /** Says what it is. */
  toString(): string {
    return `${this.method} ${this.url} ${this.status}`;
  }
}
