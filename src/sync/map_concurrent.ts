/**
 * Working on many items, so many at a time.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  asStep,
  type Awaitable,
  checkBoolean,
  checkFunction,
  checkLimit,
  checkOptions,
  type Closable,
  closeAtEnd,
  type Coroutine,
  type CoroutineResult,
  type EventLoop,
  interruptNextWait,
  isCancelled,
  type IterationStep,
  LazyAwaitable,
  leaveScope,
  Operation,
  requireFlow,
  runningLoop,
  show,
  type Suspension,
  type Task,
  WaitQueue,
} from "../lowlevel.ts";
import { Iteration } from "./each.ts";
import { ended } from "./ended.ts";

/** Options of `mapConcurrent()`. */
export interface MapOptions {
  /** The most items that are worked on, or wait to be taken, at a time; 10 unless given. */
  limit?: number | undefined;
  /** Whether results come in the order of the items, or as they are ready; true unless given. */
  ordered?: boolean | undefined;
}

/** What a mapping holds, at one moment. */
export interface MapStatistics {
  /** The number of items that work has begun on. */
  readonly begun: number;
  /** The number of items that are worked on. */
  readonly running: number;
  /** The number of results that nobody has taken. */
  readonly waiting: number;
  /** The number of results that were taken. */
  readonly taken: number;
}

/** The results: one after the other as an async iterable, or awaited all at once. */
export interface MapResults<R> extends Awaitable<R[]>, AsyncIterable<R> {
  /** Waits for the next result. */
  next(): IterationStep<R>;
  /** Cancels what is not done. */
  return(): IterationStep<R>;
  /** Returns what it holds, at this moment. */
  statistics(): MapStatistics;
  /** Gives itself. */
  [Symbol.asyncIterator](): AsyncIterator<R, undefined>;
}

/**
 * Calls a coroutine function for each item, a number of items at a time.
 *
 * No more items are taken from the source than `limit` ahead of whoever takes the results. The first
 * failure cancels the rest at once and is thrown; the loop's exception handler is told of any other,
 * and of one that nobody came for. Nothing begins before the first result is asked for.
 *
 * **Cancel safety.** Leaving the loop early, or cancelling it, cancels the work and closes the source.
 *
 * **Gotchas.** A source that waits for a promise of the host, as the chunks of a `ReadableStream`
 * do, is closed when that has settled, and not before.
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
  checkOptions("mapConcurrent()", options, ["limit", "ordered"]);
  const { limit = 10, ordered = true } = options;
  checkBoolean("ordered", ordered);
  const source = Object(items);
  if (!(Symbol.asyncIterator in source) && !(Symbol.iterator in source)) {
    throw new TypeError(`mapConcurrent() takes an iterable: ${show(items)}`);
  }
  checkFunction("fn", fn);
  checkLimit(limit);
  return new Mapping(items, fn, limit, ordered);
}

/** Work on items that has begun, and its results. */
class Mapping<T, R> extends LazyAwaitable<R[]> implements MapResults<R>, Closable {
  protected override readonly isFlow = true;
  readonly #items: Iterable<T> | AsyncIterable<T>;
  readonly #fn: (item: T, index: number) => CoroutineResult<R>;
  readonly #limit: number;
  readonly #ordered: boolean;
  #loop: EventLoop | undefined;
  #source: Iteration<T> | undefined;
  #feeder: Task<void> | undefined;
  readonly #running = new Set<Task<R>>();
  /** Results that nobody has taken, by the index of their item, in the order they came. */
  readonly #results = new Map<number, R>();
  #failure: { readonly error: unknown } | undefined;
  #begun = 0;
  #taken = 0;
  #isExhausted = false;
  #isOver = false;
  #isCollected = false;
  /** The feeder and whoever takes results: woken when something has changed. */
  readonly #line = new WaitQueue("mapConcurrent()");
  /** A function that calls off that it is closed at the end of the run. */
  #forget: (() => void) | undefined;

