/** Yield: 1,000 tasks let each other run, again and again; one operation is one step. @module */

import { onLoop } from "../on_loop.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const TASKS = 1_000;
const YIELDS = 200;
/** Is enough for peers that take microseconds. */
const FEW_YIELDS = 10;

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
async function effect(): Promise<Trial> {
  const { Effect, Fiber } = await import("effect");
  const child = Effect.gen(function* () {
    for (let step = 0; step < FEW_YIELDS; step++) yield* Effect.yieldNow;
  });
  const main = Effect.gen(function* () {
    const fibers = [];
    for (let at = 0; at < TASKS; at++) fibers.push(yield* Effect.forkChild(child));
    yield* Fiber.joinAll(fibers);
    return TASKS * FEW_YIELDS;
  });
  return { run: () => Effect.runPromise(main) };
}

/** Awaits a promise in tasks of effection, its cheapest way to yield. */
async function effection(): Promise<Trial> {
  const { run, spawn, until } = await import("effection");
  function* child() {
    for (let step = 0; step < FEW_YIELDS; step++) yield* until(Promise.resolve());
  }
  return {
    run: async () =>
      await run(function* () {
        const tasks = [];
        for (let at = 0; at < TASKS; at++) tasks.push(yield* spawn(child));
        for (const task of tasks) yield* task;
        return TASKS * FEW_YIELDS;
      }),
  };
}

export const loopYield: Suite = {
  name: "yield, 1,000 tasks",
  about: "one step of a task that yields; peers: await null, yieldNow, until, sleep(0)",
  unit: "ns",
  sizes: [0],
  targets: { generator: [25], async: [140] },
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { promises, Effect: effect, effection },
  asyncio: true,
};
