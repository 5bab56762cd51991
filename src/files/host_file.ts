/**
 * A file that is read and written in parts.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  checkCount,
  checkInstance,
  checkOneOf,
  checkWhole,
  closeAtEnd,
  type Coroutine,
  type IterationStep,
  Operation,
  show,
  Steps,
  stepTo,
  until,
} from "../lowlevel.ts";
import type { Bytes } from "../streams/byte_buffer.ts";
import type { Inflow } from "../streams/inflow.ts";
import { inflowOf, StreamReader } from "../streams/stream_reader.ts";

/** Where a place in a file is counted from. */
export type SeekFrom = "start" | "current" | "end";

const SEEK_MODES: Readonly<Record<SeekFrom, Deno.SeekMode>> = { start: 0, current: 1, end: 2 };
/** How many bytes are written before a cancellation is looked for. */
const PIECE = 1 << 20;

const encoder = new TextEncoder();

/** Takes charge of a file that was opened. */
export let newFile: (
  file: Deno.FsFile,
  path: string,
  isSeekable: boolean,
  limit?: number,
) => HostFile;

/**
 * A file that is read and written in parts. Made by `openFile()`.
 *
 * It has one place, where the next part is read or written. What several tasks ask for is done one
 * after the other, each as a whole; one task at a time may read. At the end of the file a read gives
 * `undefined`, and asks again the next time: the file may have grown.
 *
 * **Cancel safety.** A cancelled read loses no byte. A cancelled `write()` ends at once: what the host
 * has begun, a megabyte at most, is written, and what is asked for next comes after it.
 *
 * **Gotchas.** A pipe or a device has no place. There the host writes only when no read is in flight,
 * not even one that was cancelled: open it twice to do both.
 */
export class HostFile implements AsyncDisposable, AsyncIterable<string> {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #isSeekable: boolean;
  readonly #reader: StreamReader;
  readonly #inflow: Inflow;
  /** Calls off that it is closed at the end of the run. */
  readonly #keepOpen: () => void;
  /** The end of the last thing that the host was asked to do with it. */
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  static {
    newFile = (...args) => new HostFile(...args);
  }

