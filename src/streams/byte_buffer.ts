/**
 * Bytes that have come and were not taken yet.
 *
 *     memory:   |  taken  |  held  |  target of a read in flight  |
 *               0       start     end                       capacity
 *
 * What is taken is given as a view of the memory, which is never written to again there: that costs
 * a tenth of a copy. The host may be writing into the target at any time, so that it is never moved:
 * what must move while a read is in flight moves to other memory, and what comes is put after it.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";

/** Bytes that nobody else will change; they may be a part of a larger memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

const EMPTY: Bytes = new Uint8Array(0);
/** How much memory a reader begins with. */
const SMALLEST = 4096;
/** The most that one read of the host may give. */
const LARGEST = 65_536;

/** A line of bytes, in the order in which they came. */
export class ByteBuffer {
  #memory: Bytes = EMPTY;
  #start = 0;
  #end = 0;
  /** How much memory the next read is given. */
  #size = SMALLEST;
  /** Where the read in flight writes to. */
  #target: Bytes | undefined;
  /** Whether the target begins where the bytes end. */
  #isTail = false;

  /** The number of bytes. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Returns memory for a read of the host; `commit()` ends it. */
  target(): Bytes {
    this.#checkMemory();
    if (this.#memory.length - this.#end < this.#size / 4) this.#move(0, this.#size);
    this.#isTail = true;
    return this.#target = this.#memory.subarray(this.#end);
  }

  /** Takes over what a read of the host has given. */
  commit(count: number): void {
    const target = this.#target!;
    this.#target = undefined;
    if (count === target.length) this.#size = Math.min(2 * this.#size, LARGEST);
    if (this.#isTail) this.#end += count;
    else this.append(target.subarray(0, count));
  }

  /** Adds bytes that nobody else will change. */
  append(bytes: Bytes): void {
    if (this.length === 0 && this.#target === undefined) {
      this.#memory = bytes;
      this.#start = 0;
      this.#end = bytes.length;
      return;
    }
    if (this.#memory.length - this.#end < bytes.length) this.#move(0, bytes.length);
    this.#memory.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Puts bytes back in front of all others. */
  unshift(bytes: Uint8Array): void {
    this.#move(bytes.length, 0);
    this.#start -= bytes.length;
    this.#memory.set(bytes, this.#start);
  }

  /** Moves the bytes to memory with room before and behind them. */
  #move(before: number, behind: number): void {
    const { length } = this;
    const memory = new Uint8Array(before + Math.max(length + behind, length > 0 ? 2 * length : 0));
    memory.set(this.#memory.subarray(this.#start, this.#end), before);
    this.#memory = memory;
    this.#start = before;
    this.#end = before + length;
    this.#isTail = false;
  }

  /** Takes bytes from the front; there must be as many. */
  take(count: number): Bytes {
    this.#checkMemory();
    const start = this.#start;
    const all = this.#memory;
    this.#start += count;
    if (this.#start === all.length) this.#letGo();
    return all.subarray(start, start + count);
  }

  /** Refuses to go on when somebody has taken the memory away. */
  #checkMemory(): void {
    if (this.#end <= this.#memory.length) return;
    throw new RuntimeError(
      "Cannot read on: the buffer of earlier bytes was transferred, and more of the stream was in it; " +
        "copy what a StreamReader returns before you transfer it",
    );
  }

  /** Keeps nothing of memory that is used up. */
  #letGo(): void {
    this.#memory = EMPTY;
    this.#start = this.#end = 0;
    this.#isTail = false;
  }

  /** Drops bytes from the front. */
  drop(count: number): void {
    this.#start += count;
  }

  /** Returns where a sequence of bytes begins, not before `from`; -1 if it does not come. */
  indexOf(sequence: Uint8Array, from: number): number {
    const held = this.#memory.subarray(this.#start, this.#end);
    const last = held.length - sequence.length;
    for (let at = from;; at++) {
      at = held.indexOf(sequence[0], at);
      if (at < 0 || at > last) return -1;
      if (matchesAt(held, at, sequence)) return at;
    }
  }
}

/** Checks whether a sequence stands at a place. */
function matchesAt(bytes: Uint8Array, at: number, sequence: Uint8Array): boolean {
  for (let i = 1; i < sequence.length; i++) {
    if (bytes[at + i] !== sequence[i]) return false;
  }
  return true;
}
