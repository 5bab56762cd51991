/** Spawn and join: 1,000 tasks are started at a time, take one step, and are awaited. @module */

import { onLoop } from "../on_loop.ts";
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

/** Forks and joins fibers of Effect. */
async function effect(): Promise<Trial> {
  const { Effect, Fiber } = await import("effect");
  const child = Effect.gen(function* () {});
  const main = Effect.gen(function* () {
    const fibers = [];
    for (let at = 0; at < TASKS; at++) fibers.push(yield* Effect.forkChild(child));
    yield* Fiber.joinAll(fibers);
    return TASKS;
  });
  return { run: () => Effect.runPromise(main) };
}

/** Adds async functions to a p-queue that runs any number at once. */
async function pQueue(): Promise<Trial> {
  const { default: PQueue } = await import("p-queue");
  const queue = new PQueue();
  const child = async () => {};
  return {
    async run() {
      await Promise.all(Array.from({ length: TASKS }, () => queue.add(child)));
      return TASKS;
    },
  };
}

export const loopSpawn: Suite = {
  name: "spawn and join",
  about: "createTask() of a coroutine that ends in its first step, and await of the task",
  unit: "ns",
  sizes: [0],
  targets: { generator: [180] },
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { promises, Effect: effect, "p-queue": pQueue },
  asyncio: true,
};
