/**
 * Waiting until everybody else waits.
 *
 * @module
 */

import {
  type Awaitable,
  type Coroutine,
  LabeledFuture,
  Operation,
  runningLoop,
} from "../lowlevel.ts";

/**
 * Goes on once nothing is ready in the loop: every other task waits, and no callback is due.
 *
 * Virtual time does not pass before it goes on. So what a task does until it waits for something can
 * be asserted without a guess at how many turns it takes.
 *
 * **Cancel safety.** A task cancelled while it waits leaves nothing behind.
 *
 * **Gotchas.** What the host has in flight does not count: a task that waits for a response waits.
 * While a task runs without ever waiting, `for (;;) await yieldNow()`, this does not go on.
 *
 * ```ts
 * import { createTask, Lock } from "@weft/weft";
 * import { runTest, waitAllTasksBlocked } from "@weft/weft/testing.ts";
 *
 * await runTest(async () => {
 *   const lock = new Lock();
 *   const permit = await lock.acquire();
 *   const second = createTask(() => lock.acquire());
 *   await waitAllTasksBlocked();
 *   console.assert(lock.statistics().waiting === 1);
 *   permit[Symbol.dispose]();
 *   (await second)[Symbol.dispose]();
 * });
 * ```
 */
export function waitAllTasksBlocked(): Awaitable<void> {
  return new Operation("waitAllTasksBlocked()", waitUntilIdle);
}

/** Waits until nothing is ready. */
function* waitUntilIdle(): Coroutine<void> {
  const loop = runningLoop();
  const idle = new LabeledFuture<void>(loop, "waitAllTasksBlocked()");
  const handle = loop.whenIdle(() => idle.succeed());
  try {
    yield* idle;
  } finally {
    handle.cancel();
  }
}
