/**
 * Waiting for some of several futures.
 *
 * @module
 */

import { type Awaitable, type Coroutine, explain, isList, show } from "./awaitable.ts";
import { checkOptions } from "./check_options.ts";
import { failureOf } from "./gather.ts";
import { Future } from "./future.ts";
import { Operation } from "./operation.ts";
import { currentPriority, runningLoop } from "./running.ts";
import { checkDelay } from "./sleep.ts";

/** Configures `wait()`. */
export interface WaitOptions {
  /** Bounds the wait, in ms. */
  timeout?: number | undefined;
  /** Says what ends it: all done, the first done, or the first failed (or all done). */
  returnWhen?: "all" | "first" | "exception" | undefined;
}

/** Are the futures given to `wait()`, parted in two, each in the order they were given. */
export interface WaitResult<F> {
  /** Holds those that are done. */
  readonly done: Set<F>;
  /** Holds those that are not done. */
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
  checkOptions("wait()", options, ["timeout", "returnWhen"]);
  const { timeout, returnWhen = "all" } = options;
  if (!isList(futures)) {
    throw new TypeError(`wait() TAKES AN ARRAY OF FUTURES: ${show(futures)}`);
  }
  if (!["all", "first", "exception"].includes(returnWhen)) {
    throw new RangeError(`returnWhen MUST BE "all", "first" OR "exception": ${show(returnWhen)}`);
  }
  if (timeout !== undefined) checkDelay("timeout", timeout);
  return new Operation("wait()", () => waitFor(futures, timeout, returnWhen));
}

function* waitFor<F extends Future<unknown>>(
  iterable: Iterable<F>,
  timeout: number | undefined,
  returnWhen: "all" | "first" | "exception",
): Coroutine<WaitResult<F>> {
  const futures = new Set(iterable);
  if (futures.size === 0) throw new RangeError("wait() NEEDS AT LEAST ONE FUTURE: []");
  for (const future of futures) {
    if (future instanceof Future) continue;
    throw new TypeError(`wait() TAKES FUTURES, MAKE A TASK OF: ${explain(future)}`);
  }
  const loop = runningLoop();
  const waiter = loop.createFuture<void>();
  const priority = currentPriority();
  const release = () => void (waiter.done || waiter.setResult());
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
