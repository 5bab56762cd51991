/**
 * Lets five coroutines use one resource, one at a time: a lock.
 *
 *     deno run examples/lock_among_five.ts [native]
 *
 * @module
 */

import { type Coroutine, gather, Lock, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Uses the resource as a generator coroutine. */
function* update(lock: Lock, number: number, print: Print): Coroutine<void> {
  using _permit = yield* lock.acquire(); // Released at the end of the block, whatever happens.
  print(`Resource accessed by coroutine ${number}`);
  yield* sleep(1000);
}

/** Starts all five, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const lock = new Lock();
  yield* gather([0, 1, 2, 3, 4].map((number) => update(lock, number, print)));
}

/** Uses the resource as a native async function. */
async function updateNatively(lock: Lock, number: number, print: Print): Promise<void> {
  using _permit = await lock.acquire();
  print(`Resource accessed by coroutine ${number}`);
  await sleep(1000);
}

/** Starts all five, as a native async function. */
export async function native(print: Print): Promise<void> {
  const lock = new Lock();
  await gather([0, 1, 2, 3, 4].map((number) => () => updateNatively(lock, number, print)));
}

if (import.meta.main) await runExample({ generator, native });
