/** Groups: one of 10 children that end in their first step; one operation is one group. @module */

import { onLoop } from "../on_loop.ts";
import { onEffect } from "../peers/effect.ts";
import { IN_PYTHON } from "../peers/programs.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const CHILDREN = 10;
const TIMES = 2_000;
const FEW_TIMES = 500;

/** Groups generators. */
function* generator({ taskGroup }: Weft) {
  function* child() {}
  for (let time = 0; time < TIMES; time++) {
    yield* taskGroup(function* (group) {
      for (let at = 0; at < CHILDREN; at++) group.createTask(child());
    });
  }
  return TIMES;
}

/** Groups native async functions. */
async function native({ taskGroup }: Weft) {
  const child = async () => {};
  for (let time = 0; time < TIMES; time++) {
    // deno-lint-ignore require-await -- the other front end is the point
    await taskGroup(async (group) => {
      for (let at = 0; at < CHILDREN; at++) group.createTask(child);
    });
  }
  return TIMES;
}

/** Awaits all of 10 promises: a failure stops nobody. */
function promises(): Trial {
  const child = async () => void await null;
  return {
    async run() {
      for (let time = 0; time < TIMES; time++) {
        await Promise.all(Array.from({ length: CHILDREN }, child));
      }
      return TIMES;
    },
  };
}

/** Effect, which runs effects concurrently. */
const effect = onEffect(({ Effect }) => {
  const children = Array.from({ length: CHILDREN }, () => Effect.yieldNow);
  return Effect.gen(function* () {
    for (let time = 0; time < FEW_TIMES; time++) {
      yield* Effect.all(children, { concurrency: "unbounded", discard: true });
    }
    return FEW_TIMES;
  });
});

export const loopGroup: Suite = {
  name: "group of 10 tasks",
  about: "taskGroup() of 10 tasks that do nothing",
  unit: "ns",
  sizes: [0],
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { promises, Effect: effect },
  programs: IN_PYTHON,
};
