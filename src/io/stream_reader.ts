/**
 * Reading a stream of bytes in the parts that a program needs.
 *
 * @module
 */

import type { IterationStep } from "../sync/async_generator.ts";
import { WaitQueue } from "../sync/wait_queue.ts";
import {
  type Awaitable,
  checkCount,
  checkOptions,
  type Coroutine,
  Operation,
  show,
} from "../lowlevel.ts";
import { ByteBuffer, type OwnBytes } from "./byte_buffer.ts";
import { type ByteSource, type Pump, pumpOf } from "./byte_source.ts";
import { ReadAll, ReadExactly, ReadLine, ReadSome, ReadUntil } from "./stream_reads.ts";
import type { Read } from "./stream_reads.ts";

/** Bounds, in bytes, how far a separator is looked for, unless something else is given. */
const LIMIT = 65_536;

/** Configures a reader. */
export interface StreamReaderOptions {
  /** Bounds, in bytes, a line or what comes before a separator; 65,536 unless given. */
  limit?: number | undefined;
}

/** Is an async iterator that both front ends can step. */
export interface Parts<T> extends AsyncIterableIterator<T, undefined> {
  /** Waits for the next part. */
  next(): IterationStep<T>;
}

const encoder = new TextEncoder();

/**
 * Reads bytes from a stream of the host, or from what is read into memory, as a `Deno.Conn` is.
 *
 * One task at a time may read. It asks the host for more only when what has come is not enough, so
 * that a sender who is too fast has to wait. What has come is given before a failure of the stream
 * is thrown; that is then thrown by every read.
 *
 * **Cancel safety.** A read that is cancelled, or that `select()` calls off, loses no byte: what the
 * host gives later is there for the next read.
 *
 * **Gotchas.** A read that the host has begun goes on when it is cancelled, until bytes come or the
 * source is closed. What is given may be a part of a larger memory, which it keeps alive: copy it,
 * with `slice()`, to keep a little of it for long, and before you transfer its buffer.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { StreamReader } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   const reader = new StreamReader(new Blob(["3 rows\na\nb\nc\nthe rest"]).stream());
 *   const count = Number.parseInt((await reader.readLine())!);
 *   const rows = [];
 *   for (let row = 0; row < count; row++) rows.push(await reader.readLine());
 *   console.assert(rows.join() === "a,b,c");
 *   console.assert((await reader.readAll()).length === 8 && reader.atEof);
 * });
 * ```
 */
export class StreamReader implements AsyncIterable<string> {
  /** @internal Holds what has come. */
  readonly buffer: ByteBuffer = new ByteBuffer();
  /** @internal Bounds how far a separator is looked for. */
  readonly limit: number;
  /** @internal Is true once no more will come. */
  isEnded = false;
  /** @internal Holds what the source failed with. */
  failure: { readonly error: unknown } | undefined;
  /** @internal Is what a read was last thrown because the stream had ended too early. */
  cutOff: Error | undefined;
  /** @internal Is called once no more will come. */
  onEnd: (() => void) | undefined;
  readonly #pump: Pump;
  readonly #line = new WaitQueue("a StreamReader");
  /** Is the read that waits, or was woken last. */
  #current: Read<unknown> | undefined;
  #isPulling = false;
  #isGreedy = false;
  readonly #onGiven = (given: unknown) => this.#accept(given);
  readonly #onFailure = (error: unknown) => this.#fail(error);

  /** Reads from a source, which nobody else may read. */
  constructor(
    source: ReadableStream<Uint8Array> | ByteSource,
    options: StreamReaderOptions = {},
  ) {
    checkOptions("StreamReader", options, ["limit"]);
    const { limit = LIMIT } = options;
    checkStreamLimit("limit", limit);
    this.limit = limit;
    this.#pump = pumpOf(source);
  }

  /** Tells whether the stream has ended and all of it was read. */
  get atEof(): boolean {
    return this.isEnded && this.failure === undefined && this.buffer.length === 0;
  }

