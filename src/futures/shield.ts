/**
 * Keeping cancellation away from work.
 *
 * @module
 */

import { ensureFuture, type Waitable } from "./create_task.ts";
import type { Future, InnerFuture } from "./future.ts";
import { failureOf } from "./gather.ts";
import { LabeledFuture } from "./labeled_future.ts";
import { isWaitable, refusal } from "./refusal.ts";
import { currentPriority } from "./running.ts";

/**
 * Waits for an awaitable that goes on when the wait is cancelled.
 *
 * The awaiting task is cancelled all the same. A failure of work that goes on alone is handed to
 * the exception handler.
 *
 * ```ts
 * import { createTask, run, shield, sleep } from "@weft/weft";
 *
 * await run(function* () {
 *   const work = createTask(() => sleep(2, "done"));
 *   const outer = shield(work);
 *   outer.cancel();
 *   console.assert((yield* work) === "done");
 * });
 * ```
 */
export function shield<T>(awaitable: Waitable<T>): Future<T> {
  if (!isWaitable(awaitable)) throw refusal("shield(() => f())", awaitable);
  const inner = ensureFuture(awaitable);
  if (inner.done) return inner;
  const options = { priority: currentPriority() };
  const outer = new LabeledFuture<T>(inner.loop, {
    get label() {
      return `shield of the ${(inner as InnerFuture<T>).label}`;
    },
  });
  const onInner = () => {
    if (outer.cancelled) return;
    if (inner.cancelled) {
      outer.cancel();
      return;
    }
    const failure = failureOf(inner);
    if (failure) outer.setException(failure.error);
    else outer.setResult(inner.result());
  };
  inner.addDoneCallback(onInner, options);
  outer.addDoneCallback(() => {
    if (inner.done) return;
    inner.removeDoneCallback(onInner);
    inner.removeDoneCallback(reportFailure); // One report is enough, however often it is shielded.
    inner.addDoneCallback(reportFailure, options);
  }, options);
  return outer;
}

/** Reports the failure of work whose waiter was cancelled. */
function reportFailure(inner: Future<unknown>): void {
  if (inner.cancelled) return;
  const failure = failureOf(inner);
  if (failure === undefined) return;
  inner.loop.callExceptionHandler({
    message: "Exception in shielded future",
    exception: failure.error,
    future: inner,
  });
}
