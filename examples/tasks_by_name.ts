/**
 * Starts two tasks and awaits both, then gathers three coroutines: each lot takes two seconds.
 *
 *     deno run examples/tasks_by_name.ts [native]
 *
 * @module
 */

import { type Coroutine, createTask, gather, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Works as a generator coroutine. */
function* task(name: string, print: Print): Coroutine<void> {
  print(`${name} started`);
  yield* sleep(2000);
  print(`${name} finished`);
}

/** Runs all, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const t1 = createTask(task("Task 1", print));
  const t2 = createTask(task("Task 2", print));
  yield* t1;
  yield* t2;
  yield* gather(["A", "B", "C"].map((name) => task(name, print)));
}

/** Works as a native async function. */
async function taskNatively(name: string, print: Print): Promise<void> {
  print(`${name} started`);
  await sleep(2000);
  print(`${name} finished`);
}

/** Runs all, as a native async function. */
export async function native(print: Print): Promise<void> {
  const t1 = createTask(() => taskNatively("Task 1", print));
  const t2 = createTask(() => taskNatively("Task 2", print));
  await t1;
  await t2;
  await gather(["A", "B", "C"].map((name) => () => taskNatively(name, print)));
}

if (import.meta.main) await runExample({ generator, native });
