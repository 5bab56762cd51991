/**
 * The heaps of objects that a user would pick today; both order by deadline, then by arming.
 *
 * @module
 */

import { BinaryHeap } from "@std/data_structures/binary_heap.js";
import TinyQueue from "tinyqueue";
import type { Trial } from "../suite.ts";

/** A timer as an object. */
export interface Entry {
  when: number;
  seq: number;
}

/** What both heaps can do; std's comes without types. */
export interface Heap {
  push(entry: Entry): unknown;
  peek(): Entry | undefined;
  pop(): Entry | undefined;
}

/** Orders entries by deadline, then by arming. */
function compareEntries(a: Entry, b: Entry): number {
  return a.when - b.when || a.seq - b.seq;
}

/** Makes an empty tinyqueue. */
export function newTinyQueue(): Heap {
  return new TinyQueue<Entry>([], compareEntries);
}

/** Makes an empty heap of std's. */
export function newStdHeap(): Heap {
  return new BinaryHeap(compareEntries) as Heap;
}

/** Prepares the same work on either heap. */
export function onHeaps(
  prepare: (heap: Heap, size: number) => Trial,
): Record<string, (size: number) => Trial> {
  return {
    tinyqueue: (size) => prepare(newTinyQueue(), size),
    "std BinaryHeap": (size) => prepare(newStdHeap(), size),
  };
}
