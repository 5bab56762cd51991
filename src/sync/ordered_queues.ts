/**
 * Queues that give items in another order than they came.
 *
 * @module
 */

import { checkFunction, checkOptions, show } from "../lowlevel.ts";
import { keepIn, Queue, type Store } from "./queue.ts";

/**
 * A queue that gives the item put last first.
 *
 * All else is as in `Queue`, also what a cancelled wait does: it takes nothing.
 *
 * ```ts
 * import { LifoQueue, run } from "@weft/weft";
 *
 * await run(async () => {
 *   const stack = new LifoQueue<number>();
 *   for (const item of [1, 2, 3]) stack.putNowait(item);
 *   console.assert(await stack.get() === 3 && stack.getNowait() === 2 && stack.size === 1);
 * });
 * ```
 */
export class LifoQueue<T> extends Queue<T> {
  /** Makes an empty queue; a `maxSize` of 0 or less is no bound. */
  constructor(maxSize = 0) {
    super(maxSize);
    keepIn(this, new Stack<T>());
  }
}

/** Options of a priority queue. */
export interface PriorityQueueOptions<T> {
  /**
   * A function that orders items: below 0 if the first comes before the second.
   *
   * Unless given, by `<`, and arrays element by element: `[priority, item]`.
   */
  compare?: ((a: T, b: T) => number) | undefined;
}

/**
 * A queue that gives the least item first, and equal ones in the order in which they were put.
 *
 * ```ts
 * import { PriorityQueue, run } from "@weft/weft";
 *
 * await run(async () => {
 *   const queue = new PriorityQueue<number>();
 *   for (const item of [3, 1, 2]) queue.putNowait(item);
 *   console.assert(await queue.get() === 1);
 * });
 * ```
 */
export class PriorityQueue<T> extends Queue<T> {
  /** Makes an empty queue; a `maxSize` of 0 or less is no bound. */
  constructor(maxSize = 0, options: PriorityQueueOptions<T> = {}) {
    checkOptions("a PriorityQueue", options, ["compare"]);
    const { compare = compareNaturally } = options;
    checkFunction("compare", compare);
    super(maxSize);
    keepIn(this, new Heap<T>(compare));
  }
}

/** Orders by `<`; arrays by their first elements that differ, as Python orders tuples. */
function compareNaturally(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let at = 0; at < a.length && at < b.length; at++) {
      const order = compareNaturally(a[at], b[at]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if (isUnordered(a) || isUnordered(b)) {
    throw new TypeError(
      `Cannot tell which of two items comes first, give the queue { compare }: ${show(a)}, ${
        show(b)
      }`,
    );
  }
  return (a as number) < (b as number) ? -1 : (b as number) < (a as number) ? 1 : 0;
}

/** Decides whether `<` would compare no more than what a value is called. */
function isUnordered(value: unknown): boolean {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null && value.valueOf() === value;
}

/** Items, last in, first out. */
class Stack<T> implements Store<T> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T {
    return this.#items.pop()!;
  }

  unshift(item: T): void {
    this.#items.push(item);
  }
}

/** Items, the least in front: a binary heap, ordered by item, then by order of arrival. */
class Heap<T> implements Store<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #entries: { readonly item: T; readonly order: number }[] = [];
  /** Bound the orders of arrival: what is put back comes before all that is there. */
  #first = 0;
  #last = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#entries.length;
  }

  push(item: T): void {
    this.#add(item, this.#last++);
  }

  unshift(item: T): void {
    this.#add(item, --this.#first);
  }

  #add(item: T, order: number): void {
    const entries = this.#entries;
    const entry = { item, order };
    let hole = entries.length;
    while (hole > 0 && this.#isBefore(entry, entries[(hole - 1) >> 1])) hole = (hole - 1) >> 1;
    // All comparisons are done: one that throws must leave everything in its place.
    let at = entries.length;
    for (; at > hole; at = (at - 1) >> 1) entries[at] = entries[(at - 1) >> 1];
    entries[at] = entry;
  }

  shift(): T {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries[entries.length - 1];
    const size = entries.length - 1;
    const path: number[] = [];
    for (let hole = 0, child = 1; child < size; child = 2 * hole + 1) {
      const other = child + 1;
      if (other < size && this.#isBefore(entries[other], entries[child])) child = other;
      if (!this.#isBefore(entries[child], last)) break;
      path.push(hole = child);
    }
    entries.pop();
    if (size === 0) return first.item;
    let hole = 0;
    for (const child of path) {
      entries[hole] = entries[child];
      hole = child;
    }
    entries[hole] = last;
    return first.item;
  }

  #isBefore(a: { item: T; order: number }, b: { item: T; order: number }): boolean {
    const order = this.#compare(a.item, b.item);
    return order < 0 || order === 0 && a.order < b.order;
  }
}
