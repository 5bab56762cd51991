/**
 * Waiting for time to pass.
 *
 * @module
 */

import { checkNumber } from "../check.ts";
import { type CancelledError, newCancelledError, RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  Failure,
  finishWith,
  PAUSE,
  RESUMED,
  type Sleeper,
  suspendOn,
  type Suspension,
  type Waiter,
} from "./awaitable.ts";
import { LazyAwaitable } from "./native_await.ts";
import type { Scheduler } from "./scheduler.ts";

/** What `yieldNow()` returns. */
class Pause extends LazyAwaitable<void> implements Iterator<Suspension, void, unknown> {
  protected override asWaiter(): Waiter {
    return PAUSE;
  }

  override [Symbol.iterator](): Iterator<Suspension, void, unknown> {
    return this;
  }

  next(token?: unknown): IteratorResult<Suspension, void> {
    return token === RESUMED ? finishWith(undefined) : suspendOn(PAUSE);
  }

  throw(error: unknown): IteratorResult<Suspension, void> {
    throw error;
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

/** What `sleep()` returns: it is its own iterator and its own waiter, on the task's timer. */
class Sleep<T> extends LazyAwaitable<T> implements Iterator<Suspension, T, unknown>, Waiter {
  readonly #ms: number;
  readonly #result: T;
  /** Who waits, once it has begun. */
  #sleeper: Sleeper & { readonly loop: Scheduler } | undefined = undefined;
  /** The error to throw, once it is cancelled. */
  #cancelled: CancelledError | undefined = undefined;

  constructor(ms: number, result: T) {
    super();
    this.#ms = ms;
    this.#result = result;
  }

  protected override asWaiter(): Waiter {
    if (this.#sleeper === undefined) return this;
    throw new RuntimeError(`Cannot await ${this} a second time: call what made it again`);
  }

  override get hasBegun(): boolean {
    return this.#sleeper !== undefined;
  }

  override toString(): string {
    return `sleep(${this.#ms})`;
  }

  override [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    if (this.#sleeper === undefined) return this;
    throw new RuntimeError(`Cannot await ${this} a second time: call what made it again`);
  }

  next(token?: unknown): IteratorResult<Suspension, T> {
    return token === RESUMED && this.#sleeper !== undefined
      ? finishWith(this.#result)
      : suspendOn(this);
  }

  throw(error: unknown): IteratorResult<Suspension, T> {
    throw error;
  }

  suspend(sleeper: Sleeper): void {
    const { loop } = this.#sleeper = sleeper as Sleeper & { readonly loop: Scheduler };
    if (this.#ms > 0) sleeper.sleepUntil(loop.time() + this.#ms);
    else sleeper.wake();
  }

  cancel(message?: string): boolean {
    if (!this.#sleeper!.stopSleeping()) return false;
    this.#cancelled = newCancelledError(message);
    return true;
  }

  take(): T | Failure {
    return this.#cancelled === undefined ? this.#result : new Failure(this.#cancelled);
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
  checkNumber("ms", ms);
  return new Sleep(ms, result);
}
