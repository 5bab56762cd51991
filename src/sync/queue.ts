/**
 * Passing items from task to task.
 *
 * @module
 */

import { QueueEmpty, QueueFull, QueueShutDown, RuntimeError } from "../errors.ts";
import { type Awaitable, checkBoolean, checkOptions, Operation, show } from "../lowlevel.ts";
import { type Drain, drain } from "./drain.ts";
import { Event } from "./event.ts";
import { Ring } from "./ring.ts";
import { Wait, WaitQueue } from "./wait_queue.ts";

/** Keeps the items of a queue in the order in which they come out. */
export interface Store<T> {
  /** Counts the items. */
  readonly size: number;
  /** Adds an item. */
  push(item: T): void;
  /** Takes the item that is next; there must be one. */
  shift(): T;
  /** Puts back an item that was next. */
  unshift(item: T): void;
}

/** Is what a queue holds, at one moment. */
export interface QueueStatistics {
  /** Counts the items. */
  readonly size: number;
  /** Is the number of items it takes; 0 or less is no bound. */
  readonly maxSize: number;
  /** Counts the items whose work is not done. */
  readonly unfinished: number;
  /** Counts those who wait for an item. */
  readonly waitingGets: number;
  /** Counts those who wait for room. */
  readonly waitingPuts: number;
  /** Tells whether it was shut down. */
  readonly isShutDown: boolean;
}

/**
 * Holds items until tasks take them, first in, first out.
 *
 * With a `maxSize` above 0, putting waits while it is full.
 *
 * **Cancel safety.** A cancelled `get()` takes no item, and a cancelled `put()` puts none.
 *
 * ```ts
 * import { createTask, Queue, run } from "@weft/weft";
 *
 * await run(async () => {
 *   const queue = new Queue<number>(2);
 *   createTask(async () => {
 *     for (let item = 1; item <= 3; item++) await queue.put(item);
 *     queue.shutdown();
 *   });
 *   let sum = 0;
 *   for await (const item of queue) sum += item;
 *   console.assert(sum === 6);
 * });
 * ```
 */
export class Queue<T> implements AsyncIterable<T> {
  readonly #maxSize: number;
  readonly #items: Store<T>;
  readonly #gets = new WaitQueue("a Queue");
  readonly #puts = new WaitQueue("a Queue");
  readonly #finished = new Event();
  #unfinished = 0;
  #isShutDown = false;
  /** Is true once its items were dropped. */
  #isDropped = false;

  /** Makes an empty queue; a `maxSize` of 0 or less is no bound. */
  constructor(maxSize = 0, items: Store<T> = new Ring<T>()) {
    if (typeof maxSize !== "number") {
      throw new TypeError(`maxSize MUST BE A NUMBER: ${show(maxSize)}`);
    }
    if (Number.isNaN(maxSize)) throw new RangeError("maxSize MUST NOT BE NaN");
    this.#maxSize = maxSize;
    this.#items = items;
    this.#finished.set();
  }

  /** Is the number of items it takes, 0 or less if there is no bound. */
  get maxSize(): number {
    return this.#maxSize;
  }

  /** Counts its items. */
  get size(): number {
    return this.#items.size;
  }

  /** Tells whether it has no items. */
  get empty(): boolean {
    return this.#items.size === 0;
  }

  /** Tells whether putting would wait. */
  get full(): boolean {
    return this.#maxSize > 0 && this.#items.size >= this.#maxSize;
  }

