/**
 * Spawns and finishes ten million tasks, a thousand at a time, and prints what the memory does.
 *
 *     deno task bench:soak             generators
 *     deno task bench:soak async       native async functions
 *
 * @module
 */

import { createTask, run } from "../mod.ts";

const TASKS = 10_000_000, BATCH = 1_000, STEP = 1_000_000;

/** Collects garbage; returns MB of the JS heap, and of the process. */
function readMemory(): { heap: number; rss: number } {
  (globalThis as unknown as { gc(): void }).gc();
  const { heapUsed, rss } = Deno.memoryUsage();
  return { heap: heapUsed / 2 ** 20, rss: rss / 2 ** 20 };
}

function* generator() {}
const native = async () => {};

if (import.meta.main) {
  const isNative = Deno.args.includes("async");
  await run(function* () {
    let first = { heap: 0, rss: 0 };
    for (let done = 0; done <= TASKS; done += BATCH) {
      const tasks = Array.from({ length: BATCH }, () => createTask(isNative ? native : generator));
      for (const task of tasks) yield* task;
      tasks.length = 0;
      if (done % STEP !== 0) continue;
      const { heap, rss } = readMemory();
      if (done === STEP) first = { heap, rss };
      console.log(`${done / 1e6} million: heap ${heap.toFixed(1)} MB, rss ${rss.toFixed(0)} MB`);
      if (done < TASKS) continue;
      const grown = [heap - first.heap, rss - first.rss].map((mb) => mb.toFixed(1));
      console.log(`Growth since the first million: heap ${grown[0]} MB, rss ${grown[1]} MB`);
    }
  });
}
