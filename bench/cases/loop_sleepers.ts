/** A million tasks sleep past each other: spawned, asleep, woken in order, finished. @module */

import type { Clock } from "../../mod.ts";
import { Random } from "../random.ts";
import { Stopwatch } from "../stopwatch.ts";
import { loadWeft, type Prepare, type Suite, type Trial, type Weft } from "../suite.ts";

/** Lets nobody wake, in ms, before all are asleep. */
const FIRST = 2_000, SPAN = 1_000;
/** Divides the number of tasks for those that would take most of a minute. */
const FEWER = 10;

/** Says which clock to sleep on. */
type PickClock = (weft: Weft) => Clock | undefined;

/** Prepares generators. */
function generators(pickClock: PickClock): Prepare {
  return async (root, size) => {
    const weft = await loadWeft(root);
    const { createTask, Runner, sleep } = weft;
    const runner = new Runner({ clock: pickClock(weft), signals: [] });
    const random = new Random();
    function* child() {
      yield* sleep(FIRST + SPAN * random.next());
    }
    const stopwatch = new Stopwatch();
    await runner.run(function* () {
      const tasks = Array.from({ length: size }, () => createTask(child()));
      for (const task of tasks) yield* task;
    });
    return { value: stopwatch.ms * 1e6 / size };
  };
}

/** Prepares native async functions. */
async function native(root: string, size: number): Promise<Trial> {
  const { createTask, Runner, sleep, VirtualClock } = await loadWeft(root);
  const runner = new Runner({ clock: new VirtualClock(), signals: [] });
  const random = new Random();
  const count = size / FEWER;
  const child = async () => void await sleep(FIRST + SPAN * random.next());
  const stopwatch = new Stopwatch();
  await runner.run(async () => {
    const tasks = Array.from({ length: count }, () => createTask(child));
    for (const task of tasks) await task;
  });
  return { value: stopwatch.ms * 1e6 / count };
}

/** Awaits a promise of `setTimeout` each. */
async function promises(size: number): Promise<Trial> {
  const count = size / FEWER;
  const random = new Random();
  const child = async () =>
    void await new Promise((resolve) => setTimeout(resolve, FIRST + SPAN * random.next()));
  const stopwatch = new Stopwatch();
  await Promise.all(Array.from({ length: count }, child));
  return { value: stopwatch.ms * 1e6 / count };
}

/** Sleeps in fibers of Effect. */
async function effect(size: number): Promise<Trial> {
  const { Effect, Fiber } = await import("effect");
  const count = size / FEWER;
  const random = new Random();
  const stopwatch = new Stopwatch();
  await Effect.runPromise(Effect.gen(function* () {
    const fibers = [];
    for (let at = 0; at < count; at++) {
      fibers.push(yield* Effect.forkChild(Effect.sleep(FIRST + SPAN * random.next())));
    }
    yield* Fiber.joinAll(fibers);
  }));
  return { value: stopwatch.ms * 1e6 / count };
}

export const loopSleepers: Suite = {
  name: "1e6 sleeping tasks",
  about: "CPU time to spawn a task, let it sleep, wake it and finish it; async and peers: only 1e5",
  unit: "ns",
  sizes: [1e6],
  targets: { "virtual clock": [2_700], "real clock": [2_700] },
  fresh: true,
  rounds: 1,
  weft: {
    "virtual clock": generators((weft) => new weft.VirtualClock()),
    "real clock": generators(() => undefined),
    "async, virtual clock": native,
  },
  peers: { promises, Effect: effect },
  asyncio: true,
};
