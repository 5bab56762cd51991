/**
 * Awaits a coroutine of two seconds and one of one second, one after the other: three seconds.
 *
 *     deno run examples/two_in_sequence.ts [native]
 *
 * @module
 */

import type { Coroutine } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";
import { taskA, taskANatively, taskB, taskBNatively } from "./two_tasks.ts";

/** Runs as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  print("Main: Program starts.");
  yield* taskA(print); // Waits until it has ended.
  yield* taskB(print);
  print("Main: Program ends.");
}

/** Runs as a native async function. */
export async function native(print: Print): Promise<void> {
  print("Main: Program starts.");
  await taskANatively(print);
  await taskBNatively(print);
  print("Main: Program ends.");
}

if (import.meta.main) await runExample({ generator, native });
