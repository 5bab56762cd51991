/**
 * Starting tasks.
 *
 * @module
 */

import { type Awaitable, type CoroutineLike, isAwaitable, isCoroutine } from "./awaitable.ts";
import type { EventLoop } from "./event_loop.ts";
import { handOver } from "./forgotten.ts";
import { type Future, InnerFuture } from "./future.ts";
import { refusal } from "./refusal.ts";
import { runningLoop } from "./running.ts";
import type { Task } from "./task.ts";
import type { TaskOptions } from "./task_options.ts";

/** What can be waited for: an awaitable, or a coroutine that becomes a task. */
export type Waitable<T> = Awaitable<T> | CoroutineLike<T>;

/**
 * Starts a task: a coroutine that runs on its own.
 *
 * Its first step runs in the loop's next turn. The loop holds the task until it is done; a failure
 * that nobody looks at is reported when the loop closes.
 *
 * ```ts
 * import { createTask, run, sleep } from "@weft/weft";
 *
 * await run(async () => {
 *   const task = createTask(async () => {
 *     await sleep(5);
 *     return 42;
 *   });
 *   console.assert(await task === 42);
 * });
 * ```
 */
export function createTask<T>(coroutine: CoroutineLike<T>, options?: TaskOptions): Task<T> {
  return runningLoop().createTask(coroutine, options);
}

/**
 * Returns a future or task as it is; makes a task of anything else that can be awaited.
 *
 * ```ts
 * import { createTask, ensureFuture, run, sleep } from "@weft/weft";
 *
 * await run(async () => {
 *   const task = createTask(() => sleep(1, "task"));
 *   console.assert(ensureFuture(task) === task);
 *   console.assert(await ensureFuture(sleep(1, "awaitable")) === "awaitable");
 *   await task;
 * });
 * ```
 */
export function ensureFuture<T>(awaitable: Waitable<T>, loop?: EventLoop): Future<T> {
  if (awaitable instanceof InnerFuture) {
    if (loop !== undefined && awaitable.loop !== loop) {
      throw new RangeError(`Cannot use a future of another loop: ${awaitable}`);
    }
    return awaitable as Future<T>;
  }
  if (isCoroutine(awaitable)) return (loop ?? runningLoop()).createTask(awaitable);
  if (isAwaitable(awaitable)) {
    handOver(awaitable);
    return (loop ?? runningLoop()).createTask(() => awaitable as Awaitable<T>);
  }
  throw refusal("ensureFuture(() => f())", awaitable);
}
