/** Spawn and join: 1,000 tasks are started at a time, take one step, and are awaited. @module */

import { onLoop } from "../on_loop.ts";
import { forkAndJoin, onEffect } from "../peers/effect.ts";
import { onEffection, spawnAndJoin } from "../peers/effection.ts";
import { PROGRAMS } from "../peers/programs.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const TASKS = 1_000;
const TIMES = 20;

/** Spawns generators. */
function* generator({ createTask }: Weft) {
  function* child() {}
  for (let time = 0; time < TIMES; time++) {
    const tasks = Array.from({ length: TASKS }, () => createTask(child()));
    for (const task of tasks) yield* task;
  }
  return TASKS * TIMES;
}

/** Spawns native async functions. */
async function native({ createTask }: Weft) {
  const child = async () => {};
  for (let time = 0; time < TIMES; time++) {
    const tasks = Array.from({ length: TASKS }, () => createTask(child));
    for (const task of tasks) await task;
  }
  return TASKS * TIMES;
}

/** Calls async functions that await once, as a task waits for the next turn. */
function promises(): Trial {
  const child = async () => void await null;
  return {
    async run() {
      for (let time = 0; time < TIMES; time++) {
        await Promise.all(Array.from({ length: TASKS }, child));
      }
      return TASKS * TIMES;
    },
  };
}

/** Effect, which forks and joins fibers. */
const effect = onEffect((module) =>
  forkAndJoin(module, TASKS, () => module.Effect.gen(function* () {}))
);

/** effection, which spawns and joins tasks. */
const effection = onEffection((module) => spawnAndJoin(module, TASKS, function* () {}));

/** Adds async functions to what limits how many run at once, and here allows any number. */
function onLimit(add: (child: () => Promise<void>) => Promise<void>): Trial {
  const child = async () => {};
  return {
    async run() {
      await Promise.all(Array.from({ length: TASKS }, () => add(child)));
      return TASKS;
    },
  };
}

/** Adds to a p-queue. */
async function pQueue(): Promise<Trial> {
  const { default: PQueue } = await import("p-queue");
  const queue = new PQueue();
  return onLimit((child) => queue.add(child));
}

/** Adds to a p-limit. */
async function pLimit(): Promise<Trial> {
  const { default: newLimit } = await import("p-limit");
  return onLimit(newLimit(Infinity));
}

export const loopSpawn: Suite = {
  name: "spawn and join",
  about: "createTask() of a coroutine that ends in its first step, and await of the task",
  unit: "ns",
  sizes: [0],
  targets: { generator: [[1.1, "promises"]], async: [[4, "promises"]] },
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { promises, Effect: effect, effection, "p-queue": pQueue, "p-limit": pLimit },
  programs: PROGRAMS,
};
