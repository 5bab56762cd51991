/**
 * Gathers a task that works and one that fails: the error comes at once, and the other goes on.
 *
 *     deno run examples/error_in_gather.ts [native]
 *
 * @module
 */

import { type Coroutine, createTask, gather, isCancelled, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Works as a generator coroutine. */
function* goodTask(print: Print): Coroutine<void> {
  print("Good Task started");
  yield* sleep(2000);
  print("Good Task finished");
}

/** Fails as a generator coroutine. */
// deno-lint-ignore require-yield -- it fails before it would wait
function* badTask(): Coroutine<never> {
  throw new Error("Oops!");
}

/** Gathers both, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const good = createTask(goodTask(print));
  try {
    yield* gather([good, badTask()]);
  } catch (error) {
    if (isCancelled(error)) throw error;
    print(`Caught an error: ${(error as Error).message}`);
  }
  yield* good; // Without this, `run` would cancel it on the way out.
}

/** Works as a native async function. */
async function goodTaskNatively(print: Print): Promise<void> {
  print("Good Task started");
  await sleep(2000);
  print("Good Task finished");
}

/** Fails as a native async function. */
async function badTaskNatively(): Promise<never> {
  await null;
  throw new Error("Oops!");
}

/** Gathers both, as a native async function. */
export async function native(print: Print): Promise<void> {
  const good = createTask(() => goodTaskNatively(print));
  try {
    await gather([good, badTaskNatively]);
  } catch (error) {
    if (isCancelled(error)) throw error;
    print(`Caught an error: ${(error as Error).message}`);
  }
  await good;
}

if (import.meta.main) await runExample({ generator, native });
