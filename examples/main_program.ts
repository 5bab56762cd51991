/**
 * Starts a program, waits half a second, and ends: what `run` is for.
 *
 *     deno run examples/main_program.ts [native]
 *
 * @module
 */

import { type Coroutine, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Runs as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  print("Main program started!");
  yield* sleep(500); // Stands for some work.
  print("Main program finished!");
}

/** Runs as a native async function. */
export async function native(print: Print): Promise<void> {
  print("Main program started!");
  await sleep(500);
  print("Main program finished!");
}

if (import.meta.main) await runExample({ generator, native });
