/**
 * Taking results as they come.
 *
 * @module
 */

import type { TimerHandle } from "../engine/handle.ts";
import { TimeoutError } from "../errors.ts";
import { type Awaitable, type Coroutine, isList, show } from "./awaitable.ts";
import { checkOptions } from "./check_options.ts";
import { ensureFuture, type Waitable } from "./create_task.ts";
import type { Future } from "./future.ts";
import { boundBy } from "./limit.ts";
import { Operation } from "./operation.ts";
import { currentPriority, runningLoop } from "./running.ts";
import { checkDelay } from "./sleep.ts";

/** Is an async iterator of the library: either front end can await its steps. */
export interface LibraryIterator<T> extends AsyncIterable<T> {
  /** Waits for the next. */
  next(): Awaitable<IteratorResult<T, undefined>> & Promise<IteratorResult<T, undefined>>;
  /** Gives itself. */
  [Symbol.asyncIterator](): LibraryIterator<T> & AsyncIterator<T, undefined>;
}

/** Configures `asCompleted()`. */
export interface AsCompletedOptions {
  /** Bounds the whole, in ms; the work goes on. */
  timeout?: number | undefined;
  /** Bounds how many coroutines run at once; all of them unless given. */
  limit?: number | undefined;
}

/**
 * Starts awaitables, and gives their futures in the order in which they are done.
 *
 * Futures and tasks come out as they were given. When the timeout has passed, the next step throws
 * a {@linkcode TimeoutError}.
 *
 * **Cancel safety.** Leaving the loop or cancelling it cancels none of the work.
 *
 * ```ts
 * import { asCompleted, run, sleep } from "@weft/weft";
 *
 * await run(async () => {
 *   const results: number[] = [];
 *   for await (const done of asCompleted([sleep(9, 9), sleep(1, 1)])) results.push(done.result());
 *   console.assert(results.join() === "1,9");
 * });
 * ```
 */
export function asCompleted<T>(
  awaitables: Iterable<Waitable<T>>,
  options: AsCompletedOptions = {},
): LibraryIterator<Future<T>> {
  checkOptions("asCompleted()", options, ["timeout", "limit"]);
  const { timeout, limit } = options;
  if (timeout !== undefined) checkDelay("timeout", timeout);
  if (!isList(awaitables)) {
    throw new TypeError(`asCompleted() TAKES AN ARRAY OF AWAITABLES: ${show(awaitables)}`);
  }
  const seen = new Set<Waitable<T>>();
  const bound = boundBy<T>(limit);
  const all: Waitable<T>[] = [];
  for (const one of awaitables) {
    if (seen.has(one)) continue;
    if (typeof one !== "function") seen.add(one); // A function is called for each time it is given.
    all.push(bound(one));
  }
  return new Completions(all, timeout) as unknown as LibraryIterator<Future<T>>;
}

class Completions<T> {
  readonly #todo: Set<Future<T>>;
  readonly #done: (Future<T> | undefined)[] = [];
  readonly #waiters: Future<void>[] = [];
  #left: number;
  #timer: TimerHandle | undefined;

  constructor(awaitables: Waitable<T>[], timeout: number | undefined) {
    const loop = runningLoop();
    const priority = currentPriority();
    this.#todo = new Set(awaitables.map((one) => ensureFuture(one, loop)));
    for (const future of this.#todo) future.addDoneCallback(this.#onDone, { priority });
    if (this.#todo.size > 0 && timeout !== undefined) {
      this.#timer = loop.callAtIn(priority, loop.time() + timeout, () => this.#onTimeout(), []);
    }
    this.#left = this.#todo.size;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Awaitable<IteratorResult<Future<T>, undefined>> {
    return new Operation("asCompleted()", () => this.#next());
  }

  *#next(): Coroutine<IteratorResult<Future<T>, undefined>> {
    if (this.#left === 0) return { done: true, value: undefined };
    this.#left--;
    while (this.#done.length === 0) {
      const waiter = runningLoop().createFuture<void>();
      this.#waiters.push(waiter);
      try {
        yield* waiter;
      } catch (error) {
        const at = this.#waiters.indexOf(waiter);
        if (at >= 0) this.#waiters.splice(at, 1);
        if (this.#done.length > 0 && !waiter.cancelled) this.#wakeNext();
        throw error;
      }
    }
    const future = this.#done.shift();
    if (future === undefined) throw new TimeoutError("TIMED OUT BEFORE ALL WERE DONE");
    return { done: false, value: future };
  }

  #give(future: Future<T> | undefined): void {
    this.#done.push(future);
    this.#wakeNext();
  }

  #wakeNext(): void {
    while (this.#waiters.length > 0) {
      const waiter = this.#waiters.shift()!;
      if (waiter.done) continue;
      return waiter.setResult();
    }
  }

  readonly #onDone = (future: Future<T>): void => {
    if (this.#todo.size === 0) return;
    this.#todo.delete(future);
    this.#give(future);
    if (this.#todo.size === 0) this.#timer?.cancel();
  };

  #onTimeout(): void {
    for (const future of this.#todo) {
      future.removeDoneCallback(this.#onDone);
      this.#give(undefined);
    }
    this.#todo.clear();
  }
}
