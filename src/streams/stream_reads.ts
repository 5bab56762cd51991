/**
 * The rules of waiting for a part of a stream, one class for each way to say how much.
 *
 * Nothing is taken out of the buffer before the step in which the reader's task goes on: a wait that
 * is cancelled, however late, leaves every byte where it is.
 *
 * @module
 */

import { IncompleteReadError, LimitOverrunError, RuntimeError } from "../errors.ts";
import { Rules, Wait } from "../lowlevel.ts";
import type { Bytes } from "./byte_buffer.ts";
import type { Demand, Inflow } from "./inflow.ts";

/** Makes a wait by the rules of one read. */
export function read<T>(rules: Read<T>): Wait<T> {
  return new Wait(rules.inflow.line, rules);
}

/** The rules of one read of a part of a stream. */
export abstract class Read<T> extends Rules<T> implements Demand {
  readonly inflow: Inflow;
  /** What it took. */
  #taken: Bytes | undefined = undefined;

  constructor(inflow: Inflow) {
    super();
    this.inflow = inflow;
  }

  /** Checks whether there is enough to go on with. */
  protected abstract hasEnough(): boolean;
  /** Takes its part, or throws what keeps it from that; there is enough, or the end. */
  protected abstract takePart(): T;

  /** Checks whether it can go on. */
  isSatisfied(): boolean {
    return this.hasEnough() || this.inflow.isEnded;
  }

  override attempt(isFirst: boolean, wait: Wait<T>): boolean {
    const { inflow } = this;
    if (isFirst && inflow.isBusy) {
      throw new RuntimeError(`Cannot call ${wait}: another task is reading this stream`);
    }
    if (this.isSatisfied()) return true;
    inflow.serve(this, wait);
    return false;
  }

  override result(): T {
    this.inflow.forget(this);
    return this.takePart();
  }

  override giveUp(): void {
    this.inflow.forget(this);
  }

  override undo(): void {
    if (this.#taken !== undefined) this.inflow.buffer.unshift(this.#taken);
  }

  /** Takes a number of bytes. */
  protected takeBytes(count: number): Bytes {
    return this.#taken = this.inflow.buffer.take(count);
  }

  /** Takes what there is at the end, and makes the error of that. */
  protected cutOff(expected: number | undefined): IncompleteReadError {
    const { inflow } = this;
    const error = new IncompleteReadError(this.takeBytes(inflow.buffer.length), expected);
    inflow.cutOff = error;
    return error;
  }

  /** Throws what the stream failed with, if it did. */
  protected checkFailure(): void {
    if (this.inflow.failure !== undefined) throw this.inflow.failure.error;
  }
}

/** A read of what is there. */
export class ReadSome extends Read<Bytes | undefined> {
  readonly #most: number;

  constructor(inflow: Inflow, most: number) {
    super(inflow);
    this.#most = most;
  }

  protected hasEnough(): boolean {
    return this.inflow.buffer.length > 0 || this.#most === 0;
  }

  protected takePart(): Bytes | undefined {
    if (this.hasEnough()) return this.takeBytes(Math.min(this.#most, this.inflow.buffer.length));
    this.checkFailure();
    return undefined;
  }

  override label(): string {
    return "StreamReader.read()";
  }
}

/** A read of a number of bytes. */
export class ReadExactly extends Read<Bytes> {
  readonly #count: number;

  constructor(inflow: Inflow, count: number) {
    super(inflow);
    this.#count = count;
  }

  protected hasEnough(): boolean {
    return this.inflow.buffer.length >= this.#count;
  }

  protected takePart(): Bytes {
    if (this.hasEnough()) return this.takeBytes(this.#count);
    this.checkFailure();
    throw this.cutOff(this.#count);
  }

  override label(): string {
    return `StreamReader.readExactly(${this.#count})`;
  }
}

/** A read of all that is there at the end. */
export class ReadAll extends Read<Bytes> {
  protected hasEnough(): boolean {
    return false;
  }

  protected takePart(): Bytes {
    this.checkFailure();
    return this.takeBytes(this.inflow.buffer.length);
  }

  override label(): string {
    return "StreamReader.readAll()";
  }
}

/** A read that looks for the end of its part, at each byte once. */
abstract class Search<T> extends Read<T> {
  readonly #sequences: readonly Uint8Array[];
  readonly #longest: number;
  /** The number of bytes that hold no separator, nor the beginning of one. */
  #scanned = 0;
  /** Where the separator that was found begins, -1 until then, and where it ends. */
  protected foundAt = -1;
  protected endsAt = 0;

  constructor(inflow: Inflow, sequences: readonly Uint8Array[]) {
    super(inflow);
    this.#sequences = sequences;
    this.#longest = Math.max(...sequences.map(({ length }) => length));
  }

  protected hasEnough(): boolean {
    const { buffer, limit } = this.inflow;
    if (this.foundAt < 0) this.#search();
    if (this.foundAt < 0) this.#scanned = Math.max(0, buffer.length + 1 - this.#longest);
    return this.foundAt >= 0 || this.#scanned > limit;
  }

  /** Looks for the separator that ends first. */
  #search(): void {
    for (const sequence of this.#sequences) {
      const at = this.inflow.buffer.indexOf(sequence, this.#scanned);
      const isFirst = this.foundAt < 0 || at + sequence.length < this.endsAt;
      if (at < 0 || !isFirst) continue;
      this.foundAt = at;
      this.endsAt = at + sequence.length;
    }
  }

  /** Returns the error of a limit that is passed, if it is. */
  protected overrun(): LimitOverrunError | undefined {
    const { limit } = this.inflow;
    if (this.foundAt > limit) {
      return new LimitOverrunError(
        `Cannot read up to the separator: it is further away than ${limit} bytes, at ${this.foundAt}`,
        this.foundAt,
      );
    }
    if (this.foundAt >= 0 || this.#scanned <= limit) return undefined;
    return new LimitOverrunError(
      `Cannot find a separator within ${limit} bytes: ${this.#scanned} were searched`,
      this.#scanned,
    );
  }
}

/** A read of all up to the end of a separator. */
export class ReadUntil extends Search<Bytes> {
  protected takePart(): Bytes {
    const overrun = this.overrun();
    if (overrun !== undefined) throw overrun;
    if (this.foundAt >= 0) return this.takeBytes(this.endsAt);
    this.checkFailure();
    throw this.cutOff(undefined);
  }

  override label(): string {
    return "StreamReader.readUntil()";
  }
}

const LINE_FEED: readonly Uint8Array[] = [new Uint8Array([10])];
const RETURN = 13;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A read of a line. */
export class ReadLine extends Search<string | undefined> {
  constructor(inflow: Inflow) {
    super(inflow, LINE_FEED);
  }

  protected takePart(): string | undefined {
    const { buffer } = this.inflow;
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
  #toText(line: Bytes, end: number): string {
    const isReturned = end < line.length && line[end - 1] === RETURN;
    return decoder.decode(line.subarray(0, isReturned ? end - 1 : end));
  }

  override label(): string {
    return "StreamReader.readLine()";
  }
}
