/**
 * Which loop and which task is running.
 *
 * @module
 */

import { currentExecution } from "../engine/current.ts";
import { DEFAULT_PRIORITY } from "../engine/loop.ts";
import { RuntimeError } from "../errors.ts";
import type { EventLoop, InnerLoop } from "./event_loop.ts";
import { type Flow, liveFlow } from "./flow.ts";
import { findScheduler, requireScheduler } from "./scheduler.ts";
import type { InnerTask, Task } from "./task.ts";

/** Finds the loop that is running this code, if any. */
export function findRunningLoop(): InnerLoop | undefined {
  return findScheduler() as InnerLoop | undefined;
}

/** Finds the loop that is running this code; throws outside of tasks and callbacks. */
export function runningLoop(): InnerLoop {
  return requireScheduler() as InnerLoop;
}

/**
 * Returns the loop that is running this code.
 *
 * ```ts
 * import { getRunningLoop, run } from "@weft/weft";
 *
 * await run(function* () {
 *   console.assert(getRunningLoop().running);
 * });
 * ```
 */
export function getRunningLoop(): EventLoop {
  return runningLoop();
}

/**
 * Returns the task that is running, `undefined` in a plain callback.
 *
 * ```ts
 * import { currentTask, run } from "@weft/weft";
 *
 * await run(async () => console.assert(currentTask()?.name === "main"), { name: "main" });
 * ```
 */
export function currentTask(): Task<unknown> | undefined {
  const execution = currentExecution();
  if (execution === undefined) {
    runningLoop();
    return undefined;
  }
  return execution.task as Task<unknown> | undefined;
}

/** Returns the task that is running, if any is: outside of loops, too. */
export function findTask(): InnerTask<unknown> | undefined {
  return currentExecution()?.task as InnerTask<unknown> | undefined;
}

/** Returns the task that is running; throws in a plain callback. */
export function requireTask(what: string): InnerTask<unknown> {
  const task = currentTask() as InnerTask<unknown> | undefined;
  if (task === undefined) {
    throw new RuntimeError(
      `Cannot use ${what} outside of a task: start one with run() or createTask()`,
    );
  }
  return task;
}

/** Returns the flow of code that is running: a task, or an operation that its native code awaits. */
export function requireFlow(what: string): Flow {
  requireTask(what);
  return liveFlow(currentExecution()!);
}

/** Returns the loop of a flow, with all that programs may ask of it. */
export function loopOf(flow: Flow): InnerLoop {
  return flow.loop as InnerLoop;
}

/** Returns the priority of the task that is running. */
export function currentPriority(): number {
  return findTask()?.priority ?? DEFAULT_PRIORITY;
}

/**
 * Lists the tasks of a loop that are not done, in the order of their creation.
 *
 * With `task.waitingOn` it tells what a program waits for.
 *
 * ```ts
 * import { allTasks, createTask, Event, run, sleep } from "@weft/weft";
 *
 * await run(async () => {
 *   const event = new Event();
 *   createTask(() => event.wait(), { name: "reader" });
 *   await sleep(0);
 *   console.assert([...allTasks()].map((task) => task.name).join() === "main,reader");
 *   event.set();
 * }, { name: "main" });
 * ```
 */
export function allTasks(loop: EventLoop = runningLoop()): Set<Task<unknown>> {
  return loop.allTasks();
}
