/**
 * Waiting for time to pass.
 *
 * @module
 */

import { type CancelledError, newCancelledError, RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  Failure,
  finishWith,
  PAUSE,
  RESUMED,
  show,
  type Sleeper,
  suspendOn,
  type Suspension,
  type Waiter,
} from "./awaitable.ts";
import { LazyAwaitable, type Settle } from "./native_await.ts";
import type { Task } from "./task.ts";

/** Is what `yieldNow()` returns. */
class Pause extends LazyAwaitable<void> implements Iterator<Suspension, void, unknown> {
  override [Symbol.iterator](): Iterator<Suspension, void, unknown> {
    return this;
  }

  next(token?: unknown): IteratorResult<Suspension, void> {
    return token === RESUMED ? finishWith(undefined) : suspendOn(PAUSE);
  }

  throw(error: unknown): IteratorResult<Suspension, void> {
    throw error;
  }

  protected override awaitIn(task: Task<unknown>, resolve: Settle, reject: Settle): void {
    task.awaitNatively(PAUSE, resolve, reject);
  }

  override toString(): string {
    return "yieldNow()";
  }
}

const onePause = new Pause();

/**
 * Lets everything else that is ready run before going on.
 *
 * **Cancel safety.** Cancelled or not, it takes one turn.
 *
 * ```ts
 * import { run, yieldNow } from "@weft/weft";
 *
 * await run(function* () {
 *   yield* yieldNow();
 * });
 * ```
 */
export function yieldNow(): Awaitable<void> {
  return onePause;
}

/** Is what `sleep()` returns: it is its own iterator and its own waiter, on the task's timer. */
class Sleep<T> extends LazyAwaitable<T> implements Iterator<Suspension, T, unknown>, Waiter {
  readonly #ms: number;
  readonly #result: T;
  /** Is the task, once it has begun. */
  #task: Task<unknown> | undefined = undefined;
  /** Is the error to throw, once it is cancelled. */
  #cancelled: CancelledError | undefined = undefined;

  constructor(ms: number, result: T) {
    super();
    this.#ms = ms;
    this.#result = result;
  }

  override toString(): string {
    return `sleep(${this.#ms})`;
  }

  override [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    if (this.#task !== undefined) throw new RuntimeError(`AWAITED A SECOND TIME: ${this}`);
    return this;
  }

  next(token?: unknown): IteratorResult<Suspension, T> {
    return token === RESUMED && this.#task !== undefined
      ? finishWith(this.#result)
      : suspendOn(this);
  }

  throw(error: unknown): IteratorResult<Suspension, T> {
    throw error;
  }

  suspend(sleeper: Sleeper): void {
    const task = this.#task = sleeper as Task<unknown>;
    if (this.#ms > 0) task.sleepUntil(task.loop.time() + this.#ms);
    else task.wake();
  }

  cancel(message?: string): boolean {
    if (!this.#task!.stopSleeping()) return false;
    this.#cancelled = newCancelledError(message);
    return true;
  }

  take(): T | Failure {
    return this.#cancelled === undefined ? this.#result : new Failure(this.#cancelled);
  }

  protected override awaitIn(task: Task<unknown>, resolve: Settle, reject: Settle): void {
    if (this.#task === undefined) task.awaitNatively(this, resolve, reject);
    else reject(new RuntimeError(`AWAITED A SECOND TIME: ${this}`));
  }
}

/**
 * Waits for a number of milliseconds, then returns `result`.
 *
 * 0 or less lets everything else that is ready run first, and arms no timer.
 *
 * **Cancel safety.** The timer of a cancelled sleep is gone at once.
 *
 * ```ts
 * import { run, sleep } from "@weft/weft";
 *
 * console.assert(await run(() => sleep(5, "rested")) === "rested");
 * ```
 */
export function sleep(ms: number): Awaitable<void>;
/** Waits for a number of milliseconds, then returns `result`. */
export function sleep<T>(ms: number, result: T): Awaitable<T>;
export function sleep<T>(ms: number, result?: T): Awaitable<T | undefined> {
  checkDelay("ms", ms);
  return new Sleep(ms, result);
}

/** Refuses what is no delay. */
export function checkDelay(name: string, ms: unknown): void {
  if (typeof ms !== "number") throw new TypeError(`${name} MUST BE A NUMBER: ${show(ms)}`);
  if (Number.isNaN(ms)) throw new RangeError(`${name} MUST NOT BE NaN`);
}
