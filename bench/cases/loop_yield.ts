/** Yield: 1,000 tasks let each other run, again and again; one operation is one step. @module */

import { onLoop } from "../on_loop.ts";
import { forkAndJoin, onEffect } from "../peers/effect.ts";
import { onEffection, spawnAndJoin } from "../peers/effection.ts";
import { PROGRAMS } from "../peers/programs.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const TASKS = 1_000;
const YIELDS = 200;
/** Is enough for peers that take microseconds, and makes little of what their tasks cost. */
const FEW_YIELDS = 50;

/** Steps generators. */
function* generator({ createTask, yieldNow }: Weft) {
  function* child() {
    for (let step = 0; step < YIELDS; step++) yield* yieldNow();
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(child()));
  for (const task of tasks) yield* task;
  return TASKS * YIELDS;
}

/** Steps native async functions. */
async function native({ createTask, yieldNow }: Weft) {
  const tasks = Array.from({ length: TASKS }, () =>
    createTask(async () => {
      for (let step = 0; step < YIELDS; step++) await yieldNow();
    }));
  for (const task of tasks) await task;
  return TASKS * YIELDS;
}

/** Awaits nothing, with no loop: no task to cancel, no priorities, no turns of the host. */
function promises(): Trial {
  async function child() {
    for (let step = 0; step < YIELDS; step++) await null;
  }
  return {
    async run() {
      await Promise.all(Array.from({ length: TASKS }, child));
      return TASKS * YIELDS;
    },
  };
}

/** Yields in fibers of Effect. */
const effect = onEffect((module) => {
  const { Effect } = module;
  const child = Effect.gen(function* () {
    for (let step = 0; step < FEW_YIELDS; step++) yield* Effect.yieldNow;
  });
  return Effect.map(forkAndJoin(module, TASKS, () => child), (count) => count * FEW_YIELDS);
});

/** Awaits a promise in tasks of effection, its cheapest way to yield. */
const effection = onEffection(function* (module) {
  function* child() {
    for (let step = 0; step < FEW_YIELDS; step++) yield* module.until(Promise.resolve());
  }
  return (yield* spawnAndJoin(module, TASKS, child)) * FEW_YIELDS;
});

export const loopYield: Suite = {
  name: "yield, 1,000 tasks",
  about: "one step of a task that yields; peers: await null, yieldNow, until, sleep(0)",
  unit: "ns",
  sizes: [0],
  targets: { generator: [25], async: [140] },
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { promises, Effect: effect, effection },
  programs: PROGRAMS,
};
