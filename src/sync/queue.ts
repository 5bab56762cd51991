/**
 * Passing items from task to task.
 *
 * @module
 */

import { QueueEmpty, QueueFull, QueueShutDown, RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  checkBoolean,
  checkNumber,
  checkOptions,
  inLine,
  Operation,
  Rules,
  showInLine,
  Wait,
  WaitQueue,
} from "../lowlevel.ts";
import { called } from "./called.ts";
import { Drain } from "./drain.ts";
import { Event } from "./event.ts";
import { Ring } from "./ring.ts";

/** The items of a queue, in the order in which they come out. */
export interface Store<T> {
  /** The number of items. */
  readonly size: number;
  /** Adds an item. */
  push(item: T): void;
  /** Takes the item that is next; there must be one. */
  shift(): T;
  /** Puts back an item that was next. */
  unshift(item: T): void;
}

/** What a queue holds, at one moment. */
export interface QueueStatistics {
  /** The number of items. */
  readonly size: number;
  /** The number of items it takes; 0 or less is no bound. */
  readonly maxSize: number;
  /** The number of items whose work is not done. */
  readonly unfinished: number;
  /** The number of those who wait for an item. */
  readonly waitingGets: number;
  /** The number of those who wait for room. */
  readonly waitingPuts: number;
  /** Whether it was shut down. */
  readonly isShutDown: boolean;
}

/** Makes a new queue keep its items in another order. */
export let keepIn: <T>(queue: Queue<T>, items: Store<T>) => void;

