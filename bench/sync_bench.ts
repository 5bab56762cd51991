/** Queues and locks, beside those written with promises by hand and by others. @module */

import { Mutex } from "async-mutex";
import { createTask, Lock, Queue } from "../mod.ts";
import { bench } from "../testing.ts";
import { PromiseQueue } from "./peers/promises.ts";

const ITEMS = 1_000;

for (const size of [1, 100, 10_000]) {
  const group = `1,000 items through a queue of ${size.toLocaleString("en")}`;

  Deno.bench("promises, by hand", { group, baseline: true }, async () => {
    const queue = new PromiseQueue<number>(size);
    await Promise.all([
      (async () => {
        for (let item = 0; item < ITEMS; item++) await queue.put(item);
      })(),
      (async () => {
        for (let item = 0; item < ITEMS; item++) await queue.get();
      })(),
    ]);
  });

  bench("Weft, generator", function* () {
    const queue = new Queue<number>(size);
    const producer = createTask(function* () {
      for (let item = 0; item < ITEMS; item++) yield* queue.put(item);
    });
    for (let item = 0; item < ITEMS; item++) yield* queue.get();
    yield* producer;
  }, { group });

  bench("Weft, async", async () => {
    const queue = new Queue<number>(size);
    const producer = createTask(async () => {
      for (let item = 0; item < ITEMS; item++) await queue.put(item);
    });
    for (let item = 0; item < ITEMS; item++) await queue.get();
    await producer;
  }, { group });
}

const group = "a free lock, taken 1,000 times";

Deno.bench("async-mutex", { group, baseline: true }, async () => {
  const mutex = new Mutex();
  for (let time = 0; time < 1_000; time++) (await mutex.acquire())();
});

bench("Weft, generator", function* () {
  const lock = new Lock();
  for (let time = 0; time < 1_000; time++) {
    yield* lock.acquire();
    lock.release();
  }
}, { group });

bench("Weft, async", async () => {
  const lock = new Lock();
  for (let time = 0; time < 1_000; time++) {
    await lock.acquire();
    lock.release();
  }
}, { group });
