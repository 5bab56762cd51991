/**
 * Lets ten coroutines use one resource, three at a time: a semaphore.
 *
 *     deno run examples/semaphore_of_three.ts [native]
 *
 * @module
 */

import { type Coroutine, gather, Semaphore, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

const NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Uses the resource as a generator coroutine. */
function* access(semaphore: Semaphore, number: number, print: Print): Coroutine<void> {
  {
    using _permit = yield* semaphore.acquire();
    print(`Resource being accessed by coroutine ${number}`);
    yield* sleep(2000);
  }
  print(`Coroutine ${number} released the resource`);
}

/** Starts all ten, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const semaphore = new Semaphore(3);
  yield* gather(NUMBERS.map((number) => access(semaphore, number, print)));
}

/** Uses the resource as a native async function. */
async function accessNatively(semaphore: Semaphore, number: number, print: Print): Promise<void> {
  {
    using _permit = await semaphore.acquire();
    print(`Resource being accessed by coroutine ${number}`);
    await sleep(2000);
  }
  print(`Coroutine ${number} released the resource`);
}

/** Starts all ten, as a native async function. */
export async function native(print: Print): Promise<void> {
  const semaphore = new Semaphore(3);
  await gather(NUMBERS.map((number) => () => accessNatively(semaphore, number, print)));
}

if (import.meta.main) await runExample({ generator, native });
