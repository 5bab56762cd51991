/**
 * What a program does without waiting.
 *
 * @module
 */

import { currentTask } from "../../../mod.ts";
import type { Flow } from "./flow.ts";
import { label, type Op } from "./program.ts";
import { cancelledScope, type TaskRecord } from "./requests.ts";

/** The error of the programs. */
export class Boom extends Error {
  override name = "Boom";
}

/** Does an operation that waits for nothing; says whether it is one. */
export function act(flow: Flow, op: Op): boolean {
  const { world, task } = flow;
  switch (op.kind) {
    case "set":
      world.events[op.at].set();
      break;
    case "clear":
      world.events[op.at].event.clear();
      break;
    case "resolve":
      world.futures[op.at].resolve();
      break;
    case "cancel":
      cancel(flow, world.tasks[op.at]);
      break;
    case "stop":
      stop(flow, op.at);
      break;
    case "setVariable":
      if (!task.task.done) world.variable.set(task.variable = {});
      break;
    case "callback":
      callLater(flow, op.ms);
      break;
    case "throw":
      flow.trace("throws");
      throw new Boom(`of ${flow.name}`);
    default:
      return false;
  }
  flow.trace(label(op));
  return true;
}

/** Cancels a task: one request more, which reaches every wait of the task. */
function cancel(flow: Flow, record: TaskRecord | undefined): void {
  if (record === undefined) return;
  const { task } = record;
  const { done, cancelling } = task;
  if (!done) {
    for (const wait of flow.world.waits) {
      if (wait.flow.task === record) wait.cancel(`${flow.name} has cancelled its task`);
    }
    record.requests++;
  }
  const answer = task.cancel();
  if (answer === done) flow.fail(`had ${answer} of cancel() of ${record.name}`);
  const counted = task.cancelling - cancelling;
  if (counted !== (done ? 0 : 1)) flow.fail(`cancelled ${record.name}: ${counted} requests`);
}

/** Stops a cancel scope: every wait inside ends. */
function stop(flow: Flow, at: number): void {
  const record = flow.world.scopes[at];
  if (record === undefined || record.bodyEnded || record.isCancelled) return;
  const parked = [...flow.world.waits].filter((wait) => wait.isParked);
  record.wasStopped = true;
  record.scope!.cancel();
  for (const wait of parked) {
    // A body that has ended takes the scope away with the next microtasks.
    if (wait.flow.scopes.some((around) => around.bodyEnded)) continue;
    if (cancelledScope(wait.flow) === record) wait.cancel(`${flow.name} has stopped its scope`);
  }
}

/** Registers a callback, which has the values of where that was done, and is in no task. */
function callLater(flow: Flow, ms: number): void {
  const { world, store } = flow;
  world.loop.callLater(ms, () => {
    if (world.storage.getStore() !== store) flow.fail("has another value in its callback");
    const task = currentTask();
    if (task !== undefined) flow.fail(`has a callback that runs as ${task.name}`);
  });
}
