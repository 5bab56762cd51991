/**
 * Calling a function no more than so often.
 *
 * @module
 */

import { checkBoolean, checkFunction, checkOptions, checkSpan } from "../lowlevel.ts";
import { paced, type PacedFunction } from "./paced_call.ts";

/** Configures `throttle()`. */
export interface ThrottleOptions {
  /** Whether the first call begins at once, and not only at the end of the time; true unless given. */
  leading?: boolean | undefined;
  /** Whether the last of the calls in between is made up for at the end; true unless given. */
  trailing?: boolean | undefined;
}

/**
 * Makes a function that calls another at most once in some time.
 *
 * The first call begins at once. Of those that come within `ms` of it, the last begins when the time
 * is over; the others are left out. The function may be plain, or a coroutine function: it runs in a
 * task of its own, one at a time, and what it throws goes to the loop's exception handler.
 *
 * **Cancel safety.** `cancel()` calls off what has not begun. So does the end of `run`: what must not
 * be lost, `flush()` before.
 *
 * **Gotchas.** It leaves calls out. Where each is to be done, at a rate, use a `RateLimiter`.
 *
 * ```ts
 * import { run, sleep, VirtualClock } from "@weft/weft";
 * import { throttle } from "@weft/weft/resilience.ts";
 *
 * const clock = new VirtualClock();
 * const drawn: string[] = [];
 * await run(async () => {
 *   const draw = throttle((frame: number) => void drawn.push(`${frame} at ${clock.now()}`), 100);
 *   for (let frame = 0; frame < 5; frame++) {
 *     draw(frame);
 *     await sleep(30);
 *   }
 *   await draw.flush();
 * }, { clock });
 * console.assert(drawn.join() === "0 at 0,3 at 100,4 at 150");
 * ```
 */
export function throttle<A extends readonly unknown[]>(
  fn: (...args: A) => unknown,
  ms: number,
  options: ThrottleOptions = {},
): PacedFunction<A> {
  checkFunction("fn", fn);
  checkSpan("ms", ms);
  checkOptions("throttle()", options, ["leading", "trailing"]);
  const { leading = true, trailing = true } = options;
  checkBoolean("leading", leading);
  checkBoolean("trailing", trailing);
  if (!leading && !trailing) {
    throw new RangeError("leading and trailing cannot both be false: nothing would be called");
  }
  return paced(`throttle() of ${fn.name || "a function"}`, fn, (now, asked, begun) => {
    const earliest = leading ? (begun ?? -Infinity) + ms : Math.max(asked, begun ?? asked) + ms;
    if (earliest <= now) return now;
    return trailing ? earliest : undefined;
  });
}
