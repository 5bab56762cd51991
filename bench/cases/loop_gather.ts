/** Gather: the results of 1,000 tasks that are done already. @module */

import { onLoop } from "../on_loop.ts";
import { IN_PYTHON } from "../peers/programs.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const TASKS = 1_000;
const TIMES = 50;

/** Gathers tasks. */
function* tasks({ createTask, gather, yieldNow }: Weft) {
  const done = Array.from({ length: TASKS }, () => createTask(function* () {}));
  yield* yieldNow();
  for (let time = 0; time < TIMES; time++) yield* gather(done);
  return TASKS * TIMES;
}

/** Awaits all of promises. */
function promises(): Trial {
  return {
    async run() {
      const done = Array.from({ length: TASKS }, () => Promise.resolve());
      for (let time = 0; time < TIMES; time++) await Promise.all(done);
      return TASKS * TIMES;
    },
  };
}

export const loopGather: Suite = {
  name: "gather of 1,000 done tasks",
  about: "the cost of each task; peers: Promise.all, asyncio.gather",
  unit: "ns",
  sizes: [0],
  weft: { gather: onLoop(tasks) },
  peers: { promises },
  programs: IN_PYTHON,
};
