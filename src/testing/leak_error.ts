/**
 * What a test has left behind.
 *
 * @module
 */

import { Handle, TimerHandle } from "../engine/handle.ts";
import type { EventLoop, Task } from "../lowlevel.ts";
import { userFrames } from "./call_site.ts";

/** Is thrown for what a test started and did not end. */
export class LeakError extends Error {
  /** Names the class. */
  override readonly name = "LeakError";

  /** Makes the error of what was left, a line for each. */
  constructor(readonly leaks: readonly string[], isDebug: boolean) {
    const hint = isDebug ? "" : " (debug: true SHOWS WHERE TASKS ARE CREATED)";
    super(
      `AWAIT, CANCEL OR CLOSE WHAT THE TEST LEFT BEHIND${hint}:${
        leaks.map((leak) => `\n  ${leak}`).join("")
      }`,
    );
  }
}

/** Lists what is not done on a loop: a line for each task, timer and callback. */
export function findLeaks(loop: EventLoop): string[] {
  const tasks = loop.listTasks().map((task) => `${describeTask(task)}${creationOf(task)}`);
  return [...tasks, ...handlesOf(loop).map((handle) => describeHandle(loop, handle))];
}

/** Says what a task waits on. */
export function describeTask(task: Task<unknown>): string {
  return `task ${task.name} waits on ${task.waitingOn ?? "a step of its own"}`;
}

/** Says where a task was created, if that is known: debug mode only. */
function creationOf(task: Task<unknown>): string {
  const [frame] = userFrames(task.createdAt);
  return frame === undefined ? "" : `, created ${frame.trim()}`;
}

/** Lists the callbacks that were scheduled and have not run. */
function handlesOf(loop: EventLoop): Handle[] {
  return loop.listRunnables().filter((handler) => handler instanceof Handle);
}

/** Says what a callback waits for. */
function describeHandle(loop: EventLoop, handle: Handle): string {
  if (!(handle instanceof TimerHandle)) return `callback ${handle.label} has not run`;
  const ms = Math.max(0, Math.ceil(handle.when - loop.time()));
  return `timer ${handle.label} is armed, due in ${ms} ms`;
}
