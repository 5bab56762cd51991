/**
 * Runs the same two coroutines as tasks: two seconds in all, and the second one finishes first.
 *
 *     deno run examples/two_together.ts [native]
 *
 * @module
 */

import { type Coroutine, createTask } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";
import { taskA, taskANatively, taskB, taskBNatively } from "./two_tasks.ts";

/** Runs as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  print("Main: Program starts.");
  const task1 = createTask(taskA(print));
  const task2 = createTask(taskB(print));
  yield* task1; // Both have begun: to wait for one lets the other run.
  yield* task2;
  print("Main: Program ends.");
}

/** Runs as a native async function. */
export async function native(print: Print): Promise<void> {
  print("Main: Program starts.");
  const task1 = createTask(() => taskANatively(print));
  const task2 = createTask(() => taskBNatively(print));
  await task1;
  await task2;
  print("Main: Program ends.");
}

if (import.meta.main) await runExample({ generator, native });
