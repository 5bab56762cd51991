/**
 * Waiting for whatever calls back: the shortest way to make a primitive.
 *
 * @module
 */

import { checkBoolean, checkFunction, checkOptions, checkString, show } from "../check.ts";
import { newCancelledError, RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  Failure,
  finishWith,
  RESUMED,
  type Sleeper,
  suspendOn,
  type Suspension,
  type Waiter,
} from "./awaitable.ts";
import { LazyAwaitable } from "./native_await.ts";
import type { Scheduler } from "./scheduler.ts";

/** What ends a wait, once; both functions may be passed on as they are. */
export interface Waker<T> {
  /** Ends it with a value; returns false, and does nothing, if it is over. */
  readonly resolve: (value: T) => boolean;
  /** Ends it with an error; returns false, and does nothing, if it is over. */
  readonly reject: (error: unknown) => boolean;
}

/** A function that begins a wait; what it returns, if anything, runs if the wait is cancelled. */
export type Arm<T> = (waker: Waker<T>) => (() => void) | void;

/** Options of what `park()` makes. */
export interface ParkOptions<T> {
  /**
   * A function that takes back a value handed over to one who does not get it: it was cancelled
   * before it went on, or lost a `select()`. Give it wherever a value must not be lost.
   */
  giveBack?: ((value: T) => void) | undefined;
  /** Whether the host is waited for, and not another task: virtual time stands still meanwhile. */
  isForHost?: boolean | undefined;
}

/**
 * Makes an awaitable of a function that begins to wait.
 *
 * Each await calls `arm` with a waker. If that is called at once, the await goes on without a turn
 * for others; otherwise the task waits until somebody calls it, and goes on in the loop's next turn.
 * `label` says in dumps what is waited for.
 *
 * **Cancel safety.** The function that `arm` returned runs at once when the wait is cancelled, and from
 * then on the waker does nothing, and says so. A value that was handed over before goes to `giveBack`.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { park } from "@weft/weft/lowlevel.ts";
 *
 * const frame = (ms: number) =>
 *   park<number>(`frame(${ms})`, ({ resolve }) => {
 *     const timer = setTimeout(() => resolve(ms), ms);
 *     return () => clearTimeout(timer);
 *   }, { isForHost: true });
 *
 * await run(async () => console.assert(await frame(1) === 1));
 * ```
 */
export function park<T>(label: string, arm: Arm<T>, options: ParkOptions<T> = {}): Awaitable<T> {
  checkString("label", label);
  checkFunction("arm", arm);
  checkOptions("park()", options, ["giveBack", "isForHost"]);
  const { giveBack, isForHost } = options;
  if (giveBack !== undefined) checkFunction("giveBack", giveBack);
  if (isForHost !== undefined) checkBoolean("isForHost", isForHost);
  return new Parking(label, arm, options);
}

/** What can be awaited, as often as one likes: each time begins a wait of its own. */
class Parking<T> extends LazyAwaitable<T> {
  readonly #label: string;
  readonly #arm: Arm<T>;
  readonly #options: ParkOptions<T>;
  #hasBegun = false;

  constructor(label: string, arm: Arm<T>, options: ParkOptions<T>) {
    super();
    this.#label = label;
    this.#arm = arm;
    this.#options = options;
  }

  override get hasBegun(): boolean {
    return this.#hasBegun;
  }

  override [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    this.#hasBegun = true;
    return new Parked(this.#label, this.#arm, this.#options);
  }

  /** Takes a value back from a wait that is over. */
  undo(value: T): void {
    this.#options.giveBack?.(value);
  }

  override toString(): string {
    return this.#label;
  }
}

/** One wait. */
class Parked<T> implements Iterator<Suspension, T, unknown>, Waiter {
  readonly #label: string;
  readonly #arm: Arm<T>;
  readonly #options: ParkOptions<T>;
  #progress: "new" | "waiting" | "resolved" | "rejected" | "over" = "new";
  /** The value that was handed over, or what it fails with. */
  #outcome: unknown = undefined;
  #disarm: (() => void) | void = undefined;
  #sleeper: Sleeper & { readonly loop: Scheduler } | undefined = undefined;

  constructor(label: string, arm: Arm<T>, options: ParkOptions<T>) {
    this.#label = label;
    this.#arm = arm;
    this.#options = options;
  }

  /** Only what can be given back is taken from others. */
  get takes(): boolean {
    return this.#options.giveBack !== undefined;
  }

  next(token?: unknown): IteratorResult<Suspension, T> {
    if (this.#progress === "new") this.#begin();
    else if (token !== RESUMED) throw new RuntimeError(`Cannot step ${this}: it waits already`);
    switch (this.#progress as string) {
      case "waiting":
        return suspendOn(this);
      case "rejected":
        this.#progress = "over";
        throw this.#outcome;
      default:
        this.#progress = "over";
        return finishWith(this.#outcome as T);
    }
  }

  #begin(): void {
    this.#progress = "waiting";
    try {
      this.#disarm = this.#arm({
        resolve: (value) => this.#settle("resolved", value),
        reject: (error) => this.#settle("rejected", error),
      });
    } catch (error) {
      this.#giveBack();
      this.#progress = "over";
      throw error;
    }
    if (this.#disarm === undefined || typeof this.#disarm === "function") return;
    const given: unknown = this.#disarm;
    this.#giveBack();
    this.#progress = "over";
    throw new TypeError(
      `arm of ${this} must return a function that disarms, or nothing: ${show(given)}`,
    );
  }

  #settle(progress: "resolved" | "rejected", outcome: unknown): boolean {
    if (this.#progress !== "waiting") return false;
    this.#progress = progress;
    this.#outcome = outcome;
    this.#wake();
    return true;
  }

  suspend(sleeper: Sleeper): void {
    this.#sleeper = sleeper as Sleeper & { readonly loop: Scheduler };
    if (this.#options.isForHost) this.#sleeper.loop.beginHostOperation();
  }

  /** Wakes who waits, if it does yet. */
  #wake(): void {
    const sleeper = this.#sleeper;
    if (sleeper === undefined) return;
    this.#sleeper = undefined;
    sleeper.wake();
    if (this.#options.isForHost) sleeper.loop.endHostOperation();
  }

  cancel(message?: string): boolean {
    if (this.#progress !== "waiting") return false;
    this.#progress = "rejected";
    this.#outcome = newCancelledError(message);
    try {
      this.#disarm?.();
    } catch (error) {
      this.#outcome = error; // As that of a `finally`, it takes the place of the cancellation.
    }
    this.#wake();
    return true;
  }

  take(): unknown {
    return this.#progress === "rejected" ? new Failure(this.#outcome) : this.#outcome;
  }

  /** Ends with an error where it waits: its own, or one that keeps its value from whoever waited. */
  throw(error: unknown): IteratorResult<Suspension, T> {
    this.#leave();
    throw error;
  }

  /** Ends as the generator is closed that it waits in. */
  return(value: T): IteratorResult<Suspension, T> {
    this.#leave();
    return { done: true, value };
  }

  #leave(): void {
    const isWaiting = this.#progress === "waiting";
    const given = this.#progress;
    this.#progress = "over";
    if (isWaiting) {
      this.#disarm?.();
      this.#wake();
    } else if (given === "resolved") {
      this.#options.giveBack?.(this.#outcome as T);
    }
  }

  #giveBack(): void {
    if (this.#progress === "resolved") this.#options.giveBack?.(this.#outcome as T);
  }

  toString(): string {
    return this.#label;
  }
}
