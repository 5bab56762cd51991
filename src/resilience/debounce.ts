/**
 * Calling a function once things have been quiet for a while.
 *
 * @module
 */

import { checkAtLeast, checkFunction, checkOptions, checkSpan } from "../lowlevel.ts";
import { paced, type PacedFunction } from "./paced_call.ts";

/** Configures `debounce()`. */
export interface DebounceOptions {
  /** How long, in ms, calls can put it off, at most; no bound unless given. */
  most?: number | undefined;
}

/**
 * Makes a function that calls another once no more calls have come for a while.
 *
 * Each call puts it off by `ms`, and the arguments of the last count. The function may be plain, or a
 * coroutine function: it runs in a task of its own, one at a time, and what it throws goes to the
 * loop's exception handler.
 *
 * **Cancel safety.** `cancel()` calls off what has not begun. So does the end of `run`: what must not
 * be lost, `flush()` before.
 *
 * ```ts
 * import { run, sleep, VirtualClock } from "@weft/weft";
 * import { debounce } from "@weft/weft/resilience.ts";
 *
 * const searched: string[] = [];
 * await run(async () => {
 *   const search = debounce((words: string) => void searched.push(words), 300);
 *   for (const words of ["w", "we", "weft"]) {
 *     search(words);
 *     await sleep(100);
 *   }
 *   console.assert(search.pending);
 *   await sleep(200);
 * }, { clock: new VirtualClock() });
 * console.assert(searched.join() === "weft");
 * ```
 */
export function debounce<A extends readonly unknown[]>(
  fn: (...args: A) => unknown,
  ms: number,
  options: DebounceOptions = {},
): PacedFunction<A> {
  checkFunction("fn", fn);
  checkSpan("ms", ms);
  checkOptions("debounce()", options, ["most"]);
  const { most = Infinity } = options;
  checkAtLeast("most", most, ms);
  return paced(
    `debounce() of ${fn.name || "a function"}`,
    fn,
    (now, asked) => Math.min(now + ms, asked + most),
  );
}
