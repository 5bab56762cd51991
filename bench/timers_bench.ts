/** Timers that are armed and called off, and tasks that sleep. @module */

import { createTask, getRunningLoop, sleep } from "../mod.ts";
import { bench } from "../testing.ts";

const TIMERS = 1_000;
const nothing = () => {};

Deno.bench("setTimeout", { group: "1,000 timers, called off", baseline: true }, () => {
  for (let made = 0; made < TIMERS; made++) clearTimeout(setTimeout(nothing, 1_000 + made));
});

// deno-lint-ignore require-yield -- it does not wait
bench("Weft, callLater", function* () {
  const loop = getRunningLoop();
  for (let made = 0; made < TIMERS; made++) loop.callLater(1_000 + made, nothing).cancel();
}, { group: "1,000 timers, called off" });

for (const count of [1_000, 10_000, 100_000]) {
  const group = `${count.toLocaleString("en")} tasks sleep`;

  Deno.bench("setTimeout", { group, baseline: true, n: 10, warmup: 2 }, async () => {
    const sleeper = (_: unknown, at: number) =>
      new Promise((resolve) => setTimeout(resolve, at % 10));
    await Promise.all(Array.from({ length: count }, sleeper));
  });

  bench("Weft, generator, virtual time", function* () {
    const tasks = Array.from({ length: count }, (_, at) => createTask(() => sleep(at % 10)));
    for (const task of tasks) yield* task;
  }, { group, n: 10, warmup: 2, clock: "virtual" });

  bench("Weft, async, virtual time", async () => {
    const tasks = Array.from(
      { length: count },
      (_, at) => createTask(async () => void await sleep(at % 10)),
    );
    for (const task of tasks) await task;
  }, { group, n: 10, warmup: 2, clock: "virtual" });
}