/**
 * A queue of items that wait until tasks take them, first in, first out.
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
  readonly #state: QueueState<T>;

  // Not a static block: bundlers would keep the class of programs that do not use it.
  static readonly #shared: void = /* @__PURE__ */ (() => {
    showInLine<Queue<unknown>>(this);
    keepIn = (queue, items) => void (queue.#state.items = items);
  })();

  /** Makes an empty queue; a `maxSize` of 0 or less is no bound. */
  constructor(maxSize = 0) {
    checkNumber("maxSize", maxSize);
    this.#state = new QueueState<T>(maxSize);
  }

  /** The number of items it takes, 0 or less if there is no bound. */
  get maxSize(): number {
    return this.#state.maxSize;
  }

  /** The number of its items. */
  get size(): number {
    return this.#state.items.size;
  }

  /** Whether it has no items. */
  get empty(): boolean {
    return this.#state.empty;
  }

  /** Whether putting would wait. */
  get full(): boolean {
    return this.#state.full;
  }

  /** Puts an item, when there is room. */
  put(item: T): Awaitable<void> {
    return new Wait(this.#state.puts, this.#state.putting, item);
  }

  /** Puts an item now, or throws a `QueueFull`. */
  putNowait(item: T): void {
    this.#state.put(item);
  }

  /** Takes the next item, when there is one. */
  get(): Awaitable<T> {
    return this.#state.newGet();
  }

  /** Takes the next item now, or throws a `QueueEmpty`. */
  getNowait(): T {
    return this.#state.get();
  }

  /** Marks the work on an item that was taken as done. */
  taskDone(): void {
    this.#state.finishOne();
  }

  /** Waits until the work on all items is done. */
  join(): Awaitable<void> {
    return new Operation("Queue.join()", () => this.#join());
  }

  *#join() {
    if (this.#state.unfinished > 0) {
      yield* called(
        this.#state.finished.wait(),
        () => `Queue.join() (items not done: ${this.#state.unfinished})`,
      );
    }
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
    this.#state.shutdown(immediate);
  }

  /** Gives its items until it is shut down. */
  [Symbol.asyncIterator](): Drain<T> {
    return new Drain(() => this.#state.newGet());
  }

  /** Returns what it holds, at this moment. */
  statistics(): QueueStatistics {
    const { items, maxSize, unfinished, gets, puts, isShutDown } = this.#state;
    return Object.freeze({
      size: items.size,
      maxSize,
      unfinished,
      waitingGets: gets.live,
      waitingPuts: puts.live,
      isShutDown,
    });
  }

  /** Describes it in a line. */
  toString(): string {
    const { items, maxSize, gets, puts, isShutDown } = this.#state;
    const size = maxSize > 0 ? `${items.size} of ${maxSize}` : `${items.size}`;
    const waitingGets = gets.live > 0 && `waiting gets: ${gets.live}`;
    const waitingPuts = puts.live > 0 && `waiting puts: ${puts.live}`;
    const { name } = this.constructor;
    return inLine(name, `items: ${size}`, waitingGets, waitingPuts, isShutDown && "shut down");
  }
}

/** What is in a queue, and who waits. */
class QueueState<T> {
  readonly maxSize: number;
  items: Store<T> = new Ring<T>();
  readonly gets = new WaitQueue("a Queue");
  readonly puts = new WaitQueue("a Queue");
  readonly getting = new Getting(this);
  readonly putting = new Putting(this);
  readonly finished = new Event();
  unfinished = 0;
  isShutDown = false;
  /** Whether its items were dropped. */
  #isDropped = false;

  constructor(maxSize: number) {
    this.maxSize = maxSize;
    this.finished.set();
  }

  get empty(): boolean {
    return this.items.size === 0;
  }

  get full(): boolean {
    return this.maxSize > 0 && this.items.size >= this.maxSize;
  }

  /** Makes a wait for an item. */
  newGet(): Wait<T> {
    return new Wait(this.gets, this.getting);
  }

  /** Puts an item now. */
  put(item: T): void {
    if (this.isShutDown) {
      throw new QueueShutDown("Cannot put into the queue: it was shut down");
    }
    if (this.full) {
      throw new QueueFull(`Cannot put into the queue: it is full (${this.items.size} items)`);
    }
    this.items.push(item);
    this.unfinished++;
    this.finished.clear();
    this.gets.releaseNext();
  }

  /** Takes the next item now. */
  get(): T {
    if (this.empty) {
      if (this.isShutDown) {
        throw new QueueShutDown("Cannot get from the queue: it was shut down, and is empty");
      }
      throw new QueueEmpty("Cannot get from the queue: it is empty");
    }
    const item = this.items.shift();
    this.puts.releaseNext();
    return item;
  }

  /** Puts an item back in its place: it counts as if it had never been taken. */
  putBack(item: T): void {
    if (this.#isDropped) return void (this.unfinished > 0 && this.finishOne());
    this.items.unshift(item);
    this.gets.releaseNext();
  }

  /** Refuses to wait in a queue that was shut down. */
  checkOpen(): void {
    if (this.isShutDown) throw new QueueShutDown("Cannot wait for the queue: it was shut down");
  }

  /** Counts the work on an item as done. */
  finishOne(): void {
    if (this.unfinished === 0) {
      throw new RuntimeError(
        "Cannot count more items as done than were put: taskDone() came twice",
      );
    }
    if (--this.unfinished === 0) this.finished.set();
  }

  /** Ends it. */
  shutdown(isImmediate: boolean): void {
    this.isShutDown = true;
    if (isImmediate) {
      this.#isDropped = true;
      for (; !this.empty; this.items.shift()) if (this.unfinished > 0) this.unfinished--;
      if (this.unfinished === 0) this.finished.set();
    }
    while (this.gets.releaseNext());
    while (this.puts.releaseNext());
  }
}

/** The rules of waiting for an item. */
class Getting<T> extends Rules<T> {
  readonly #queue: QueueState<T>;

  constructor(queue: QueueState<T>) {
    super();
    this.#queue = queue;
  }

  /** Somebody may have taken the item meanwhile: to be woken is not to be served. */
  override attempt(): boolean {
    if (!this.#queue.empty) return true;
    this.#queue.checkOpen();
    return false;
  }

  override result(): T {
    return this.#queue.get();
  }

  override giveUp(wasWoken: boolean): void {
    if (wasWoken && !this.#queue.empty) this.#queue.gets.releaseNext();
  }

  override undo(item: T): void {
    this.#queue.putBack(item);
  }

  override label(): string {
    return "Queue.get()";
  }

  override why(): string {
    return "it is empty";
  }
}

/** The rules of waiting for room; each comes with its item. */
class Putting<T> extends Rules<void, T> {
  readonly #queue: QueueState<T>;

  constructor(queue: QueueState<T>) {
    super();
    this.#queue = queue;
  }

  /** Somebody may have taken the room meanwhile. */
  override attempt(): boolean {
    if (!this.#queue.full) return true;
    this.#queue.checkOpen();
    return false;
  }

  override result({ asked }: Wait<void, T>): void {
    try {
      this.#queue.put(asked);
    } catch (error) {
      this.#queue.puts.releaseNext(); // The room it was given is another's.
      throw error;
    }
  }

  override giveUp(wasWoken: boolean): void {
    if (wasWoken && !this.#queue.full) this.#queue.puts.releaseNext();
  }

  /** An item that was put stays put. */
  override get takes(): boolean {
    return false;
  }

  override label(): string {
    return "Queue.put()";
  }

  override why(): string {
    return `it holds ${this.#queue.items.size} of ${this.#queue.maxSize}`;
  }
}
