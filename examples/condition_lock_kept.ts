/**
 * Shares a list under a condition; the producer keeps the lock, so the consumer comes in last.
 *
 *     deno run examples/condition_lock_kept.ts [native]
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
    while (queue.length === 0) {
      print("Consumer waiting");
      yield* condition.wait();
    }
    print(`Consumer got item: ${queue.shift()}`);
  }
  function* producer(): Coroutine<void> {
    using _permit = yield* condition.acquire(); // Held for all five seconds.
    for (let item = 0; item < 5; item++) {
      queue.push(item);
      condition.notify();
      yield* sleep(1000);
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
    while (queue.length === 0) {
      print("Consumer waiting");
      await condition.wait();
    }
    print(`Consumer got item: ${queue.shift()}`);
  }
  async function producer(): Promise<void> {
    using _permit = await condition.acquire();
    for (let item = 0; item < 5; item++) {
      queue.push(item);
      condition.notify();
      await sleep(1000);
    }
  }
  await gather([producer, consumer]);
}

if (import.meta.main) await runExample({ generator, native });
