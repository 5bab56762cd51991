/**
 * Counts primes in another thread, while the loop goes on ticking.
 *
 *     deno task example cpu_in_a_thread [native]
 *
 * @module
 */

import { type Coroutine, createTask, interval } from "../mod.ts";
import { toThread } from "../workers.ts";
import { countPrimes } from "./count_primes.ts";
import { type Print, runExample } from "./run_example.ts";

const countInThread = toThread(new URL("count_primes.ts", import.meta.url), countPrimes);
const LIMIT = 1_000_000;

/** Ticks as a generator coroutine, until it is cancelled. */
function* tick(print: Print): Coroutine<void> {
  const ticks = interval(100);
  for (;;) {
    yield* ticks.next();
    print("tick");
  }
}

/** Counts while it ticks, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const ticking = createTask(tick(print));
  const count = yield* countInThread(LIMIT);
  ticking.cancel();
  print(`${count} primes below ${LIMIT}`);
}

/** Ticks as a native async function. */
async function tickNatively(print: Print): Promise<void> {
  for await (const _ of interval(100)) print("tick");
}

/** Counts while it ticks, as a native async function. */
export async function native(print: Print): Promise<void> {
  const ticking = createTask(() => tickNatively(print));
  const count = await countInThread(LIMIT);
  ticking.cancel();
  print(`${count} primes below ${LIMIT}`);
}

if (import.meta.main) await runExample({ generator, native });
