/**
 * Waiting for one thing for a bounded time.
 *
 * @module
 */

import { checkNumber } from "../check.ts";
import { isCancelled, TimeoutError } from "../errors.ts";
import type { Awaitable, Coroutine } from "./awaitable.ts";
import { ensureFuture, type Waitable } from "./create_task.ts";
import { handOver, placeHere } from "./forgotten.ts";
import { awaitInline } from "./inline.ts";
import { Operation } from "./operation.ts";
import { isWaitable, refusal } from "./refusal.ts";
import { Timeout } from "./timeout.ts";
import { untilDone } from "./until_done.ts";

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
  if (!isWaitable(awaitable)) throw refusal("waitFor(() => f(), ms)", awaitable);
  if (ms !== undefined) checkNumber("ms", ms);
  handOver(awaitable);
  const place = placeHere();
  return new Operation(`waitFor(…, ${ms})`, () => {
    if (ms !== undefined && ms <= 0) return takeAtOnce(awaitable, ms);
    return Timeout["after"](ms, place)["run"](() => awaitInline(awaitable));
  });
}

/** Takes the result of what is done, and cancels all else. */
function* takeAtOnce<T>(awaitable: Waitable<T>, ms: number): Coroutine<T> {
  const future = ensureFuture(awaitable);
  if (future.done) return future.result();
  future.cancel();
  yield* untilDone(future, "what waitFor() has cancelled");
  try {
    return future.result();
  } catch (error) {
    if (!isCancelled(error)) throw error;
    throw new TimeoutError(`timed out at once: ${ms} ms`, { cause: error });
  }
}
