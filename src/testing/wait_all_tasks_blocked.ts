/**
 * Waiting until everybody else waits.
 *
 * @module
 */

import {
  type Awaitable,
  type Coroutine,
  type EventLoop,
  Future,
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

function* waitUntilIdle(): Coroutine<void> {
  const idle = new Idleness(runningLoop());
  const handle = idle.loop.whenIdle(() => idle.come());
  try {
    yield* idle;
  } finally {
    handle.cancel();
  }
}

/** Is the moment at which nothing is ready. */
class Idleness extends Future<void> {
  /** Makes it of a loop. */
  constructor(loop: EventLoop) {
    super(loop);
  }

  /** Describes it for dumps. */
  override get label(): string {
    return "waitAllTasksBlocked()";
  }

  /** Wakes who waits for it, unless that one was cancelled in this very moment. */
  come(): void {
    if (!this.done) this.complete();
  }
}
