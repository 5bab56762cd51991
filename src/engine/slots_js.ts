/**
 * The slab of ids in plain TypeScript; `wasm/assembly/slots.ts` explains it.
 *
 * @module
 */

import { SLOT_MASK, Word } from "./core.ts";

/** The number of slots that serve as list heads. */
export const HEADS = 16;
/** Offsets into a slot of four numbers, the first of which is its id; PLACE shares NEXT's. */
export const NEXT = 1, PLACE = 1, PREV = 2, INFO = 3;

const FIRST_CAPACITY = 1024;
const LAST_CAPACITY = SLOT_MASK + 1;
const INDEX_BITS = 23;
const LAST_GENERATION = 255;
const FREE_MARK = 1 << 31;

/** The slab that hands out ids and refuses stale ones. */
export class JsSlots {
  /** The slots, four numbers each. */
  records: Int32Array = new Int32Array(FIRST_CAPACITY * 4);
  /** The number of slots there is room for. */
  capacity: number = FIRST_CAPACITY;
  readonly #words: Int32Array;
  #top = HEADS;
  #freeHead = 0;
  #freeTail = 0;

  /** Makes a slab that keeps its counters in the words of a core. */
  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** Makes the slab empty, with its list heads linked to themselves. */
  clear(): void {
    this.#words[Word.CAPACITY] = this.capacity;
    this.#top = HEADS;
    this.#freeHead = this.#freeTail = 0;
    for (let head = 0; head < HEADS; head++) {
      this.records.set([FREE_MARK, head, head, 0], head * 4);
    }
  }

  /** Returns whether an id is live. */
  isLive(id: number): boolean {
    const slot = id & SLOT_MASK;
    return id > 0 && slot < this.#top && this.records[slot * 4] === id;
  }

  /** Finds the slot of an id; 0, and one more stale id, if the id is not live. */
  resolve(id: number): number {
    if (this.isLive(id)) return id & SLOT_MASK;
    this.#words[Word.STALE]++;
    return 0;
  }

  /** Takes a free slot for a level; returns 0 at the limit. */
  claim(level: number): number {
    let slot = this.#freeHead;
    if (slot !== 0) {
      this.#freeHead = this.records[slot * 4 + NEXT];
      if (this.#freeHead === 0) this.#freeTail = 0;
      this.records[slot * 4] ^= FREE_MARK;
    } else {
      if (this.#top === this.capacity && !this.#grow()) return 0;
      slot = this.#top++;
      this.records[slot * 4] = slot;
    }
    this.records[slot * 4 + INFO] = level & 7;
    const live = ++this.#words[Word.LIVE];
    if (live > this.#words[Word.MOST_LIVE]) this.#words[Word.MOST_LIVE] = live;
    return slot;
  }

  /** Gives a slot back; it must be in no list, lease or heap. */
  release(slot: number): void {
    const records = this.records;
    const generation = records[slot * 4] >> INDEX_BITS;
    if (generation < LAST_GENERATION) {
      records[slot * 4] = (generation + 1) << INDEX_BITS | slot | FREE_MARK;
      records[slot * 4 + NEXT] = this.#freeHead;
      if (this.#freeHead === 0) this.#freeTail = slot;
      this.#freeHead = slot;
    } else {
      records[slot * 4] = slot | FREE_MARK;
      records[slot * 4 + NEXT] = 0;
      if (this.#freeHead === 0) this.#freeHead = slot;
      else records[this.#freeTail * 4 + NEXT] = slot;
      this.#freeTail = slot;
    }
    this.#words[Word.LIVE]--;
  }

  #grow(): boolean {
    if (this.capacity >= LAST_CAPACITY) return false;
    const records = new Int32Array(this.capacity * 8);
    records.set(this.records);
    this.records = records;
    this.capacity *= 2;
    this.#words[Word.CAPACITY] = this.capacity;
    this.#words[Word.GROWTHS]++;
    return true;
  }
}
