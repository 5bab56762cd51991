/**
 * What a test has left behind.
 *
 * @module
 */

import { InnerHandle, InnerTimerHandle } from "../engine/handle.ts";
import { createdAt, describeWait } from "../futures/describe_waits.ts";
import type { InnerLoop, InnerTask } from "../lowlevel.ts";

/** The error of a test that has not ended what it started. */
export class LeakError extends Error {
  /** The name of the class. */
  override readonly name = "LeakError";

  readonly #leaks: readonly string[];

  /** Makes the error of what was left, a line for each. */
  constructor(leaks: readonly string[], isDebug: boolean) {
    const hint = isDebug ? "" : " (debug: true shows where it was made)";
    const lines = leaks.map((leak) => `\n  ${leak}`).join("");
    super(`The test has left something behind: await, cancel or close it${hint}${lines}`);
    this.#leaks = leaks;
  }

  /** What was left, a line for each. */
  get leaks(): readonly string[] {
    return this.#leaks;
  }
}

/** Lists what is not done on a loop: a line for each task, timer and callback. */
export function findLeaks(loop: InnerLoop): string[] {
  const tasks = loop.listTasks().map((task) => `${describeTask(task)}${createdAt(task)}`);
  return [...tasks, ...handlesOf(loop).map((handle) => describeHandle(loop, handle))];
}

/** Describes what a task waits on. */
export function describeTask(task: InnerTask<unknown>): string {
  return `task ${describeWait(task)}`;
}

/** Lists the callbacks that were scheduled and have not run. */
function handlesOf(loop: InnerLoop): InnerHandle[] {
  return loop.listRunnables().filter((handler) => handler instanceof InnerHandle);
}

/** Describes what a callback waits for. */
function describeHandle(loop: InnerLoop, handle: InnerHandle): string {
  if (!(handle instanceof InnerTimerHandle)) return `callback ${handle.label} has not run`;
  const ms = Math.max(0, Math.ceil(handle.when - loop.time()));
  return `timer ${handle.label} is due in ${ms} ms`;
}
