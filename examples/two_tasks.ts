/**
 * Two coroutines that take time, for the programs that run them in sequence and together.
 *
 * @module
 */

import { type Coroutine, sleep } from "../mod.ts";
import type { Print } from "./run_example.ts";

/** Takes two seconds, as a generator coroutine. */
export function* taskA(print: Print): Coroutine<void> {
  print("Task A: Starting...");
  yield* sleep(2000); // Stands for waiting on the network.
  print("Task A: Finished!");
}

/** Takes one second, as a generator coroutine. */
export function* taskB(print: Print): Coroutine<void> {
  print("Task B: Starting...");
  yield* sleep(1000);
  print("Task B: Finished!");
}

/** Takes two seconds, as a native async function. */
export async function taskANatively(print: Print): Promise<void> {
  print("Task A: Starting...");
  await sleep(2000);
  print("Task A: Finished!");
}

/** Takes one second, as a native async function. */
export async function taskBNatively(print: Print): Promise<void> {
  print("Task B: Starting...");
  await sleep(1000);
  print("Task B: Finished!");
}
