/**
 * Trying again.
 *
 * @module
 */

import {
  type Awaitable,
  callBody,
  checkDelay,
  checkOptions,
  type Coroutine,
  type CoroutineResult,
  isCancelled,
  Operation,
  show,
  sleep,
} from "../lowlevel.ts";

const KNOWN = ["attempts", "delay", "factor", "jitter", "when", "random"];

/** Configures `retry()`. */
export interface RetryOptions {
  /** Bounds how often it is tried; 3 times unless given. */
  attempts?: number | undefined;
  /** Is the wait before the second attempt, in ms; 100 unless given. */
  delay?: number | undefined;
  /** Multiplies the wait after each attempt; 2 unless given. */
  factor?: number | undefined;
  /** Shortens each wait by a random part of it, up to this one; 0 to 1, 0 unless given. */
  jitter?: number | undefined;
  /** Decides whether an error is worth another attempt; any is unless given. */
  when?: ((error: unknown, attempt: number) => boolean) | undefined;
  /** Gives a random number from 0 to 1 for the jitter; `Math.random` unless given. */
  random?: (() => number) | undefined;
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
  const { random = Math.random } = options;
  if (typeof fn !== "function") throw new TypeError(`retry() TAKES A FUNCTION: ${show(fn)}`);
  if (typeof attempts !== "number") {
    throw new TypeError(`attempts MUST BE A NUMBER: ${show(attempts)}`);
  }
  if (!(attempts >= 1)) throw new RangeError(`attempts MUST BE 1 OR MORE: ${attempts}`);
  for (const [name, given] of Object.entries({ when, random })) {
    if (typeof given !== "function") {
      throw new TypeError(`${name} MUST BE A FUNCTION: ${show(given)}`);
    }
  }
  checkDelay("delay", delay);
  checkDelay("factor", factor);
  if (delay < 0) throw new RangeError(`delay MUST BE 0 OR MORE: ${delay}`);
  if (!(factor >= 0 && factor < Infinity)) {
    throw new RangeError(`factor MUST BE 0 OR MORE: ${factor}`);
  }
  checkDelay("jitter", jitter);
  if (!(jitter >= 0 && jitter <= 1)) throw new RangeError(`jitter MUST BE 0 TO 1: ${jitter}`);
  const between = (failures: number) =>
    delay === 0 ? 0 : delay * factor ** (failures - 1) * (1 - jitter * random());
  const isFinal = (error: unknown, attempt: number) =>
    isCancelled(error) || attempt >= attempts || !when(error, attempt);
  return new Operation("retry()", () => tryOn(fn, isFinal, between));
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
