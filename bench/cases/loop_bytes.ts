/** Memory: the bytes held for each sleeping task, its timer included. @module */

import { PROGRAMS } from "../peers/programs.ts";
import { Random } from "../random.ts";
import { loadWeft, type Suite, type Trial } from "../suite.ts";

/** Sleeps, in ms, longer than the measurement takes. */
const FIRST = 600_000, SPAN = 60_000;
/** The divisor of the number of tasks for those that are slow to spawn. */
const FEWER = 10;
/** The divisor for one that is slower still. */
const FEWEST = 100;

/** Collects garbage; returns the bytes of the JS heap and of what it holds outside. */
function bytes(): number {
  (globalThis as unknown as { gc(): void }).gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** Puts generators to sleep. */
async function generator(root: string, size: number): Promise<Trial> {
  const { createTask, Runner, sleep, yieldNow } = await loadWeft(root);
  const random = new Random();
  function* child() {
    yield* sleep(FIRST + SPAN * random.next());
  }
  const { loop } = new Runner();
  const before = bytes() + loop.metrics().bytes;
  const main = loop.createTask(function* () {
    for (let made = 0; made < size; made++) createTask(child());
    yield* yieldNow();
    yield* yieldNow();
    return (bytes() + loop.metrics().bytes - before) / size;
  });
  return { value: await loop.runUntilComplete(main) };
}

/** Puts native async functions to sleep. */
async function native(root: string, size: number): Promise<Trial> {
  const { createTask, Runner, sleep } = await loadWeft(root);
  const count = size / FEWER;
  const random = new Random();
  const child = async () => void await sleep(FIRST + SPAN * random.next());
  const { loop } = new Runner();
  const before = bytes() + loop.metrics().bytes;
  const main = loop.createTask(async () => {
    for (let made = 0; made < count; made++) createTask(child);
    await sleep(10);
    return (bytes() + loop.metrics().bytes - before) / count;
  });
  return { value: await loop.runUntilComplete(main) };
}

/** Awaits a promise of `setTimeout` each. */
async function promises(size: number): Promise<Trial> {
  const count = size / FEWER;
  const random = new Random();
  const child = async () =>
    void await new Promise((resolve) => setTimeout(resolve, FIRST + SPAN * random.next()));
  const before = bytes();
  for (let made = 0; made < count; made++) child();
  await new Promise((resolve) => setTimeout(resolve, 10));
  return { value: (bytes() - before) / count };
}

/** Sleeps in fibers of Effect. */
async function effect(size: number): Promise<Trial> {
  const { Effect } = await import("effect");
  const count = size / FEWER;
  const random = new Random();
  const before = bytes();
  const main = Effect.gen(function* () {
    for (let made = 0; made < count; made++) {
      yield* Effect.forkChild(Effect.sleep(FIRST + SPAN * random.next()));
    }
    yield* Effect.sleep(10);
    return (bytes() - before) / count;
  });
  return { value: await Effect.runPromise(main) };
}

/** Sleeps in tasks of effection. */
async function effection(size: number): Promise<Trial> {
  const { run, sleep, spawn } = await import("effection");
  const count = size / FEWEST;
  const random = new Random();
  const before = bytes();
  const { promise, resolve } = Promise.withResolvers<Trial>();
  run(function* () {
    for (let made = 0; made < count; made++) {
      yield* spawn(() => sleep(FIRST + SPAN * random.next()));
    }
    yield* sleep(10);
    resolve({ value: (bytes() - before) / count });
  });
  return await promise;
}

export const loopBytes: Suite = {
  name: "bytes per sleeping task",
  about:
    "growth of the heap by 1e6 sleeping tasks (tokio: of resident memory); async, Effect, promises and Python: by 1e5, effection: 1e4",
  unit: "bytes",
  sizes: [1e6],
  targets: { generator: [330], async: [900] },
  fresh: true,
  rounds: 1,
  weft: { generator, async: native },
  peers: { promises, Effect: effect, effection },
  programs: PROGRAMS,
};
