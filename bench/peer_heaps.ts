/**
 * The heaps of objects that a user would pick today, behind one interface each.
 *
 * Both order by deadline, then by arming, as the core does.
 *
 * @module
 */

import { BinaryHeap as UntypedHeap } from "@std/data_structures/binary_heap.js";
import TinyQueue from "tinyqueue";

/** Is a timer as an object. */
export interface Entry {
  when: number;
  seq: number;
}

/** Types what is used of std's `BinaryHeap`, which comes without types. */
export interface BinaryHeap {
  push(entry: Entry): number;
  peek(): Entry | undefined;
  pop(): Entry | undefined;
}

/** Orders entries by deadline, then by arming. */
export function compareEntries(a: Entry, b: Entry): number {
  return a.when - b.when || a.seq - b.seq;
}

/** Makes an empty tinyqueue. */
export function newTinyQueue(): TinyQueue<Entry> {
  return new TinyQueue<Entry>([], compareEntries);
}

/** Makes an empty std BinaryHeap. */
export function newBinaryHeap(): BinaryHeap {
  return new UntypedHeap(compareEntries) as BinaryHeap;
}
