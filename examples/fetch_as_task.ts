/**
 * Starts a coroutine as a task, which runs on its own, and waits for its end.
 *
 *     deno run examples/fetch_as_task.ts [native]
 *
 * @module
 */

import { type Coroutine, createTask, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Fetches as a generator coroutine. */
function* fetchData(print: Print): Coroutine<{ data: number }> {
  print("Start fetching");
  yield* sleep(2000); // Takes time, as a network does.
  print("Done fetching");
  return { data: 1 };
}

/** Starts the task and waits for it, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const task = createTask(fetchData(print)); // It begins in the loop's next turn.
  print("Task created");
  yield* task;
}

/** Fetches as a native async function. */
async function fetchDataNatively(print: Print): Promise<{ data: number }> {
  print("Start fetching");
  await sleep(2000);
  print("Done fetching");
  return { data: 1 };
}

/** Starts the task and waits for it, as a native async function. */
export async function native(print: Print): Promise<void> {
  const task = createTask(() => fetchDataNatively(print));
  print("Task created");
  await task;
}

if (import.meta.main) await runExample({ generator, native });
