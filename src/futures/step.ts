/**
 * Stepping a coroutine from one suspension point to the next.
 *
 * What is stepped is in exactly one of three states: its step is queued, its step is running, or
 * it waits. The step of a generator is one call of `next()` or `throw()`. The step of native async
 * code begins by settling the promise that it awaits, takes microtasks, and ends when the code
 * awaits something of the library or has settled.
 *
 * @module
 */

import { CancelledError, newCancelledError } from "../errors.ts";
import {
  type Coroutine,
  explain,
  Failure,
  RESUMED,
  takeSuspension,
  type Waiter,
} from "./awaitable.ts";
import {
  type Flow,
  interruptIfDue,
  MUST_CANCEL,
  noteStep,
  PARKED,
  type Part,
  SLEEPING,
} from "./flow.ts";

/** Takes what a wait has come to, as its step begins: a value or a failure. */
export function takeOutcome(sleeper: Flow): unknown {
  const { waiter } = sleeper;
  let outcome: unknown;
  if (waiter !== undefined) {
    sleeper.waiter = undefined;
    outcome = waiter.take();
  }
  if ((sleeper.flags & MUST_CANCEL) !== 0) {
    const isCancelled = outcome instanceof Failure && outcome.error instanceof CancelledError;
    if (!isCancelled) outcome = new Failure(newCancelledError(sleeper.rare?.message));
    sleeper.flags &= ~MUST_CANCEL;
  }
  sleeper.flags &= ~PARKED;
  noteStep(sleeper);
  return outcome;
}

/** Resumes a coroutine: what it awaited takes its own result. */
export function advance(
  generator: Coroutine<unknown>,
  outcome: unknown,
): IteratorResult<unknown, unknown> {
  return outcome instanceof Failure ? generator.throw(outcome.error) : generator.next(RESUMED);
}

/** Begins to wait. */
export function park(sleeper: Flow, waiter: Waiter): void {
  sleeper.flags |= PARKED;
  try {
    waiter.suspend(sleeper);
    sleeper.waiter = waiter;
  } catch (error) {
    sleeper.waiter = misused(error);
    sleeper.wake();
  }
  interruptIfDue(sleeper);
}

/** Waits for a time, on the timer of a sleeper's id. */
export function sleepUntil(sleeper: Flow & { readonly id: number }, when: number): void {
  sleeper.flags |= SLEEPING;
  sleeper.loop.arm(sleeper.id, when);
}

/** Ends the sleep of one whose timer has run: as any timer, it wakes who waits in the next turn. */
export function endSleep(sleeper: Flow & { readonly id: number }): void {
  sleeper.flags &= ~SLEEPING;
  sleeper.loop.push(sleeper.id);
}

/** Ends a sleep early; returns false if its timer has run. */
export function stopSleeping(sleeper: Flow & { readonly id: number }): boolean {
  if ((sleeper.flags & SLEEPING) === 0) return false;
  sleeper.flags &= ~SLEEPING;
  sleeper.loop.requeue(sleeper.id); // The timer may be due in this very turn.
  return true;
}

/** Notes with the waits for the host around a strand that one more waits for the library, or one less. */
export function noteStrands(strand: Part, change: 1 | -1): void {
  for (let flow: Flow | undefined = strand.parent; flow !== undefined; flow = flow.parent) {
    flow.rare?.hostWait?.noteStrands(change);
  }
}

/** A wait for a promise that the loop knows nothing of. */
export const foreignPromise: Waiter = {
  suspend() {},
  cancel: () => false,
  take() {},
  toString: () => "a promise of the host",
};

/** Finds what a coroutine waits on; refuses what it yielded instead of awaiting it with `yield*`. */
export function waiterOf(result: IteratorResult<unknown, unknown>): Waiter {
  const waiter = takeSuspension(result);
  if (waiter !== undefined) return waiter;
  const { value } = result;
  // Nobody else will look at it.
  if (value instanceof Promise) value.then(undefined, () => {});
  const error = new TypeError(`Cannot wait for what was yielded: ${explain(value)}`);
  return {
    ...misused(error),
    suspend() {
      throw error;
    },
  };
}

/** Throws an error at a suspension point that was misused. */
function misused(error: unknown): Waiter {
  return {
    suspend() {},
    cancel: () => false,
    take: () => new Failure(error),
    toString: () => "what cannot be awaited",
  };
}
