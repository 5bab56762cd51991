/** Cancel: 100,000 tasks are spawned, fall asleep, are all cancelled and awaited. @module */

import { onLoop } from "../on_loop.ts";
import { onEffect } from "../peers/effect.ts";
import { onEffection } from "../peers/effection.ts";
import { PROGRAMS } from "../peers/programs.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const TASKS = 100_000;
/** A number that is enough for peers that take tens of microseconds. */
const FEW_TASKS = 10_000;
/** A number that is enough for one that takes hundreds. */
const FEWEST_TASKS = 1_000;
const MS = 600_000;

/** Cancels generators. */
function* generator({ createTask, sleep, wait, yieldNow }: Weft) {
  function* child() {
    yield* sleep(MS);
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(child()));
  yield* yieldNow();
  for (const task of tasks) task.cancel();
  yield* wait(tasks);
  return TASKS;
}

/** Cancels native async functions. */
async function native({ createTask, sleep, wait, yieldNow }: Weft) {
  const child = async () => void await sleep(MS);
  const tasks = Array.from({ length: TASKS }, () => createTask(child));
  await yieldNow();
  for (const task of tasks) task.cancel();
  await wait(tasks);
  return TASKS;
}

/** Sleeps until a signal is aborted. */
function sleepUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/** Aborts a signal each. */
function abortEach(sleepUntil: (ms: number, signal: AbortSignal) => Promise<void>): Trial {
  return {
    async run() {
      const controllers = Array.from({ length: FEW_TASKS }, () => new AbortController());
      const promises = controllers.map(({ signal }) => sleepUntil(MS, signal));
      await null;
      for (const controller of controllers) controller.abort();
      await Promise.allSettled(promises);
      return FEW_TASKS;
    },
  };
}

/** Aborts what is written by hand. */
const abortController = () => abortEach(sleepUntilAborted);

/** Aborts std's delay. */
async function stdDelay(): Promise<Trial> {
  const { delay } = await import("@std/async/delay.js");
  return abortEach((ms, signal) => delay(ms, { signal }));
}

/** Effect, which interrupts fibers. */
const effect = onEffect(({ Effect, Fiber }) =>
  Effect.gen(function* () {
    const fibers = [];
    for (let at = 0; at < FEW_TASKS; at++) fibers.push(yield* Effect.forkChild(Effect.sleep(MS)));
    yield* Effect.yieldNow;
    yield* Fiber.interruptAll(fibers);
    return FEW_TASKS;
  })
);

/** effection, which halts tasks. */
const effection = onEffection(function* ({ sleep, spawn, until }) {
  const tasks = [];
  for (let at = 0; at < FEWEST_TASKS; at++) tasks.push(yield* spawn(() => sleep(MS)));
  yield* until(Promise.resolve());
  for (const task of tasks) yield* task.halt();
  return FEWEST_TASKS;
});

export const loopCancel: Suite = {
  name: "cancel 1e5 sleeping tasks",
  about:
    "spawn a task, let it fall asleep, cancel it and wait for it; Deno's peers: 1e4 or 1e3 of them",
  unit: "ns",
  sizes: [0],
  targets: { generator: [[0.5, "Go"]], async: [[1, "Go"]] },
  rounds: 1,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { AbortController: abortController, "std delay": stdDelay, Effect: effect, effection },
  programs: PROGRAMS,
};
