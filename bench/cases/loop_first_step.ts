/** Start: from the import of the library to the end of a first coroutine. @module */

import { IN_PYTHON } from "../peers/programs.ts";
import { loadWeft, type Suite, type Trial } from "../suite.ts";

const CLOCK_PROCESS_CPUTIME_ID = 2;

/**
 * Returns what tells the CPU time of this process in ms, or wall time where there is no glibc.
 *
 * `node:process` knows it too, but its import does much of what is to be measured.
 */
function newClock(): () => number {
  try {
    const { symbols } = Deno.dlopen("libc.so.6", {
      clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
    });
    const time = new BigInt64Array(2);
    return () => {
      symbols.clock_gettime(CLOCK_PROCESS_CPUTIME_ID, time);
      return Number(time[0]) * 1e3 + Number(time[1]) / 1e6;
    };
  } catch {
    return () => performance.now();
  }
}

/** Times something that is done once in the life of a process. */
async function timeFirst(run: () => Promise<unknown>): Promise<Trial> {
  const clock = newClock();
  const wall = performance.now(), cpu = clock();
  await run();
  return { value: Math.min(clock() - cpu, performance.now() - wall) };
}

/** Imports the library, and runs a generator to its end. */
function generator(root: string): Promise<Trial> {
  return timeFirst(async () => (await loadWeft(root)).run(function* () {}));
}

/** Imports the library, and runs an async function to its end. */
function native(root: string): Promise<Trial> {
  return timeFirst(async () => (await loadWeft(root)).run(async () => {}));
}

/** Imports the library, and runs a generator that waits for a timer. */
function sleepingGenerator(root: string): Promise<Trial> {
  return timeFirst(async () => {
    const { run, sleep } = await loadWeft(root);
    await run(function* () {
      yield* sleep(1);
    });
  });
}

/** Imports the library, and runs an async function that waits for a timer. */
function sleepingNative(root: string): Promise<Trial> {
  return timeFirst(async () => {
    const { run, sleep } = await loadWeft(root);
    await run(async () => {
      await sleep(1);
    });
  });
}

/** Imports a module with nothing in it. */
function emptyModule(): Promise<Trial> {
  return timeFirst(() => import(new URL("../empty.ts", import.meta.url).href));
}

/** Imports Effect, and runs a fiber. */
function effect(): Promise<Trial> {
  return timeFirst(async () => {
    const { Effect } = await import("effect");
    await Effect.runPromise(Effect.gen(function* () {}));
  });
}

/** Imports effection, and runs a task. */
function effection(): Promise<Trial> {
  return timeFirst(async () => {
    const { run } = await import("effection");
    await run(function* () {});
  });
}

/** Imports effection, and runs a task that waits for a timer. */
function sleepingEffection(): Promise<Trial> {
  return timeFirst(async () => {
    const { run, sleep } = await import("effection");
    await run(function* () {
      yield* sleep(1);
    });
  });
}

export const loopFirstStep: Suite = {
  name: "import to first task",
  about: "CPU time to import the library and to run a first coroutine to its end",
  unit: "ms",
  sizes: [0],
  targets: { generator: [[1.5, "effection"]], native: [[2.5, "effection"]] },
  baseline: "empty module",
  fresh: true,
  rounds: 15,
  weft: {
    generator,
    native,
    "generator, sleep(1)": sleepingGenerator,
    "native, sleep(1)": sleepingNative,
  },
  peers: {
    "empty module": emptyModule,
    Effect: effect,
    effection,
    "effection, sleep(1)": sleepingEffection,
  },
  programs: IN_PYTHON,
};