  /** Waits for bytes, and gives what is there, at most `most`; `undefined` at the end. */
  read(most: number = Infinity): Awaitable<OwnBytes | undefined> {
    checkCount("most", most, 0);
    return new ReadSome(this, this.#line, most);
  }

  /** Waits for `count` bytes; throws an `IncompleteReadError` with what there is at the end. */
  readExactly(count: number): Awaitable<OwnBytes> {
    checkCount("count", count, 0);
    if (count === Infinity) {
      throw new RangeError("count MUST BE FINITE, OR CALL readAll(): Infinity");
    }
    return new ReadExactly(this, this.#line, count);
  }

  /**
   * Waits for a separator, and gives all bytes up to its end; of several, for the first to end.
   *
   * At the end of the stream it throws an `IncompleteReadError` with what there is. If what comes
   * before the separator is longer than the limit, it throws a `LimitOverrunError`, and what has
   * come stays: `readExactly(error.consumed)` skips what cannot hold a separator.
   */
  readUntil(
    separators: string | Uint8Array | readonly (string | Uint8Array)[],
  ): Awaitable<OwnBytes> {
    return new ReadUntil(this, this.#line, toSequences(separators));
  }

  /**
   * Waits for a line, and gives its text without its end, `"\n"` or `"\r\n"`; `undefined` at the end.
   *
   * The last line needs no end. A line that is longer than the limit is dropped, as far as it has
   * come, with a `LimitOverrunError`.
   */
  readLine(): Awaitable<string | undefined> {
    return new ReadLine(this, this.#line);
  }

  /** Waits for the end, and gives all bytes until then: there is no limit. */
  readAll(): Awaitable<OwnBytes> {
    return new ReadAll(this, this.#line);
  }

  /** Gives the lines as they come; one may leave the loop and read on. */
  [Symbol.asyncIterator](): Parts<string> {
    return iterate("the lines of a StreamReader", () => this.readLine());
  }

  /** Gives the bytes in pieces as they come; one may leave the loop and read on. */
  pieces(): Parts<OwnBytes> {
    return iterate("the pieces of a StreamReader", () => this.read());
  }

  /** Tells what it holds, at this moment. */
  statistics(): { readonly buffered: number; readonly isReading: boolean } {
    return Object.freeze({ buffered: this.buffer.length, isReading: this.#line.live > 0 });
  }

  /** @internal Makes a read the one that is served. */
  serve(read: Read<unknown>): void {
    this.#current = read;
    this.#pull();
  }

  /** @internal Tells whether another read waits, or was woken and has not gone on. */
  get isBusy(): boolean {
    return this.#line.live > 0;
  }

  /** @internal Forgets a read that is over. */
  leave(read: Read<unknown>): void {
    if (this.#current === read) this.#current = undefined;
  }

  /** @internal Reads ahead to the end, whether anybody waits or not, until it is called off. */
  readAhead(isWanted: boolean): void {
    this.#isGreedy = isWanted;
    if (isWanted && !this.isEnded) this.#pull();
  }

  /** @internal Ends it here: nothing more will be asked for. */
  end(): void {
    this.isEnded = true;
    this.#notify();
  }

  /** @internal Ends it here, and lets go of its source. */
  async release(): Promise<void> {
    this.end();
    await this.#pump.release();
  }

  /** Asks the host for more, unless it is being asked. */
  #pull(): void {
    if (this.#isPulling) return;
    this.#isPulling = true;
    let given: Promise<unknown>;
    try {
      given = this.#pump.pull(this.buffer);
    } catch (error) {
      given = Promise.reject(error); // As late as any other failure: the read has not begun to wait.
    }
    given.then(this.#onGiven, this.#onFailure);
  }

  /** Takes over what the host has given. */
  #accept(given: unknown): void {
    this.#isPulling = false;
    try {
      if (!this.#pump.accept(this.buffer, given)) this.isEnded = true;
    } catch (error) {
      return this.#fail(error);
    }
    this.#notify();
  }

  /** Notes that the source has failed: nobody cares once it was closed here. */
  #fail(error: unknown): void {
    this.#isPulling = false;
    if (!this.isEnded) this.failure = { error };
    this.isEnded = true;
    this.#notify();
  }

  /** Lets the read that waits go on, if it can; or else asks for more. */
  #notify(): void {
    if (this.isEnded) this.onEnd?.();
    const read = this.#current;
    const isWaiting = read?.progress === "waiting";
    if (isWaiting && read.isSatisfied()) this.#line.wakeNext();
    else if ((isWaiting || this.#isGreedy) && !this.isEnded) this.#pull();
  }
}

/** Makes an iterator of reads that ends with the stream. */
function iterate<T>(label: string, read: () => Awaitable<T | undefined>): Parts<T> {
  const step = function* (): Coroutine<IteratorResult<T, undefined>> {
    const value = yield* read();
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  };
  const iterator = {
    next: () => new Operation(label, step),
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator as unknown as Parts<T>;
}

/** Gives the bytes of separators. */
function toSequences(
  separators: string | Uint8Array | readonly (string | Uint8Array)[],
): readonly Uint8Array[] {
  const list: readonly unknown[] = Array.isArray(separators) ? separators : [separators];
  if (list.length === 0) throw new RangeError("separators MUST NOT BE EMPTY: []");
  return list.map((one) => {
    if (typeof one !== "string" && !(one instanceof Uint8Array)) {
      throw new TypeError(`A SEPARATOR MUST BE A STRING OR BYTES: ${show(one)}`);
    }
    if (one.length === 0) throw new RangeError(`A SEPARATOR MUST NOT BE EMPTY: ${show(one)}`);
    return typeof one === "string" ? encoder.encode(one) : one;
  });
}

/** Refuses what cannot bound a line. */
export function checkStreamLimit(name: string, limit: unknown): void {
  if (typeof limit !== "number") throw new TypeError(`${name} MUST BE A NUMBER: ${show(limit)}`);
  if (!(limit >= 1)) throw new RangeError(`${name} MUST BE 1 OR MORE: ${limit}`);
}
