/**
 * Waiting for time to pass.
 *
 * @module
 */

import { adopt } from "../engine/current.ts";
import { type CancelledError, RuntimeError } from "../errors.ts";
import { notForHands } from "./aside.ts";
import {
  type Awaitable,
  finishWith,
  PAUSE,
  RESUMED,
  show,
  type Sleeper,
  suspendOn,
  type Suspension,
  type Waiter,
} from "./awaitable.ts";
import { newCancelledError } from "../errors.ts";
import { awaitedOutside, awaitingTask } from "./operation.ts";
import type { Task } from "./task.ts";

/** Is what `yieldNow()` returns. */
class Pause implements Awaitable<void>, Iterator<Suspension, void, unknown> {
  [Symbol.iterator](): Iterator<Suspension, void, unknown> {
    return this;
  }

  next(token?: unknown): IteratorResult<Suspension, void> {
    return token === RESUMED ? finishWith(undefined) : suspendOn(PAUSE);
  }

  throw(error: unknown): IteratorResult<Suspension, void> {
    throw error;
  }

  get then(): PromiseLike<void>["then"] {
    adopt();
    return this.#then;
  }

  #then<A = void, B = never>(
    onResult?: ((value: void) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    const task = awaitingTask();
    if (task === undefined) {
      return Promise.reject(awaitedOutside("yieldNow()")).then(onResult as never, onError);
    }
    task.awaitNatively(PAUSE, onResult as (value: unknown) => void, onError!);
    return notForHands;
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
class Sleep<T> implements Awaitable<T>, Iterator<Suspension, T, unknown>, Waiter {
  readonly #ms: number;
  readonly #result: T;
  /** Is the task, once it has begun. */
  #task: Task<unknown> | undefined = undefined;
  /** Is the error to throw, once it is cancelled. */
  #cancelled: CancelledError | undefined = undefined;

  constructor(ms: number, result: T) {
    this.#ms = ms;
    this.#result = result;
  }

  toString(): string {
    return `sleep(${this.#ms})`;
  }

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
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

  take(): T {
    if (this.#cancelled !== undefined) throw this.#cancelled;
    return this.#result;
  }

  get then(): PromiseLike<T>["then"] {
    adopt();
    return this.#then;
  }

  #then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    const task = awaitingTask();
    if (task === undefined || this.#task !== undefined) {
      const error = task === undefined
        ? awaitedOutside(String(this))
        : new RuntimeError(`AWAITED A SECOND TIME: ${this}`);
      return Promise.reject(error).then(onResult as never, onError);
    }
    task.awaitNatively(this, onResult as (value: unknown) => void, onError!);
    return notForHands;
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
