/**
 * Waiting for one thing for a bounded time.
 *
 * @module
 */

import { isCancelled, TimeoutError } from "../errors.ts";
import type { Awaitable, Coroutine } from "./awaitable.ts";
import { ensureFuture, type Waitable } from "./create_task.ts";
import type { Future } from "./future.ts";
import { awaitInline } from "./inline.ts";
import { Operation } from "./operation.ts";
import { currentPriority, runningLoop } from "./running.ts";
import { checkDelay } from "./sleep.ts";
import { Timeout } from "./timeout.ts";

/**
 * Waits for one awaitable, and cancels it after a number of milliseconds.
 *
 * It throws a {@linkcode TimeoutError} when the cancelled work has ended, which may be later. A
 * coroutine runs in the current task; with 0 ms or less it does not start. `undefined` waits without
 * bound.
 *
 * **Cancel safety.** Cancelling it cancels what it waits for; wrap that in `shield()` to keep it.
 *
 * ```ts
 * import { run, sleep, waitFor } from "@weft/weft";
 *
 * console.assert(await run(() => waitFor(sleep(1, "soon"), 1000)) === "soon");
 * ```
 */
export function waitFor<T>(awaitable: Waitable<T>, ms: number | undefined): Awaitable<T> {
  if (ms !== undefined) checkDelay("ms", ms);
  return new Operation(`waitFor(…, ${ms})`, () => {
    if (ms !== undefined && ms <= 0) return takeAtOnce(awaitable, ms);
    return Timeout.after(ms).run(() => awaitInline(awaitable));
  });
}

/** Takes the result of what is done, and cancels all else. */
function* takeAtOnce<T>(awaitable: Waitable<T>, ms: number): Coroutine<T> {
  const future = ensureFuture(awaitable);
  if (future.done) return future.result();
  yield* cancelAndWait(future);
  try {
    return future.result();
  } catch (error) {
    if (!isCancelled(error)) throw error;
    throw new TimeoutError(`TIMED OUT AT ONCE: ${ms} MS`, { cause: error });
  }
}

/** Cancels a future and waits until it is done, while it can be cancelled itself. */
function* cancelAndWait(future: Future<unknown>): Coroutine<void> {
  const waiter = runningLoop().createFuture<void>();
  const release = () => void (waiter.done || waiter.setResult());
  future.addDoneCallback(release, { priority: currentPriority() });
  try {
    future.cancel();
    yield* waiter;
  } finally {
    future.removeDoneCallback(release);
  }
}
