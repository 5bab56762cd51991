/**
 * Waiting for some of several futures.
 *
 * @module
 */

import { checkNumber, checkOneOf, checkOptions } from "../check.ts";
import { type Awaitable, type Coroutine, explain } from "./awaitable.ts";
import { failureOf } from "./gather.ts";
import { type Future, InnerFuture } from "./future.ts";
import { LabeledFuture } from "./labeled_future.ts";
import { Operation } from "./operation.ts";
import { checkIsList, ignoreFailure, refusal } from "./refusal.ts";
import { currentPriority, runningLoop } from "./running.ts";

/** Options of `wait()`. */
export interface WaitOptions {
  /** The most that the wait may take, in ms. */
  timeout?: number | undefined;
  /** What ends it: all done, the first done, or the first failed (or all done). */
  returnWhen?: "all" | "first" | "exception" | undefined;
}

/** The futures given to `wait()`, parted in two, each in the order they were given. */
export interface WaitResult<F> {
  /** Those that are done. */
  readonly done: Set<F>;
  /** Those that are not done. */
  readonly pending: Set<F>;
}

/**
 * Waits until futures are done, and tells which are.
 *
 * It cancels nothing and throws nothing for them, at the timeout neither.
 *
 * **Cancel safety.** Cancelling it leaves the futures alone.
 *
 * ```ts
 * import { createTask, run, sleep, wait } from "@weft/weft";
 *
 * await run(function* () {
 *   const tasks = [createTask(() => sleep(1)), createTask(() => sleep(1000))];
 *   const { done, pending } = yield* wait(tasks, { returnWhen: "first" });
 *   console.assert(done.has(tasks[0]) && pending.has(tasks[1]));
 * });
 * ```
 */
export function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): Awaitable<WaitResult<F>> {
  checkIsList("wait([createTask(() => f())])", [futures, options]);
  checkOptions("wait()", options, ["timeout", "returnWhen"]);
  const { timeout, returnWhen = "all" } = options;
  checkOneOf("returnWhen", returnWhen, ["all", "first", "exception"]);
  if (timeout !== undefined) checkNumber("timeout", timeout);
  const all = new Set(futures); // Who ends before it is awaited may be taken out of the list.
  return new Operation("wait()", () => waitFor(all, timeout, returnWhen));
}

function* waitFor<F extends Future<unknown>>(
  futures: ReadonlySet<F>,
  timeout: number | undefined,
  returnWhen: "all" | "first" | "exception",
): Coroutine<WaitResult<F>> {
  if (futures.size === 0) throw new RangeError("wait() needs at least one future: []");
  for (const future of futures) {
    if (future instanceof InnerFuture) continue;
    futures.forEach(ignoreFailure);
    if (future as unknown instanceof Promise) {
      throw refusal("wait([createTask(() => f())])", future);
    }
    throw new TypeError(`wait() takes futures, make a task of: ${explain(future)}`);
  }
  const loop = runningLoop();
  const waiter = new LabeledFuture<void>(loop, "wait()");
  const priority = currentPriority();
  const release = () => waiter.succeed();
  const timer = timeout === undefined
    ? undefined
    : loop.callAtIn(priority, loop.time() + timeout, release, []);
  let unfinished = futures.size;
  const onDone = (future: Future<unknown>) => {
    unfinished--;
    const ends = unfinished <= 0 || returnWhen === "first" ||
      returnWhen === "exception" && !future.cancelled && failureOf(future) !== undefined;
    if (!ends) return;
    timer?.cancel();
    release();
  };
  for (const future of futures) future.addDoneCallback(onDone, { priority });
  try {
    yield* waiter;
  } finally {
    timer?.cancel();
    for (const future of futures) future.removeDoneCallback(onDone);
  }
  const done = new Set<F>();
  const pending = new Set<F>();
  for (const future of futures) (future.done ? done : pending).add(future);
  return { done, pending };
}
