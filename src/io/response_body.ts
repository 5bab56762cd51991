/**
 * The bytes of a response, as they come.
 *
 * @module
 */

import { ClientPayloadError, isCancelled, RuntimeError, TimeoutError } from "../errors.ts";
import type { Coroutine } from "../lowlevel.ts";
import { type Exchange, reasonOf } from "./exchange.ts";

/** Is bytes of a response: never a view of memory that is shared. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Reads a body once, in pieces or in one, and no more of it than was allowed. */
export class ResponseBody {
  readonly #response: Response;
  readonly #exchange: Exchange;
  readonly #maxBytes: number;
  #reader: ReadableStreamDefaultReader<Bytes> | undefined;
  #isBusy = false;
  #size = 0;

  /** Takes the body of a response; one that has none, or is empty, ends the exchange. */
  constructor(response: Response, exchange: Exchange, maxBytes: number) {
    this.#response = response;
    this.#exchange = exchange;
    this.#maxBytes = maxBytes;
    const { body, headers } = response;
    const length = Number(headers.get("content-length") ?? NaN);
    if (body === null || length === 0) {
      exchange.finish();
      body?.cancel().catch(() => {}); // There is nothing in it.
    } else if (length > maxBytes && !headers.has("content-encoding")) {
      exchange.abort(this.#tooLarge(`Content-Length: ${length}`));
    }
  }

  /** Reads all of it. */
  *readAll(): Coroutine<Bytes> {
    const isUnbounded = this.#maxBytes === Infinity && this.#exchange.bounds.read === Infinity;
    if (isUnbounded && this.#reader === undefined && !this.#isAtEnd()) {
      const buffer = yield* this.#exclusively(() => this.#response.arrayBuffer());
      this.#exchange.finish();
      return new Uint8Array(buffer);
    }
    const pieces: Bytes[] = [];
    for (;;) {
      const piece = yield* this.read();
      if (piece === undefined) return join(pieces, this.#size);
      pieces.push(piece);
    }
  }

  /** Reads the next piece; `undefined` at the end. */
  *read(): Coroutine<Bytes | undefined> {
    if (this.#isAtEnd()) return undefined;
    const { done, value } = yield* this.#exclusively(() => {
      this.#reader ??= this.#response.body!.getReader();
      return this.#reader.read();
    });
    if (done) {
      this.#exchange.finish();
      return undefined;
    }
    this.#size += value.length;
    if (this.#size > this.#maxBytes) {
      const error = this.#tooLarge(`${this.#size} BYTES CAME ALREADY`);
      this.#exchange.abort(error);
      throw error;
    }
    return value;
  }

  /** Tells whether it has been read to its end; throws if it was aborted before that. */
  #isAtEnd(): boolean {
    if (!this.#exchange.isOver) return false;
    const { reason } = this.#exchange;
    if (reason === undefined) return true;
    throw isCancelled(reason) ? this.#released() : this.#explain(reason);
  }

  /** Waits for a part of it; two tasks would get parts that mean nothing alone. */
  *#exclusively<T>(next: () => Promise<T>): Coroutine<T> {
    if (this.#isBusy) throw new RuntimeError(`ANOTHER TASK READS THIS BODY: ${this.#exchange}`);
    this.#isBusy = true;
    try {
      return yield* this.#exchange.wait(next());
    } catch (error) {
      throw isCancelled(error) ? error : this.#explain(error);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Tells what ended it: the library's own errors speak for themselves. */
  #explain(error: unknown): Error {
    const isOwn = error instanceof TimeoutError || error instanceof RuntimeError ||
      error instanceof ClientPayloadError;
    if (isOwn) return error;
    return new ClientPayloadError("THE BODY WAS CUT OFF", this.#exchange.request, {
      cause: error,
      reason: reasonOf(error),
    });
  }

  /** Makes the error of reading what was released. */
  #released(): RuntimeError {
    return new RuntimeError(`RELEASED BEFORE ALL OF ITS BODY WAS READ: ${this.#exchange}`);
  }

  /** Makes the error of a body that is too large. */
  #tooLarge(what: string): ClientPayloadError {
    const message = `A BODY OF MORE THAN ${this.#maxBytes} BYTES`;
    return new ClientPayloadError(message, this.#exchange.request, { reason: what });
  }

  /** Drops what has not been read. */
  release(): void {
    this.#exchange.abort(this.#released());
  }
}

/** Joins pieces of bytes. */
function join(pieces: readonly Bytes[], size: number): Bytes {
  if (pieces.length === 1) return pieces[0];
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
