/**
 * Bytes that are to be written.
 *
 * @module
 */

const EMPTY = new Uint8Array(0);
/** How much memory is kept for the next bytes. */
const KEPT = 65_536;

const encoder = new TextEncoder();

/** What was written and is not sent yet, joined so that the host gets it at once. */
export class WriteBuffer {
  #memory = EMPTY;
  #start = 0;
  #end = 0;

  /** The number of bytes. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** The bytes: they stay where they are until they are dropped. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(this.#start, this.#end);
  }

  /** Adds a copy of bytes. */
  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#memory.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Adds text in UTF-8. */
  addText(text: string): void {
    this.#reserve(3 * text.length); // The most that it can take.
    this.#end += encoder.encodeInto(text, this.#memory.subarray(this.#end)).written;
  }

  /** Drops bytes from the front: they were written. */
  drop(count: number): void {
    this.#start += count;
    if (this.#start < this.#end) return;
    this.#start = this.#end = 0;
    if (this.#memory.length > KEPT) this.#memory = EMPTY;
  }

  /** Makes room behind the bytes. */
  #reserve(count: number): void {
    if (this.#memory.length - this.#end >= count) return;
    const { length } = this;
    const memory = new Uint8Array(Math.max(length + count, 2 * length, 256));
    memory.set(this.bytes);
    this.#memory = memory;
    this.#start = 0;
    this.#end = length;
  }
}
