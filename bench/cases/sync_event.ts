/** Event: 100 tasks wait, are all woken, and wait again; one operation is one task woken. @module */

import { onLoop } from "../on_loop.ts";
import { onEffect } from "../peers/effect.ts";
import { IN_PYTHON } from "../peers/programs.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const TASKS = 100;
const TIMES = 100;
/** A number that is enough for peers that take microseconds. */
const FEW_TIMES = 10;

/** Wakes generators. */
function* generator({ createTask, Event, yieldNow }: Weft) {
  const event = new Event();
  function* child() {
    for (let time = 0; time < TIMES; time++) yield* event.wait();
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(child()));
  for (let time = 0; time < TIMES; time++) {
    yield* yieldNow();
    event.set();
    event.clear();
  }
  for (const task of tasks) yield* task;
  return TASKS * TIMES;
}

/** Wakes native async functions. */
async function native({ createTask, Event, yieldNow }: Weft) {
  const event = new Event();
  async function child() {
    for (let time = 0; time < TIMES; time++) await event.wait();
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(child));
  for (let time = 0; time < TIMES; time++) {
    await yieldNow();
    event.set();
    event.clear();
  }
  for (const task of tasks) await task;
  return TASKS * TIMES;
}

/** Resolves a promise that all await, and makes another. */
function promises(): Trial {
  let event = Promise.withResolvers<void>();
  async function child() {
    for (let time = 0; time < TIMES; time++) await event.promise;
  }
  return {
    async run() {
      const children = Array.from({ length: TASKS }, child);
      for (let time = 0; time < TIMES; time++) {
        await null;
        event.resolve();
        event = Promise.withResolvers();
      }
      await Promise.all(children);
      return TASKS * TIMES;
    },
  };
}

/** Effect, which releases a latch. */
const effect = onEffect(({ Effect, Fiber, Latch }) =>
  Effect.gen(function* () {
    const latch = yield* Latch.make();
    const child = Effect.gen(function* () {
      for (let time = 0; time < FEW_TIMES; time++) yield* latch.await;
    });
    const fibers = [];
    for (let at = 0; at < TASKS; at++) fibers.push(yield* Effect.forkChild(child));
    for (let time = 0; time < FEW_TIMES; time++) {
      yield* Effect.yieldNow;
      yield* latch.release;
    }
    yield* Fiber.joinAll(fibers);
    return TASKS * FEW_TIMES;
  })
);

export const syncEvent: Suite = {
  name: "event, 100 tasks wait",
  about: "wait() of a task that set() wakes, its share of set(), clear() and a yield",
  unit: "ns",
  sizes: [0],
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { promises, Effect: effect },
  programs: IN_PYTHON,
};
