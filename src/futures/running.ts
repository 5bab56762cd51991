/**
 * Which loop and which task is running.
 *
 * @module
 */

import { currentExecution } from "../engine/current.ts";
import { active } from "../engine/current.ts";
import { DEFAULT_PRIORITY } from "../engine/loop.ts";
import { RuntimeError } from "../errors.ts";
import type { EventLoop } from "./event_loop.ts";
import type { Task } from "./task.ts";

/** Finds the loop that is running this code, if any. */
export function findRunningLoop(): EventLoop | undefined {
  const loop = active.loop ?? currentExecution()?.loop;
  return loop?.running ? loop as EventLoop : undefined;
}

/** Finds the loop that is running this code; throws outside of tasks and callbacks. */
export function runningLoop(): EventLoop {
  const loop = findRunningLoop();
  if (loop === undefined) {
    throw new RuntimeError("NO LOOP IS RUNNING HERE: CALL THIS FROM A TASK OR A CALLBACK OF run()");
  }
  return loop;
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
  return execution.isTask ? execution as Task<unknown> : undefined;
}

/** Returns the task that is running; throws in a plain callback. */
export function requireTask(what: string): Task<unknown> {
  const task = currentTask();
  if (task === undefined) throw new RuntimeError(`${what} MUST BE USED INSIDE A TASK`);
  return task;
}

/** Tells the priority of the task that is running. */
export function currentPriority(): number {
  const execution = currentExecution();
  return execution?.isTask ? (execution as Task<unknown>).priority : DEFAULT_PRIORITY;
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
