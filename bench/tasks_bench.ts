/** Steps, tasks and whole runs, beside bare promises. @module */

import { type Coroutine, createTask, run, yieldNow } from "../mod.ts";
import { bench } from "../testing.ts";

const YIELDS = 1_000;

const native = async () => {};
function* generator(): Coroutine<void> {}

Deno.bench("await null", { group: "1,000 steps", baseline: true }, async () => {
  for (let step = 0; step < YIELDS; step++) await null;
});

bench("Weft, generator", function* () {
  for (let step = 0; step < YIELDS; step++) yield* yieldNow();
}, { group: "1,000 steps" });

bench("Weft, async", async () => {
  for (let step = 0; step < YIELDS; step++) await yieldNow();
}, { group: "1,000 steps" });

for (const count of [1_000, 100_000]) {
  const group = `${count.toLocaleString("en")} tasks, started and joined`;

  Deno.bench("Promise.all", { group, baseline: true }, async () => {
    await Promise.all(Array.from({ length: count }, native));
  });

  bench("Weft, generator", function* () {
    const tasks = Array.from({ length: count }, () => createTask(generator()));
    for (const task of tasks) yield* task;
  }, { group });

  bench("Weft, async", async () => {
    const tasks = Array.from({ length: count }, () => createTask(native));
    for (const task of tasks) await task;
  }, { group });
}

Deno.bench("an async function", { group: "run()", baseline: true }, async () => {
  await (async () => {})();
});

Deno.bench("run() without signals", { group: "run()" }, async () => {
  await run(async () => {}, { signals: [] });
});

Deno.bench("run()", { group: "run()" }, async () => {
  await run(async () => {});
});
