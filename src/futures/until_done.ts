/**
 * Waiting for the end of a future, whatever that is.
 *
 * @module
 */

import type { Coroutine } from "./awaitable.ts";
import type { Future } from "./future.ts";
import { LabeledFuture } from "./labeled_future.ts";
import { currentPriority, runningLoop } from "./running.ts";

/** Waits until a future is done. A cancelled wait leaves the future alone; dumps call it by the label. */
export function* untilDone(future: Future<unknown>, label: string): Coroutine<void> {
  const done = new LabeledFuture<void>(runningLoop(), label);
  const release = () => done.succeed();
  future.addDoneCallback(release, { priority: currentPriority() });
  try {
    yield* done;
  } finally {
    future.removeDoneCallback(release);
  }
}
