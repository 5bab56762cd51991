/** Yield: 1,000 tasks let each other run, again and again; one operation is one step. @module */

import { onLoop } from "../on_loop.ts";
import { forkAndJoin, onEffect } from "../peers/effect.ts";
import { onEffection, spawnAndJoin } from "../peers/effection.ts";
import { PROGRAMS } from "../peers/programs.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const TASKS = 1_000;
const YIELDS = 200;
/** A number that is enough for peers that take microseconds, and hides little of what tasks cost. */
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

/**
 * Awaits thenables one after the other, with nothing around them: what steps of native code cost at
 * least if they have an order. V8 takes a microtask and a promise for each; a second microtask lets
 * code that calls `then()` by hand come to its end.
 */
function thenables(): Trial {
  let ready: (() => void)[] = [], next: (() => void)[] = [];
  let at = 0;
  function stepNext(): void {
    if (at === ready.length) [ready, next, at] = [next, [], 0];
    ready[at++]();
  }
  const turn: PromiseLike<void> = {
    then(resolve) {
      next.push(resolve as () => void);
      queueMicrotask(stepNext);
      return turn as PromiseLike<never>;
    },
  };
  async function child() {
    for (let step = 0; step < YIELDS; step++) await turn;
  }
  return {
    async run() {
      await Promise.all(Array.from({ length: TASKS }, child));
      return TASKS * YIELDS;
    },
  };
}

/** Effect, which yields in fibers. */
const effect = onEffect((module) => {
  const { Effect } = module;
  const child = Effect.gen(function* () {
    for (let step = 0; step < FEW_YIELDS; step++) yield* Effect.yieldNow;
  });
  return Effect.map(forkAndJoin(module, TASKS, () => child), (count) => count * FEW_YIELDS);
});

/** effection, whose tasks await a promise: its cheapest way to yield. */
const effection = onEffection(function* (module) {
  function* child() {
    for (let step = 0; step < FEW_YIELDS; step++) yield* module.until(Promise.resolve());
  }
  return (yield* spawnAndJoin(module, TASKS, child)) * FEW_YIELDS;
});

export const loopYield: Suite = {
  name: "yield, 1,000 tasks",
  about:
    "one step of a task that yields; peers: await null, await thenable, yieldNow, until, sleep(0)",
  unit: "ns",
  sizes: [0],
  targets: { generator: [[1.5, "promises"]], async: [[6, "promises"]] },
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { promises, thenables, Effect: effect, effection },
  programs: PROGRAMS,
};
