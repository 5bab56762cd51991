/**
 * Reading a stream of bytes in the parts that a program needs.
 *
 * @module
 */

import type { IterationStep } from "../sync/async_generator.ts";
import {
  type Awaitable,
  checkAtLeast,
  checkCount,
  checkOptions,
  type Coroutine,
  show,
  Steps,
  stepTo,
} from "../lowlevel.ts";
import type { Bytes } from "./byte_buffer.ts";
import { type ByteSource, pumpOf } from "./byte_source.ts";
import { Inflow } from "./inflow.ts";
import { read, ReadAll, ReadExactly, ReadLine, ReadSome, ReadUntil } from "./stream_reads.ts";

/** How far, in bytes, a separator is looked for, unless something else is given. */
const LIMIT = 65_536;

/** The configuration of a reader. */
export interface StreamReaderOptions {
  /** The most bytes in a line, or before a separator; 65,536 unless given. */
  limit?: number | undefined;
}

const encoder = new TextEncoder();

/** Returns what a reader shares with those who wait at it. */
export let inflowOf: (reader: StreamReader) => Inflow;

/**
 * A reader of bytes: from a stream of the host, or from what is read into memory, as a `Deno.Conn` is.
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
  readonly #inflow: Inflow;

  static {
    inflowOf = (reader) => reader.#inflow;
  }

  /** Reads from a source, which nobody else may read. */
  constructor(
    source: ReadableStream<Uint8Array> | ByteSource,
    options: StreamReaderOptions = {},
  ) {
    checkOptions("StreamReader", options, ["limit"]);
    const { limit = LIMIT } = options;
    checkAtLeast("limit", limit, 1);
    this.#inflow = new Inflow(pumpOf(source), limit);
  }

  /** Whether the stream has ended and all of it was read. */
  get atEof(): boolean {
    const { isEnded, failure, buffer } = this.#inflow;
    return isEnded && failure === undefined && buffer.length === 0;
  }

  /** Waits for bytes, and returns what is there, at most `most`; `undefined` at the end. */
  read(most: number = Infinity): Awaitable<Bytes | undefined> {
    checkCount("most", most, 0);
    return read(new ReadSome(this.#inflow, most));
  }

  /** Waits for `count` bytes; throws an `IncompleteReadError` with what there is at the end. */
  readExactly(count: number): Awaitable<Bytes> {
    checkCount("count", count, 0);
    if (count === Infinity) {
      throw new RangeError("count must be finite: call readAll() to read to the end");
    }
    return read(new ReadExactly(this.#inflow, count));
  }

  /**
   * Waits for a separator, and returns all bytes up to its end; of several, for the first to end.
   *
   * At the end of the stream it throws an `IncompleteReadError` with what there is. If what comes
   * before the separator is longer than the limit, it throws a `LimitOverrunError`, and what has
   * come stays: `readExactly(error.consumed)` skips what cannot hold a separator.
   */
  readUntil(
    separators: string | Uint8Array | readonly (string | Uint8Array)[],
  ): Awaitable<Bytes> {
    return read(new ReadUntil(this.#inflow, toSequences(separators)));
  }

  /**
   * Waits for a line, and returns its text without its end, `"\n"` or `"\r\n"`; `undefined` at the end.
   *
   * The last line needs no end. A line that is longer than the limit is dropped, as far as it has
   * come, with a `LimitOverrunError`.
   */
  readLine(): Awaitable<string | undefined> {
    return read(new ReadLine(this.#inflow));
  }

  /** Waits for the end, and returns all bytes until then: there is no limit. */
  readAll(): Awaitable<Bytes> {
    return read(new ReadAll(this.#inflow));
  }

  /** Iterates over the lines as they come; one may leave the loop and read on. */
  [Symbol.asyncIterator](): AsyncIterableIterator<string, undefined> & {
    next(): IterationStep<string>;
  } {
    return iterate("the lines of a StreamReader", () => this.readLine());
  }

  /** Iterates over the bytes in pieces as they come; one may leave the loop and read on. */
  pieces(): AsyncIterableIterator<Bytes, undefined> & { next(): IterationStep<Bytes> } {
    return iterate("the pieces of a StreamReader", () => this.read());
  }

  /** Returns what it holds, at this moment. */
  statistics(): { readonly buffered: number; readonly isReading: boolean } {
    const { buffer, isBusy } = this.#inflow;
    return Object.freeze({ buffered: buffer.length, isReading: isBusy });
  }
}

/** Makes an iterator of reads that ends with the stream. */
function iterate<T>(
  label: string,
  read: () => Awaitable<T | undefined>,
): Steps<T> {
  return new Steps(label, function* (): Coroutine<IteratorResult<T, undefined>> {
    return stepTo(yield* read());
  });
}

/** Returns the bytes of separators. */
function toSequences(
  separators: string | Uint8Array | readonly (string | Uint8Array)[],
): readonly Uint8Array[] {
  const list: readonly unknown[] = Array.isArray(separators) ? separators : [separators];
  if (list.length === 0) throw new RangeError("separators must not be empty: []");
  return list.map((one) => {
    if (typeof one !== "string" && !(one instanceof Uint8Array)) {
      throw new TypeError(`A separator must be a string or bytes: ${show(one)}`);
    }
    if (one.length === 0) throw new RangeError(`A separator must not be empty: ${show(one)}`);
    return typeof one === "string" ? encoder.encode(one) : one;
  });
}
