/**
 * Bounding the time of a part of a task.
 *
 * @module
 */

import type { Handle } from "../engine/handle.ts";
import { checkNumber } from "../check.ts";
import { isCancelled, RuntimeError, TimeoutError } from "../errors.ts";
import { type Awaitable, type Body, type Coroutine, show, type Yieldable } from "./awaitable.ts";
import { callBody, checkBody } from "./inline.ts";
import { inLine, showInLine } from "../engine/inspection.ts";
import { Operation } from "./operation.ts";
import { placeHere } from "./forgotten.ts";
import {
  isInterrupted,
  MUST_CANCEL,
  Region,
  requestCancel,
  requestsHere,
  sleepersOf,
  uncancel,
} from "./flow.ts";
import { requireFlow, runningLoop } from "./running.ts";
import { madeAtLine } from "./user_frames.ts";

/**
 * A part of a task with a deadline.
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
  static readonly #shown: void = /* @__PURE__ */ showInLine(this);

  #when: number | undefined;
  /** The time it was made at, if that is known: to ask the clock again would take longer. */
  readonly #madeAt: number | undefined;
  #state: "created" | "active" | "expiring" | "expired" | "finished" = "created";
  /** What it runs in, once it has begun. */
  #region: Region | undefined;
  #requests = 0;
  /** Whether a cancellation from before it began is still on its way to the task. */
  #owed = false;
  #handle: Handle | undefined;
  /** Where in the user's code it was made: debug mode only. */
  readonly #place: Error | undefined;

  private constructor(when: number | undefined, place?: Error, madeAt?: number) {
    this.#when = when;
    this.#place = place;
    this.#madeAt = madeAt;
  }

  /** Makes one that ends at a time of the loop's clock. */
  private static at(when: number | undefined, place?: Error): Timeout {
    return new Timeout(when, place);
  }

  /** Makes one that ends in so many ms, to be entered at once. */
  private static after(ms: number | undefined, place?: Error): Timeout {
    if (ms === undefined) return new Timeout(undefined);
    const now = runningLoop().time();
    return new Timeout(now + ms, place, now);
  }

  /** Describes it in a line. */
  toString(): string {
    return inLine("Timeout", this.#state, this.#when !== undefined && `deadline: ${this.#when}`);
  }

  /** The deadline in the loop's time, `undefined` if there is none. */
  get when(): number | undefined {
    return this.#when;
  }

  /** Whether the deadline passed before the body ended. */
  get expired(): boolean {
    return this.#state === "expiring" || this.#state === "expired";
  }

  /** Moves the deadline; `undefined` removes it. */
  reschedule(when: number | undefined): void {
    if (when !== undefined) checkNumber("when", when);
    if (this.#state !== "active") {
      throw new RuntimeError(`Cannot reschedule a timeout that is ${this.#state}`);
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
    const { loop, priority } = this.#region!.flow;
    const expire = () => this.#expire();
    this.#handle = when <= (now ?? loop.time())
      ? loop.callSoonIn(priority, undefined, expire, undefined)
      : loop.callAtIn(priority, when, expire, undefined);
  }

  #expire(): void {
    this.#handle = undefined;
    this.#state = "expiring";
    const { flow } = this.#region!;
    this.#owed &&= isInterrupted(flow);
    if (flow.loop.debug && sleepersOf(flow).next().done) this.#tellHeldUp();
    requestCancel(flow, this.#region);
  }

  /** Warns that nothing in its body can be interrupted: native code of it waits for the host. */
  #tellHeldUp(): void {
    const madeAt = this.#madeAt;
    const deadline = madeAt === undefined
      ? `deadline ${this.#when}`
      : `of ${lengthOf(this.#when!, madeAt)} ms`;
    console.warn(
      `A timeout ${deadline} has expired, but its body still waits for a promise of the host: await ` +
        `that through until()${madeAtLine(this.#place)}`,
    );
  }

  /** Waits for what it begins, at most until the deadline. */
  private *run<T>(begin: (scope: Timeout) => Yieldable<T>): Coroutine<T> {
    const flow = requireFlow("timeout()");
    this.#region = new Region(flow);
    this.#state = "active";
    this.#requests = requestsHere(flow);
    this.#owed = isInterrupted(flow);
    this.#arm(this.#madeAt);
    try {
      const result = yield* begin(this);
      // Native code that waited for the host has not seen the cancellation.
      const isUnseen = this.expired && (flow.flags & MUST_CANCEL) !== 0;
      if (!this.#leave() || !isUnseen) return result;
    } catch (error) {
      if (this.#leave() && isCancelled(error)) throw this.#error(error);
      throw error;
    } finally {
      if (this.#state === "active" || this.#state === "expiring") this.#leave(); // It was closed.
      this.#region.end();
    }
    throw this.#error(undefined);
  }

  /** Ends it; returns whether its own request is the only one to cancel the task. */
  #leave(): boolean {
    this.#handle?.cancel();
    this.#handle = undefined;
    const expired = this.#state === "expiring";
    this.#state = expired ? "expired" : "finished";
    return expired && uncancel(this.#region!.flow) <= this.#requests && !this.#owed;
  }

  /** Makes the error of a deadline that has passed. */
  #error(cause: unknown): TimeoutError {
    const madeAt = this.#madeAt;
    const message = madeAt === undefined
      ? `timed out at ${this.#when} ms of the loop's time`
      : `timed out after ${lengthOf(this.#when!, madeAt)} ms`;
    return new TimeoutError(message, cause === undefined ? undefined : { cause });
  }
}

/** Returns the ms from one time to another, without what their sum has lost. */
function lengthOf(when: number, madeAt: number): number {
  return Number((when - madeAt).toFixed(3));
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
  if (ms !== undefined) checkNumber("ms", ms);
  checkBody(body);
  const place = placeHere();
  return new Operation(
    `timeout(${ms})`,
    () => Timeout["after"](ms, place)["run"]((scope) => callBody(body, scope)),
  );
}

/**
 * Runs a body in the current task, and cancels it at a time of the loop's clock.
 *
 * It is {@linkcode timeout} with a deadline in place of a length.
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
  if (when !== undefined) checkNumber("when", when);
  checkBody(body);
  const place = placeHere();
  return new Operation(
    `timeoutAt(${show(when)})`,
    () => Timeout["at"](when, place)["run"]((scope) => callBody(body, scope)),
  );
}
