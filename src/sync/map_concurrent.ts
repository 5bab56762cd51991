/**
 * Working on many items, so many at a time.
 *
 * @module
 */

import {
  type Awaitable,
  checkLimit,
  type Coroutine,
  type CoroutineResult,
  type EventLoop,
  type Future,
  isCancelled,
  Operation,
  runningLoop,
  show,
  type Suspension,
  type Task,
} from "../lowlevel.ts";
import type { IterationStep } from "./async_generator.ts";
import { Iteration } from "./each.ts";

/** Configures `mapConcurrent()`. */
export interface MapOptions {
  /** Bounds how many items are worked on, or wait to be taken, at a time; 10 unless given. */
  limit?: number | undefined;
  /** Gives results in the order of the items; otherwise as they come. True unless given. */
  ordered?: boolean | undefined;
}

/** Is what a mapping holds, at one moment. */
export interface MapStatistics {
  /** Counts the items that work has begun on. */
  readonly begun: number;
  /** Counts the items that are worked on. */
  readonly running: number;
  /** Counts the results that nobody has taken. */
  readonly waiting: number;
  /** Counts the results that were taken. */
  readonly taken: number;
}

/** Are the results: one after the other as an async iterable, or awaited all at once. */
export interface MapResults<R> extends Awaitable<R[]>, AsyncIterable<R> {
  /** Waits for the next result. */
  next(): IterationStep<R>;
  /** Cancels what is not done. */
  return(): IterationStep<R>;
  /** Tells what it holds, at this moment. */
  statistics(): MapStatistics;
  /** Gives itself. */
  [Symbol.asyncIterator](): AsyncIterator<R, undefined>;
}

/**
 * Calls a coroutine function for each item, a number of items at a time.
 *
 * No more items are taken from the source than `limit` ahead of whoever takes the results. The first
 * failure cancels the rest and is thrown at once. Nothing begins before the first result is asked for.
 *
 * **Cancel safety.** Leaving the loop early, or cancelling it, cancels the work and closes the source.
 *
 * ```ts
 * import { mapConcurrent, run, sleep } from "@weft/weft";
 *
 * const double = async (n: number) => {
 *   await sleep(10 - n);
 *   return 2 * n;
 * };
 * await run(async () => {
 *   const results = await mapConcurrent([1, 2, 3], double, { limit: 2 });
 *   console.assert(results.join() === "2,4,6");
 * });
 * ```
 */
export function mapConcurrent<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number) => CoroutineResult<R>,
  options: MapOptions = {},
): MapResults<R> {
  const { limit = 10, ordered = true } = options;
  const source = Object(items);
  if (!(Symbol.asyncIterator in source) && !(Symbol.iterator in source)) {
    throw new TypeError(`mapConcurrent() TAKES AN ITERABLE: ${show(items)}`);
  }
  if (typeof fn !== "function") throw new TypeError(`fn MUST BE A FUNCTION: ${show(fn)}`);
  checkLimit(limit);
  return new Mapping(items, fn, limit, ordered) as unknown as MapResults<R>;
}

class Mapping<T, R> {
  readonly #items: Iterable<T> | AsyncIterable<T>;
  readonly #fn: (item: T, index: number) => CoroutineResult<R>;
  readonly #limit: number;
  readonly #ordered: boolean;
  #loop: EventLoop | undefined;
  #source: Iteration<T> | undefined;
  #feeder: Task<void> | undefined;
  readonly #running = new Set<Task<R>>();
  /** Holds results that nobody has taken, by the index of their item, in the order they came. */
  readonly #results = new Map<number, R>();
  #failure: { readonly error: unknown } | undefined;
  #begun = 0;
  #taken = 0;
  #isExhausted = false;
  #isOver = false;
  /** Is resolved when something has changed, for the feeder and for whoever takes results. */
  readonly #waiting = new Set<Future<void>>();

