/**
 * Shares a list under a condition; the producer sleeps without the lock, so items go over at once.
 *
 *     deno run examples/condition_lock_released.ts [native]
 *
 * @module
 */

import { Condition, type Coroutine, gather, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Shares the list as generator coroutines. */
export function* generator(print: Print): Coroutine<void> {
  const condition = new Condition();
  const queue: number[] = [];
  function* consumer(): Coroutine<void> {
    using _permit = yield* condition.acquire();
    for (let count = 0; count < 3; count++) {
      if (queue.length === 0) print("Consumer waiting");
      yield* condition.waitFor(() => queue.length > 0);
      print(`Consumer got item: ${queue.shift()}`);
    }
  }
  function* producer(): Coroutine<void> {
    for (let item = 0; item < 3; item++) {
      yield* sleep(1000);
      using _permit = yield* condition.acquire();
      queue.push(item);
      condition.notify();
    }
  }
  yield* gather([producer(), consumer()]);
}

/** Shares the list as native async functions. */
export async function native(print: Print): Promise<void> {
  const condition = new Condition();
  const queue: number[] = [];
  async function consumer(): Promise<void> {
    using _permit = await condition.acquire();
    for (let count = 0; count < 3; count++) {
      if (queue.length === 0) print("Consumer waiting");
      await condition.waitFor(() => queue.length > 0);
      print(`Consumer got item: ${queue.shift()}`);
    }
  }
  async function producer(): Promise<void> {
    for (let item = 0; item < 3; item++) {
      await sleep(1000);
      using _permit = await condition.acquire();
      queue.push(item);
      condition.notify();
    }
  }
  await gather([producer, consumer]);
}

if (import.meta.main) await runExample({ generator, native });