  /** Puts an item, when there is room. */
  put(item: T): Awaitable<void> {
    return new Put(this, this.#puts, item);
  }

  /** Puts an item now, or throws a `QueueFull`. */
  putNowait(item: T): void {
    if (this.#isShutDown) throw new QueueShutDown("CANNOT PUT INTO A QUEUE THAT WAS SHUT DOWN");
    if (this.full) throw new QueueFull(`THE QUEUE IS FULL: ${this.size} ITEMS`);
    this.#items.push(item);
    this.#unfinished++;
    this.#finished.clear();
    this.#gets.releaseNext();
  }

  /** Takes the next item, when there is one. */
  get(): Awaitable<T> {
    return new Get(this, this.#gets);
  }

  /** Takes the next item now, or throws a `QueueEmpty`. */
  getNowait(): T {
    if (this.empty) {
      if (this.#isShutDown) throw new QueueShutDown("THE QUEUE WAS SHUT DOWN, AND IS EMPTY");
      throw new QueueEmpty("THE QUEUE IS EMPTY");
    }
    const item = this.#items.shift();
    this.#puts.releaseNext();
    return item;
  }

  /** @internal Puts an item back in its place: it counts as if it had never been taken. */
  putBack(item: T): void {
    if (this.#isDropped) return void (this.#unfinished > 0 && this.taskDone());
    this.#items.unshift(item);
    this.#gets.releaseNext();
  }

  /** @internal Refuses to wait in a queue that was shut down. */
  checkOpen(): void {
    if (this.#isShutDown) throw new QueueShutDown("THE QUEUE WAS SHUT DOWN");
  }

  /** Says that the work on an item that was taken is done. */
  taskDone(): void {
    if (this.#unfinished === 0) {
      throw new RuntimeError("taskDone() CALLED MORE OFTEN THAN ITEMS WERE PUT");
    }
    if (--this.#unfinished === 0) this.#finished.set();
  }

  /** Waits until the work on all items is done. */
  join(): Awaitable<void> {
    return new Operation("Queue.join()", () => this.#join());
  }

  *#join() {
    if (this.#unfinished > 0) yield* this.#finished.wait();
  }

  /**
   * Ends the queue: putting throws a `QueueShutDown`, and so does getting once it is empty.
   *
   * `immediate` drops its items, and counts them as done.
   */
  shutdown(options: { immediate?: boolean } = {}): void {
    checkOptions("shutdown()", options, ["immediate"]);
    const { immediate = false } = options;
    checkBoolean("immediate", immediate);
    this.#isShutDown = true;
    if (immediate) {
      this.#isDropped = true;
      for (; !this.empty; this.#items.shift()) if (this.#unfinished > 0) this.#unfinished--;
      if (this.#unfinished === 0) this.#finished.set();
    }
    while (this.#gets.releaseNext());
    while (this.#puts.releaseNext());
  }

  /** Gives its items until it is shut down. */
  [Symbol.asyncIterator](): Drain<T> {
    return drain(() => new Get(this, this.#gets));
  }

  /** Tells what it holds, at this moment. */
  statistics(): QueueStatistics {
    return Object.freeze({
      size: this.size,
      maxSize: this.#maxSize,
      unfinished: this.#unfinished,
      waitingGets: this.#gets.live,
      waitingPuts: this.#puts.live,
      isShutDown: this.#isShutDown,
    });
  }
}

/** Is a wait for an item. */
class Get<T> extends Wait<T> {
  readonly #queue: Queue<T>;

  constructor(queue: Queue<T>, line: WaitQueue) {
    super(line);
    this.#queue = queue;
  }

  /** Somebody may have taken the item meanwhile: to be woken is not to be served. */
  protected attempt(): boolean {
    if (!this.#queue.empty) return true;
    this.#queue.checkOpen();
    return false;
  }

  protected result(): T {
    return this.#queue.getNowait();
  }

  protected giveUp(wasWoken: boolean): void {
    if (wasWoken && !this.#queue.empty) this.home.releaseNext();
  }

  undo(item: T): void {
    this.#queue.putBack(item);
  }

  toString(): string {
    return "Queue.get()";
  }
}

/** Is a wait for room. */
class Put<T> extends Wait<void> {
  readonly #queue: Queue<T>;
  readonly #item: T;

  constructor(queue: Queue<T>, line: WaitQueue, item: T) {
    super(line);
    this.#queue = queue;
    this.#item = item;
  }

  /** Somebody may have taken the room meanwhile. */
  protected attempt(): boolean {
    if (!this.#queue.full) return true;
    this.#queue.checkOpen();
    return false;
  }

  protected result(): void {
    try {
      this.#queue.putNowait(this.#item);
    } catch (error) {
      this.home.releaseNext(); // The room it was given is another's.
      throw error;
    }
  }

  protected giveUp(wasWoken: boolean): void {
    if (wasWoken && !this.#queue.full) this.home.releaseNext();
  }

  /** An item that was put stays put. */
  undo(): void {}

  toString(): string {
    return "Queue.put()";
  }
}
