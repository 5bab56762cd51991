/**
 * The waits for a part of a stream, one class for each way to say how much.
 *
 * Nothing is taken out of the buffer before the step in which the reader's task goes on: a wait that
 * is cancelled, however late, leaves every byte where it is.
 *
 * @module
 */

import { IncompleteReadError, LimitOverrunError, RuntimeError } from "../errors.ts";
import type { WaitQueue } from "../sync/wait_queue.ts";
import type { OwnBytes } from "./byte_buffer.ts";
import { HostBoundWait } from "./host_bound_wait.ts";
import type { StreamReader } from "./stream_reader.ts";

/** Is a wait for a part of a stream. */
export abstract class Read<T> extends HostBoundWait<T> {
  protected readonly reader: StreamReader;
  /** Is what it took. */
  #taken: OwnBytes | undefined = undefined;

  constructor(reader: StreamReader, line: WaitQueue) {
    super(line);
    this.reader = reader;
  }

  /** Tells whether there is enough to go on with. */
  protected abstract hasEnough(): boolean;
  /** Takes its part, or throws what keeps it from that; there is enough, or the end. */
  protected abstract takePart(): T;

  /** Tells whether it can go on. */
  isSatisfied(): boolean {
    return this.hasEnough() || this.reader.isEnded;
  }

  protected attempt(isFirst: boolean): boolean {
    const { reader } = this;
    if (isFirst && reader.isBusy) {
      throw new RuntimeError(`ANOTHER TASK READS THIS STREAM ALREADY: ${this}`);
    }
    if (this.isSatisfied()) return true;
    reader.serve(this);
    return false;
  }

  protected result(): T {
    this.reader.leave(this);
    return this.takePart();
  }

  protected giveUp(): void {
    this.reader.leave(this);
  }

  undo(): void {
    if (this.#taken !== undefined) this.reader.buffer.unshift(this.#taken);
  }

  /** Takes a number of bytes. */
  protected takeBytes(count: number): OwnBytes {
    return this.#taken = this.reader.buffer.take(count);
  }

  /** Takes what there is at the end, and makes the error of that. */
  protected cutOff(expected: number | undefined): IncompleteReadError {
    const { reader } = this;
    const error = new IncompleteReadError(this.takeBytes(reader.buffer.length), expected);
    reader.cutOff = error;
    return error;
  }

  /** Throws what the stream failed with, if it did. */
  protected checkFailure(): void {
    if (this.reader.failure !== undefined) throw this.reader.failure.error;
  }
}

/** Takes what is there. */
export class ReadSome extends Read<OwnBytes | undefined> {
  readonly #most: number;

  constructor(reader: StreamReader, line: WaitQueue, most: number) {
    super(reader, line);
    this.#most = most;
  }

  protected hasEnough(): boolean {
    return this.reader.buffer.length > 0 || this.#most === 0;
  }

  protected takePart(): OwnBytes | undefined {
    if (this.hasEnough()) return this.takeBytes(Math.min(this.#most, this.reader.buffer.length));
    this.checkFailure();
    return undefined;
  }

  toString(): string {
    return "StreamReader.read()";
  }
}

/** Takes a number of bytes. */
export class ReadExactly extends Read<OwnBytes> {
  readonly #count: number;

  constructor(reader: StreamReader, line: WaitQueue, count: number) {
    super(reader, line);
    this.#count = count;
  }

  protected hasEnough(): boolean {
    return this.reader.buffer.length >= this.#count;
  }

  protected takePart(): OwnBytes {
    if (this.hasEnough()) return this.takeBytes(this.#count);
    this.checkFailure();
    throw this.cutOff(this.#count);
  }

  toString(): string {
    return `StreamReader.readExactly(${this.#count})`;
  }
}

/** Takes all that is there at the end. */
export class ReadAll extends Read<OwnBytes> {
  protected hasEnough(): boolean {
    return false;
  }

  protected takePart(): OwnBytes {
    this.checkFailure();
    return this.takeBytes(this.reader.buffer.length);
  }

  toString(): string {
    return "StreamReader.readAll()";
  }
}

/** Looks for the end of a part, without looking at a byte again and again. */
abstract class Search<T> extends Read<T> {
  readonly #sequences: readonly Uint8Array[];
  readonly #longest: number;
  /** Counts the bytes that hold no separator, nor the beginning of one. */
  #scanned = 0;
  /** Is where the separator that was found begins, -1 until then, and where it ends. */
  protected foundAt = -1;
  protected endsAt = 0;

  constructor(reader: StreamReader, line: WaitQueue, sequences: readonly Uint8Array[]) {
    super(reader, line);
    this.#sequences = sequences;
    this.#longest = Math.max(...sequences.map(({ length }) => length));
  }

  protected hasEnough(): boolean {
    const { buffer, limit } = this.reader;
    if (this.foundAt < 0) this.#search();
    if (this.foundAt < 0) this.#scanned = Math.max(0, buffer.length + 1 - this.#longest);
    return this.foundAt >= 0 || this.#scanned > limit;
  }

  /** Looks for the separator that ends first. */
  #search(): void {
    for (const sequence of this.#sequences) {
      const at = this.reader.buffer.indexOf(sequence, this.#scanned);
      const isFirst = this.foundAt < 0 || at + sequence.length < this.endsAt;
      if (at < 0 || !isFirst) continue;
      this.foundAt = at;
      this.endsAt = at + sequence.length;
    }
  }

  /** Tells why the limit is passed, if it is. */
  protected overrun(): LimitOverrunError | undefined {
    const { limit } = this.reader;
    if (this.foundAt > limit) {
      return new LimitOverrunError(
        `THE SEPARATOR IS FOUND, BUT BEYOND ${limit} BYTES: ${this.foundAt}`,
        this.foundAt,
      );
    }
    if (this.foundAt >= 0 || this.#scanned <= limit) return undefined;
    return new LimitOverrunError(
      `NO SEPARATOR IS FOUND WITHIN ${limit} BYTES: ${this.#scanned} WERE SEARCHED`,
      this.#scanned,
    );
  }
}

/** Takes all up to the end of a separator. */
export class ReadUntil extends Search<OwnBytes> {
  protected takePart(): OwnBytes {
    const overrun = this.overrun();
    if (overrun !== undefined) throw overrun;
    if (this.foundAt >= 0) return this.takeBytes(this.endsAt);
    this.checkFailure();
    throw this.cutOff(undefined);
  }

  toString(): string {
    return "StreamReader.readUntil()";
  }
}

const LINE_FEED: readonly Uint8Array[] = [new Uint8Array([10])];
const RETURN = 13;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Takes a line. */
export class ReadLine extends Search<string | undefined> {
  constructor(reader: StreamReader, line: WaitQueue) {
    super(reader, line, LINE_FEED);
  }

  protected takePart(): string | undefined {
    const { buffer } = this.reader;
    const overrun = this.overrun();
    if (overrun !== undefined) {
      buffer.drop(this.foundAt >= 0 ? this.endsAt : buffer.length);
      throw overrun;
    }
    if (this.foundAt >= 0) return this.#toText(this.takeBytes(this.endsAt), this.foundAt);
    this.checkFailure();
    if (buffer.length === 0) return undefined;
    const rest = this.takeBytes(buffer.length);
    return this.#toText(rest, rest.length);
  }

  /** Decodes a line without its end. */
  #toText(line: OwnBytes, end: number): string {
    const isReturned = end < line.length && line[end - 1] === RETURN;
    return decoder.decode(line.subarray(0, isReturned ? end - 1 : end));
  }

  toString(): string {
    return "StreamReader.readLine()";
  }
}
