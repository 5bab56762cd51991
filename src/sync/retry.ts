/**
 * Trying again.
 *
 * @module
 */

import {
  type Awaitable,
  callBody,
  checkAtLeast,
  checkBetween,
  checkFunction,
  checkOptions,
  type Coroutine,
  type CoroutineResult,
  isCancelled,
  Operation,
  show,
  sleep,
} from "../lowlevel.ts";

const KNOWN = ["attempts", "delay", "factor", "jitter", "when", "random", "budget"];

/** What pays for attempts beyond the first, for many calls together: a `RetryBudget` is one. */
export interface Allowance {
  /** Notes that a call has begun. */
  earn(): void;
  /** Pays for another attempt; returns false if there is nothing left to pay with. */
  spend(): boolean;
}

/** Options of `retry()`. */
export interface RetryOptions {
  /** The most attempts; 3 unless given. */
  attempts?: number | undefined;
  /** The wait before the second attempt, in ms; 100 unless given. */
  delay?: number | undefined;
  /** The factor by which the wait grows after each attempt; 2 unless given. */
  factor?: number | undefined;
  /** The most of each wait that is left out at random, as a part of it: 0 to 1, 0 unless given. */
  jitter?: number | undefined;
  /** A function that decides whether an error is worth another attempt; any is unless given. */
  when?: ((error: unknown, attempt: number) => boolean) | undefined;
  /** A function that gives random numbers from 0 to 1 for the jitter; `Math.random` unless given. */
  random?: (() => number) | undefined;
  /**
   * Pays for each attempt but the first, for all calls that share it; when it cannot, the error is
   * thrown at once. A `RetryBudget` of `resilience.ts` keeps many callers from overrunning a service
   * that has trouble.
   */
  budget?: Allowance | undefined;
}

/**
 * Calls a coroutine function until it returns, and waits longer and longer in between.
 *
 * The last error is thrown. A cancellation is never tried again.
 *
 * ```ts
 * import { retry, run, VirtualClock } from "@weft/weft";
 *
 * let calls = 0;
 * const flaky = async () => {
 *   if (++calls < 3) throw new Error("not yet");
 *   return "done";
 * };
 * const clock = new VirtualClock();
 * console.assert(await run(() => retry(flaky, { delay: 100 }), { clock }) === "done");
 * console.assert(clock.now() === 300);
 * ```
 */
export function retry<T>(
  fn: (attempt: number) => CoroutineResult<T>,
  options: RetryOptions = {},
): Awaitable<T> {
  checkOptions("retry()", options, KNOWN);
  const { attempts = 3, delay = 100, factor = 2, jitter = 0, when = () => true } = options;
  const { random = Math.random, budget } = options;
  checkFunction("fn", fn);
  checkAtLeast("attempts", attempts, 1);
  checkFunction("when", when);
  checkFunction("random", random);
  checkAtLeast("delay", delay, 0);
  checkBetween("factor", factor, 0, Number.MAX_VALUE);
  checkBetween("jitter", jitter, 0, 1);
  if (budget !== undefined) checkAllowance(budget);
  const between = (failures: number) =>
    delay === 0 ? 0 : delay * factor ** (failures - 1) * (1 - jitter * random());
  const isFinal = (error: unknown, attempt: number) =>
    isCancelled(error) || attempt >= attempts || !when(error, attempt) || budget?.spend() === false;
  return new Operation("retry()", () => {
    budget?.earn();
    return tryOn(fn, isFinal, between);
  });
}

/** Refuses what cannot pay for attempts. */
export function checkAllowance(budget: unknown): void {
  const { earn, spend } = Object(budget);
  if (typeof earn === "function" && typeof spend === "function") return;
  throw new TypeError(`budget must have earn() and spend(), as a RetryBudget: ${show(budget)}`);
}

/** Calls a function until it gives a result, or an error that is final. */
function* tryOn<T>(
  fn: (attempt: number) => CoroutineResult<T>,
  isFinal: (error: unknown, attempt: number) => boolean,
  between: (failures: number) => number,
): Coroutine<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return yield* callBody(fn, attempt);
    } catch (error) {
      if (isFinal(error, attempt)) throw error;
    }
    yield* sleep(between(attempt));
  }
}
