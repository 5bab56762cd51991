/**
 * Bounding the time of a part of a task.
 *
 * @module
 */

import type { Handle } from "../engine/handle.ts";
import { isCancelled, RuntimeError, TimeoutError } from "../errors.ts";
import { type Awaitable, type Body, type Coroutine, show, type Yieldable } from "./awaitable.ts";
import { callBody, checkBody } from "./inline.ts";
import { Operation } from "./operation.ts";
import { requireTask, runningLoop } from "./running.ts";
import { checkDelay } from "./sleep.ts";
import type { Task } from "./task.ts";

/**
 * Is a part of a task with a deadline.
 *
 * Made by `timeout()` and `timeoutAt()`, which give it to the body: that may move the deadline, or
 * remove it.
 *
 * ```ts
 * import { run, sleep, timeout, VirtualClock } from "@weft/weft";
 *
 * await run(async () => {
 *   await timeout(10, async (limit) => {
 *     limit.reschedule(limit.when! + 90);
 *     await sleep(50);
 *     console.assert(limit.when === 100 && !limit.expired);
 *   });
 * }, { clock: new VirtualClock() });
 * ```
 */
export class Timeout {
  #when: number | undefined;
  /** Is the time it was made at, if that is known: to ask the clock again would take longer. */
  readonly #madeAt: number | undefined;
  #state: "created" | "active" | "expiring" | "expired" | "finished" = "created";
  #task: Task<unknown> | undefined;
  #requests = 0;
  /** Is true while a cancellation from before it began is still on its way to the task. */
  #owed = false;
  #handle: Handle | undefined;

  /** @internal Use `timeout()`. */
  constructor(when: number | undefined, madeAt?: number) {
    this.#when = when;
    this.#madeAt = madeAt;
  }

  /** @internal Makes one that ends in so many ms, to be entered at once. */
  static after(ms: number | undefined): Timeout {
    if (ms === undefined) return new Timeout(undefined);
    const now = runningLoop().time();
    return new Timeout(now + ms, now);
  }

  /** Tells the deadline in the loop's time, `undefined` if there is none. */
  get when(): number | undefined {
    return this.#when;
  }

  /** Tells whether the deadline passed before the body ended. */
  get expired(): boolean {
    return this.#state === "expiring" || this.#state === "expired";
  }

  /** Moves the deadline; `undefined` removes it. */
  reschedule(when: number | undefined): void {
    if (when !== undefined) checkDelay("when", when);
    if (this.#state !== "active") {
      throw new RuntimeError(`CANNOT RESCHEDULE A TIMEOUT, IT IS: ${this.#state}`);
    }
    this.#when = when;
    this.#handle?.cancel();
    this.#handle = undefined;
    this.#arm(undefined);
  }

  /** Sets its timer; `now` spares a look at the clock. */
  #arm(now: number | undefined): void {
    const when = this.#when;
    if (when === undefined || when === Infinity) return;
    const { loop, priority } = this.#task!;
    const expire = () => this.#expire();
    this.#handle = when <= (now ?? loop.time())
      ? loop.callSoonIn(priority, undefined, expire, undefined)
      : loop.callAtIn(priority, when, expire, undefined);
  }

  #expire(): void {
    this.#handle = undefined;
    this.#state = "expiring";
    this.#owed &&= this.#task!.interrupted;
    this.#task!.cancel();
  }

  /** @internal Waits for what it begins, at most until the deadline. */
  *run<T>(begin: (scope: Timeout) => Yieldable<T>): Coroutine<T> {
    const task = requireTask("timeout()");
    this.#task = task;
    this.#state = "active";
    this.#requests = task.cancelling;
    this.#owed = task.interrupted;
    this.#arm(this.#madeAt);
    try {
      const result = yield* begin(this);
      this.#leave();
      return result;
    } catch (error) {
      if (this.#leave() && isCancelled(error)) {
        throw new TimeoutError(`TIMED OUT AT ${this.#when} MS`, { cause: error });
      }
      throw error;
    } finally {
      if (this.#state === "active" || this.#state === "expiring") this.#leave(); // It was closed.
    }
  }

  /** Ends it; returns whether its own request is the only one to cancel the task. */
  #leave(): boolean {
    this.#handle?.cancel();
    this.#handle = undefined;
    const expired = this.#state === "expiring";
    this.#state = expired ? "expired" : "finished";
    return expired && this.#task!.uncancel() <= this.#requests && !this.#owed;
  }
}

/**
 * Runs a body in the current task, and cancels it after a number of milliseconds.
 *
 * It then throws a {@linkcode TimeoutError}. The body gets the scope, to look at the deadline and
 * to move it. `undefined` means no deadline.
 *
 * **Cancel safety.** A cancellation from outside stays one, even at the same moment.
 *
 * **Gotchas.** A body that catches the cancellation and goes on is not stopped again.
 *
 * ```ts
 * import { run, sleep, timeout, TimeoutError } from "@weft/weft";
 *
 * await run(async () => {
 *   try {
 *     await timeout(5, async () => await sleep(1000));
 *   } catch (error) {
 *     console.assert(error instanceof TimeoutError);
 *   }
 * });
 * ```
 */
export function timeout<T>(ms: number | undefined, body: Body<Timeout, T>): Awaitable<T> {
  if (ms !== undefined) checkDelay("ms", ms);
  checkBody(body);
  return new Operation(
    `timeout(${ms})`,
    () => Timeout.after(ms).run((scope) => callBody(body, scope)),
  );
}

/**
 * Is {@linkcode timeout} with a deadline in the loop's time.
 *
 * Steps that share a deadline are each given the same one.
 *
 * **Cancel safety.** As that of {@linkcode timeout}.
 *
 * ```ts
 * import { getRunningLoop, run, sleep, timeoutAt, TimeoutError, VirtualClock } from "@weft/weft";
 *
 * await run(async () => {
 *   const deadline = getRunningLoop().time() + 100;
 *   await timeoutAt(deadline, () => sleep(70));
 *   try {
 *     await timeoutAt(deadline, () => sleep(70));
 *     console.assert(false, "not reached");
 *   } catch (error) {
 *     console.assert(error instanceof TimeoutError && getRunningLoop().time() === 100);
 *   }
 * }, { clock: new VirtualClock() });
 * ```
 */
export function timeoutAt<T>(when: number | undefined, body: Body<Timeout, T>): Awaitable<T> {
  if (when !== undefined) checkDelay("when", when);
  checkBody(body);
  return new Operation(
    `timeoutAt(${show(when)})`,
    () => new Timeout(when).run((scope) => callBody(body, scope)),
  );
}