  constructor(
    items: Iterable<T> | AsyncIterable<T>,
    fn: (item: T, index: number) => CoroutineResult<R>,
    limit: number,
    ordered: boolean,
  ) {
    this.#items = items;
    this.#fn = fn;
    this.#limit = limit;
    this.#ordered = ordered;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Awaitable<IteratorResult<R, undefined>> {
    return new Operation("mapConcurrent()", () => this.#next());
  }

  return(): Awaitable<IteratorResult<R, undefined>> {
    return new Operation("mapConcurrent().return()", () => this.close());
  }

  [Symbol.iterator](): Iterator<Suspension, R[], unknown> {
    return this.#all();
  }

  then: PromiseLike<R[]>["then"] = (onResult, onError) =>
    new Operation("mapConcurrent()", () => this.#all()).then(onResult, onError);

  *#all(): Coroutine<R[]> {
    const results: R[] = [];
    for (;;) {
      const { done, value } = yield* this.#next();
      if (done) return results;
      results.push(value as R);
    }
  }

  *#next(): Coroutine<IteratorResult<R, undefined>> {
    if (this.#isOver) return { done: true, value: undefined };
    this.#loop ??= this.#begin();
    try {
      while (this.#failure === undefined) {
        const index = this.#ordered ? this.#taken : this.#results.keys().next().value;
        if (index !== undefined && this.#results.has(index)) {
          const value = this.#results.get(index)!;
          this.#results.delete(index);
          this.#taken++;
          this.#changed();
          return { done: false, value };
        }
        if (this.#isExhausted && this.#taken === this.#begun) return yield* this.close();
        yield* this.#change();
      }
      throw this.#failure.error;
    } catch (error) {
      yield* this.close();
      throw error;
    }
  }

  #begin(): EventLoop {
    const loop = runningLoop();
    loop.generators.add(this);
    this.#source = new Iteration(this.#items);
    this.#feeder = loop.createTask(() => this.#feed(loop), { name: "mapConcurrent() feeder" });
    return loop;
  }

  /** Starts work on items while there is room. */
  *#feed(loop: EventLoop): Coroutine<void> {
    try {
      for (;;) {
        while (this.#begun - this.#taken >= this.#limit) yield* this.#change();
        const { done, value } = yield* this.#source!.next();
        if (done) break;
        this.#work(loop, value, this.#begun++);
      }
    } catch (error) {
      if (isCancelled(error)) throw error;
      this.#failure ??= { error };
    }
    this.#isExhausted = true;
    this.#changed();
  }

  #work(loop: EventLoop, item: T, index: number): void {
    const task = loop.createTask(() => this.#fn(item, index));
    this.#running.add(task);
    task.addDoneCallback(() => {
      this.#running.delete(task);
      try {
        this.#results.set(index, task.result());
      } catch (error) {
        this.#failure ??= { error };
      }
      this.#changed();
    });
  }

  #changed(): void {
    for (const future of this.#waiting) if (!future.done) future.setResult();
    this.#waiting.clear();
  }

  *#change(): Coroutine<void> {
    const future = this.#loop!.createFuture<void>();
    this.#waiting.add(future);
    try {
      yield* future;
    } finally {
      this.#waiting.delete(future);
    }
  }

  statistics(): MapStatistics {
    const { size: running } = this.#running;
    const { size: waiting } = this.#results;
    return Object.freeze({ begun: this.#begun, running, waiting, taken: this.#taken });
  }

  /** Cancels what is not done, waits for its end, and closes the source. */
  *close(): Coroutine<IteratorResult<R, undefined>> {
    if (this.#isOver) return { done: true, value: undefined };
    this.#isOver = true;
    if (this.#loop === undefined) return { done: true, value: undefined };
    this.#loop.generators.delete(this);
    const left = [this.#feeder!, ...this.#running];
    for (const task of left) task.cancel();
    for (const task of left) yield* ended(task);
    if (!this.#isExhausted) yield* this.#source!.return();
    return { done: true, value: undefined };
  }
}

/** Waits until a task is done, whatever becomes of it. */
function* ended(task: Task<unknown>): Coroutine<void> {
  while (!task.done) {
    const done = task.loop.createFuture<void>();
    task.addDoneCallback(() => void (done.done || done.setResult()));
    yield* done;
  }
  if (!task.cancelled) task.exception();
}