  constructor(
    items: Iterable<T> | AsyncIterable<T>,
    fn: (item: T, index: number) => CoroutineResult<R>,
    limit: number,
    ordered: boolean,
  ) {
    super();
    this.#items = items;
    this.#fn = fn;
    this.#limit = limit;
    this.#ordered = ordered;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): IterationStep<R> {
    return asStep(new Operation("mapConcurrent()", () => this.#next()));
  }

  return(): IterationStep<R> {
    return asStep(new Operation("mapConcurrent().return()", () => this.close()));
  }

  override [Symbol.iterator](): Iterator<Suspension, R[], unknown> {
    return this.#all();
  }

  override toString(): string {
    return "mapConcurrent()";
  }

  *#all(): Coroutine<R[]> {
    if (this.#isCollected) {
      throw new RuntimeError("Cannot await mapConcurrent() a second time: call it again");
    }
    this.#isCollected = true;
    const results: R[] = [];
    for (;;) {
      const { done, value } = yield* this.#next();
      if (done) return results;
      results.push(value as R);
    }
  }

  *#next(): Coroutine<IteratorResult<R, undefined>> {
    if (!this.#isOver) this.#loop ??= this.#begin();
    try {
      while (!this.#isOver && this.#failure === undefined) {
        const index = this.#ordered ? this.#taken : this.#results.keys().next().value;
        if (index !== undefined && this.#results.has(index)) return this.#take(index);
        if (this.#isExhausted && this.#taken === this.#begun) return yield* this.close();
        yield* this.#change("the next result of mapConcurrent()");
      }
    } catch (error) {
      if (!this.#isOver) yield* this.#abandon();
      throw error;
    }
    const failure = this.#failure;
    if (this.#isOver || failure === undefined) return { done: true, value: undefined };
    this.#failure = undefined; // It is told.
    yield* this.#abandon();
    throw failure.error;
  }

  /** Takes a result. */
  #take(index: number): IteratorResult<R, undefined> {
    const value = this.#results.get(index)!;
    this.#results.delete(index);
    this.#taken++;
    this.#changed();
    return { done: false, value };
  }

  #begin(): EventLoop {
    const loop = runningLoop();
    this.#forget = closeAtEnd(this, "mapConcurrent()", loop);
    this.#source = new Iteration(this.#items);
    this.#feeder = loop.createTask(() => this.#feed(loop), { name: "mapConcurrent() feeder" });
    return loop;
  }

  /** Starts work on items while there is room. */
  *#feed(loop: EventLoop): Coroutine<void> {
    try {
      for (;;) {
        while (this.#begun - this.#taken >= this.#limit) yield* this.#change("room for results");
        const { done, value } = yield* this.#source!.next();
        if (done) break;
        this.#work(loop, value, this.#begun++);
      }
    } catch (error) {
      this.#fail(error);
      if (isCancelled(error)) throw error;
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
        this.#changed();
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Takes note of a failure: the first ends it all, of a later one only the loop is told. */
  #fail(error: unknown): void {
    if (this.#failure === undefined && !this.#isOver) {
      this.#failure = { error };
      this.#cancelAll();
      this.#changed();
    } else if (!isCancelled(error)) {
      this.#report("mapConcurrent() failed again after its first failure", error);
    }
  }

  #report(message: string, exception: unknown): void {
    this.#loop!.callExceptionHandler({ message, exception });
  }

  /** Cancels what is not done, and gives that. */
  #cancelAll(): Task<unknown>[] {
    const left = [this.#feeder!, ...this.#running];
    // A second request would interrupt the cleanup that the first has begun.
    for (const task of left) if (task.cancelling === 0) task.cancel();
    return left;
  }

  #changed(): void {
    this.#line.wakeAll();
  }

  #change(label: string): Awaitable<void> {
    return this.#line.wait(label);
  }

  statistics(): MapStatistics {
    const { size: running } = this.#running;
    const { size: waiting } = this.#results;
    return Object.freeze({ begun: this.#begun, running, waiting, taken: this.#taken });
  }

  /** Cancels what is not done, waits for its end, and closes the source. */
  *close(): Coroutine<IteratorResult<R, undefined>> {
    const trouble = yield* this.#end();
    if (trouble !== undefined) throw trouble.error;
    return { done: true, value: undefined };
  }

  /** Ends it because of an error: that is what counts, and what else goes wrong is reported. */
  *#abandon(): Coroutine<void> {
    const trouble = yield* this.#end();
    if (trouble === undefined) return;
    if (isCancelled(trouble.error)) interruptNextWait(requireFlow("mapConcurrent()"), undefined);
    else this.#report("the source of mapConcurrent() failed when it was closed", trouble.error);
  }

  /** Ends it to the last, come what may; gives what is yet to be thrown. */
  *#end(): Coroutine<{ readonly error: unknown } | undefined> {
    if (this.#isOver) return undefined;
    this.#isOver = true;
    if (this.#loop === undefined) return undefined;
    this.#forget!();
    this.#changed();
    if (this.#failure !== undefined && !isCancelled(this.#failure.error)) {
      this.#report("mapConcurrent() failed, and nobody asked for more", this.#failure.error);
    }
    const cancellation = yield* ended(this.#cancelAll(), "the end of mapConcurrent()");
    const restore = leaveScope();
    try {
      if (!this.#isExhausted) yield* this.#source!.return();
    } catch (error) {
      return { error };
    } finally {
      restore();
    }
    return cancellation === undefined ? undefined : { error: cancellation };
  }
}
