/**
 * Saying what a program waits for, in reports.
 *
 * @module
 */

import type { Scheduler, WaitingTask } from "./scheduler.ts";
import { userFrames } from "./user_frames.ts";

/** Describes what each task of a loop waits on, in a new line for each. */
export function describeWaits(loop: Scheduler): string {
  return loop.listTasks().map((task) => `\n  ${describeWait(task)}${createdAt(task)}`).join("");
}

/** Describes what a task waits on; native code of it may wait on several things. */
export function describeWait(task: WaitingTask): string {
  const waits = task.waits.map(String);
  if (waits.length === 0) waits.push(String(task.waitingOn ?? "a step of its own"));
  return `${task.name} waits on ${waits.join(", and on ")}`;
}

/** Describes where in the user's code a task was created, if that is known: in debug mode only. */
export function createdAt(task: WaitingTask): string {
  const [frame] = userFrames(task.createdAt);
  return frame === undefined ? "" : `, created ${frame.trim()}`;
}
