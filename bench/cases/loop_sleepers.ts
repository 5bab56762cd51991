/** A million tasks sleep past each other: spawned, asleep, woken in order, finished. @module */

import type { Clock } from "../../mod.ts";
import { forkAndJoin } from "../peers/effect.ts";
import { spawnAndJoin } from "../peers/effection.ts";
import { PROGRAMS } from "../peers/programs.ts";
import { Random } from "../random.ts";
import { timeOnce } from "../stopwatch.ts";
import { loadWeft, type Prepare, type Suite, type Trial, type Weft } from "../suite.ts";

/** Times, in ms, at which nobody wakes before all are asleep. */
const FIRST = 2_000, SPAN = 1_000;
/** The divisor of the number of tasks for those that would take most of a minute. */
const FEWER = 10;
/** The divisor for one that would take minutes. */
const FEWEST = 100;

/** What picks the clock to sleep on. */
type PickClock = (weft: Weft) => Clock | undefined;

/** Returns what picks how long to sleep. */
function newPick(): () => number {
  const random = new Random();
  return () => FIRST + SPAN * random.next();
}

/** Prepares generators. */
function generators(pickClock: PickClock): Prepare {
  return async (root, size) => {
    const weft = await loadWeft(root);
    const { createTask, Runner, sleep } = weft;
    const runner = new Runner({ clock: pickClock(weft), signals: [] });
    const pick = newPick();
    function* child() {
      yield* sleep(pick());
    }
    return await timeOnce(size, () =>
      runner.run(function* () {
        const tasks = Array.from({ length: size }, () => createTask(child()));
        for (const task of tasks) yield* task;
      }));
  };
}

/** Prepares native async functions. */
async function native(root: string, size: number): Promise<Trial> {
  const { createTask, Runner, sleep, VirtualClock } = await loadWeft(root);
  const runner = new Runner({ clock: new VirtualClock(), signals: [] });
  const count = size / FEWER;
  const pick = newPick();
  const child = async () => void await sleep(pick());
  return await timeOnce(count, () =>
    runner.run(async () => {
      const tasks = Array.from({ length: count }, () => createTask(child));
      for (const task of tasks) await task;
    }));
}

/** Awaits so many promises. */
function sleepAll(count: number, sleep: (ms: number) => Promise<void>): Promise<Trial> {
  const pick = newPick();
  const child = async () => void await sleep(pick());
  return timeOnce(count, () => Promise.all(Array.from({ length: count }, child)));
}

/** Awaits a promise of `setTimeout` each. */
const promises = (size: number) =>
  sleepAll(size / FEWER, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));

/** Awaits std's delay each. */
async function stdDelay(size: number): Promise<Trial> {
  const { delay } = await import("@std/async/delay.js");
  return await sleepAll(size / FEWER, delay);
}

/** Sleeps in fibers of Effect. */
async function effect(size: number): Promise<Trial> {
  const module = await import("effect");
  const { Effect } = module;
  const pick = newPick();
  const main = forkAndJoin(module, size / FEWER, () => Effect.sleep(pick()));
  return await timeOnce(size / FEWER, () => Effect.runPromise(main));
}

/** Sleeps in tasks of effection. */
async function effection(size: number): Promise<Trial> {
  const module = await import("effection");
  const pick = newPick();
  return await timeOnce(
    size / FEWEST,
    async () =>
      await module.run(() => spawnAndJoin(module, size / FEWEST, () => module.sleep(pick()))),
  );
}

export const loopSleepers: Suite = {
  name: "1e6 sleeping tasks",
  about: "CPU time to spawn a task, let it sleep, wake it and finish it; async, Deno's peers and " +
    "Python: only 1e5, effection: only 1e4",
  unit: "ns",
  sizes: [1e6],
  targets: { "virtual clock": [[0.6, "tokio"]], "async, virtual clock": [[0.5, "promises"]] },
  fresh: true,
  rounds: 1,
  weft: {
    "virtual clock": generators((weft) => new weft.VirtualClock()),
    "real clock": generators(() => undefined),
    "async, virtual clock": native,
  },
  peers: { promises, "std delay": stdDelay, Effect: effect, effection },
  programs: PROGRAMS,
};
