/**
 * The bytes of a response, as they come.
 *
 * @module
 */

import { isCancelled, RuntimeError, TimeoutError } from "../../errors.ts";
import type { Coroutine } from "../../lowlevel.ts";
import type { Bytes } from "../../streams/byte_buffer.ts";
import { ClientPayloadError, reasonOf } from "./client_error.ts";
import type { Transfer } from "./transfer.ts";

/** A body that is read once, in pieces or in one, and no further than was allowed. */
export class ResponseBody {
  readonly #response: Response;
  readonly #transfer: Transfer;
  readonly #maxBytes: number;
  #reader: ReadableStreamDefaultReader<Bytes> | undefined;
  #isBusy = false;
  #size = 0;

  /** Takes the body of a response; one that has none, or is empty, ends the transfer. */
  constructor(response: Response, transfer: Transfer, maxBytes: number) {
    this.#response = response;
    this.#transfer = transfer;
    this.#maxBytes = maxBytes;
    const { body, headers } = response;
    const length = Number(headers.get("content-length") ?? NaN);
    if (body === null || length === 0) {
      transfer.finish();
      body?.cancel().catch(() => {}); // There is nothing in it.
    } else if (length > maxBytes && !headers.has("content-encoding")) {
      transfer.abort(this.#tooLarge(`Content-Length: ${length}`));
    }
  }

  /** Reads all of it. */
  *readAll(): Coroutine<Bytes> {
    // The host reads all faster, and no longer than until it is aborted: what it has fetched itself.
    const isHosts = this.#response.url !== "";
    const isUnbounded = this.#maxBytes === Infinity && this.#transfer.bounds.read === Infinity;
    if (isHosts && isUnbounded && this.#reader === undefined && !this.#isAtEnd()) {
      const buffer = yield* this.#exclusively(() => this.#response.arrayBuffer());
      this.#transfer.finish();
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
      this.#transfer.reader = this.#reader ??= this.#response.body!.getReader();
      return this.#reader.read();
    });
    if (done) {
      this.#transfer.finish();
      return undefined;
    }
    this.#size += value.length;
    if (this.#size > this.#maxBytes) {
      const error = this.#tooLarge(`${this.#size} bytes came already`);
      this.#transfer.abort(error);
      throw error;
    }
    return value;
  }

  /** Checks whether it has been read to its end; throws if it was aborted before that. */
  #isAtEnd(): boolean {
    if (!this.#transfer.isOver) return false;
    const { reason } = this.#transfer;
    if (reason === undefined) return true;
    throw isCancelled(reason) ? this.#released() : this.#explain(reason);
  }

  /** Waits for a part of it; two tasks would get parts that mean nothing alone. */
  *#exclusively<T>(next: () => Promise<T>): Coroutine<T> {
    if (this.#isBusy) {
      throw new RuntimeError(
        `Cannot read the body of ${this.#transfer}: another task is reading it`,
      );
    }
    this.#isBusy = true;
    try {
      return yield* this.#transfer.receive(next());
    } catch (error) {
      throw isCancelled(error) ? error : this.#explain(error);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Returns the error of what ended it: the library's own errors speak for themselves. */
  #explain(error: unknown): Error {
    const isOwn = error instanceof TimeoutError || error instanceof RuntimeError ||
      error instanceof ClientPayloadError;
    if (isOwn) return error;
    return new ClientPayloadError("The body was cut off", this.#transfer.request, {
      cause: error,
      reason: reasonOf(error),
    });
  }

  /** Returns the error of reading what was released. */
  #released(): RuntimeError {
    return new RuntimeError(
      `Cannot read the body of ${this.#transfer}: the response was released`,
    );
  }

  /** Returns the error of a body that is too large. */
  #tooLarge(what: string): ClientPayloadError {
    const message = `The body is larger than ${this.#maxBytes} bytes`;
    return new ClientPayloadError(message, this.#transfer.request, { reason: what });
  }

  /** Gives the stream away, to be read by nobody else; `null` if there is nothing in it. */
  take(): ReadableStream<Bytes> | null {
    return this.#isAtEnd() ? null : this.#response.body;
  }

  /** What carries it. */
  get transfer(): Transfer {
    return this.#transfer;
  }

  /** Drops what has not been read. */
  release(): void {
    this.#transfer.abort(this.#released());
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