  private constructor(file: Deno.FsFile, path: string, isSeekable: boolean, limit?: number) {
    this.#file = file;
    this.#path = path;
    this.#isSeekable = isSeekable;
    const read = (into: Bytes) => file.read(into);
    const source = { read: isSeekable ? (into: Bytes) => this.#inTurn(() => read(into)) : read };
    this.#reader = new StreamReader(source, { limit });
    this.#inflow = inflowOf(this.#reader);
    this.#keepOpen = closeAtEnd({ close: () => this.#close() }, `${this}`);
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** Waits for bytes, and returns some, at most `most`; `undefined` at the end. */
  read(most: number = Infinity): Awaitable<Bytes | undefined> {
    return this.#readable().read(most);
  }

  /** Waits for `count` bytes; throws an `IncompleteReadError` with what there is at the end. */
  readExactly(count: number): Awaitable<Bytes> {
    return this.#readable().readExactly(count);
  }

  /** Waits for a line, and returns its text without its end; `undefined` at the end of the file. */
  readLine(): Awaitable<string | undefined> {
    return this.#readable().readLine();
  }

  /** Returns all bytes to the end. */
  readAll(): Awaitable<Bytes> {
    return this.#readable().readAll();
  }

  /** Iterates over the lines to the end; one may leave the loop and read on. */
  [Symbol.asyncIterator]():
    & { next(): IterationStep<string> }
    & AsyncIterableIterator<string, undefined> {
    return iterate(`the lines of ${this}`, () => this.readLine());
  }

  /** Iterates over the bytes in pieces to the end; one may leave the loop and read on. */
  pieces(): { next(): IterationStep<Bytes> } & AsyncIterableIterator<Bytes, undefined> {
    return iterate(`the pieces of ${this}`, () => this.read());
  }

  /** Returns the reader, which asks again at the end. */
  #readable(): StreamReader {
    this.#checkOpen("read from");
    const { isEnded, failure, isBusy, buffer } = this.#inflow;
    if (isEnded && failure === undefined && !isBusy && buffer.length === 0) this.#inflow.restart();
    return this.#reader;
  }

  /** Writes all of the bytes, or text in UTF-8; they may be changed once it has ended. */
  write(data: string | Uint8Array): Awaitable<void> {
    this.#checkOpen("write to");
    if (typeof data !== "string") checkInstance("data", data, Uint8Array);
    return new Operation(`write() to ${this}`, () => this.#write(data));
  }

  #write(data: string | Uint8Array): Coroutine<void> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    return this.#ask("write to", async (signal) => {
      await this.#rewind();
      for (let at = 0; at < bytes.length;) {
        signal.throwIfAborted();
        at += await this.#file.write(bytes.slice(at, at + PIECE)); // Whoever cancels has it back.
      }
    });
  }

  /** Goes to a place, counted in bytes from the start unless given, and returns it from there. */
  seek(offset: number, from: SeekFrom = "start"): Awaitable<number> {
    this.#checkOpen("seek in");
    checkWhole("offset", offset);
    checkOneOf("from", from, Object.keys(SEEK_MODES));
    return new Operation(`seek() in ${this}`, () => this.#seek(offset, from));
  }

  #seek(offset: number, from: SeekFrom): Coroutine<number> {
    return this.#ask("seek in", async () => {
      await this.#rewind();
      return await this.#file.seek(offset, SEEK_MODES[from]);
    });
  }

  /** Makes it as long as this, with zeros if it was shorter; the place stays. */
  truncate(size: number = 0): Awaitable<void> {
    this.#checkOpen("truncate");
    checkCount("size", size, 0);
    return new Operation(`truncate() of ${this}`, () => this.#truncate(size));
  }

  #truncate(size: number): Coroutine<void> {
    return this.#ask("truncate", async () => {
      await this.#rewind();
      await this.#file.truncate(size);
    });
  }

  /** Waits until all that was written is on the disk, and not only with the system. */
  sync(): Awaitable<void> {
    this.#checkOpen("sync");
    return new Operation(`sync() of ${this}`, () => this.#ask("sync", () => this.#file.sync()));
  }

  /** Returns what the host knows of it, such as its size. */
  stat(): Awaitable<Deno.FileInfo> {
    this.#checkOpen("stat");
    return new Operation(`stat() of ${this}`, () => this.#ask("stat", () => this.#file.stat()));
  }

  /**
   * Closes it, when what was asked for before is done. Harmless when done before.
   *
   * **Cancel safety.** A cancelled wait closes it at once.
   */
  close(): Awaitable<void> {
    return new Operation(`close() of ${this}`, () => this.#close());
  }

  *#close(): Coroutine<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#inflow.end();
    try {
      yield* until(this.#turn, { label: `the last of ${this}` });
    } finally {
      this.#file.close();
      this.#keepOpen();
    }
  }

  /** Closes it at the end of an `await using`. */
  [Symbol.asyncDispose](): Awaitable<void> {
    return this.close();
  }

  /** Asks the host to do something, once it has done all that it was asked before. */
  *#ask<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Coroutine<T> {
    this.#checkOpen(what);
    return yield* until((signal) =>
      this.#inTurn(() => {
        signal.throwIfAborted();
        return work(signal);
      }), { label: `${this}` });
  }

  /** Does something once all that was begun before is done. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.then(() => {}, () => {});
    return result;
  }

  /** Moves the host's place back to where the program is: the host has read ahead. */
  async #rewind(): Promise<void> {
    if (!this.#isSeekable) return;
    if (this.#inflow.isBusy) {
      throw new RuntimeError(`Cannot move in ${this}: another task is reading it`);
    }
    // No read is in flight: that would have its turn now, and what the last gave was taken over.
    const ahead = this.#inflow.buffer.length;
    if (ahead > 0) await this.#file.seek(-ahead, SEEK_MODES.current);
    this.#inflow.restart();
  }

  #checkOpen(what: string): void {
    if (this.#isClosed) throw new RuntimeError(`Cannot ${what} ${this}: it was closed`);
  }

  /** Returns a few words that say which it is. */
  toString(): string {
    return `file ${show(this.#path)}`;
  }
}

/** Makes an iterator of reads that ends with the file. */
function iterate<T>(label: string, read: () => Awaitable<T | undefined>): Steps<T> {
  return new Steps(label, function* (): Coroutine<IteratorResult<T, undefined>> {
    return stepTo(yield* read());
  });
}
