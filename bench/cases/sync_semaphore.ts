/** Semaphore: 10 of 100 tasks are in at a time, and each yields there. @module */

import { onLoop } from "../on_loop.ts";
import { PromiseSemaphore } from "../peer_sync.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const PERMITS = 10;
const TASKS = 100;
const ENTRIES = 100;
/** Is enough for peers that take microseconds. */
const FEW_ENTRIES = 10;

/** Lets generators in. */
function* generator({ createTask, Semaphore, yieldNow }: Weft) {
  const semaphore = new Semaphore(PERMITS);
  function* child() {
    for (let entry = 0; entry < ENTRIES; entry++) {
      yield* semaphore.acquire();
      yield* yieldNow();
      semaphore.release();
    }
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(child()));
  for (const task of tasks) yield* task;
  return TASKS * ENTRIES;
}

/** Lets native async functions in. */
async function native({ createTask, Semaphore, yieldNow }: Weft) {
  const semaphore = new Semaphore(PERMITS);
  async function child() {
    for (let entry = 0; entry < ENTRIES; entry++) {
      await semaphore.acquire();
      await yieldNow();
      semaphore.release();
    }
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(child));
  for (const task of tasks) await task;
  return TASKS * ENTRIES;
}

/** Lets async functions in, which await nothing there. */
function contend(semaphore: { acquire(): Promise<unknown>; release(): void }): Trial {
  async function child() {
    for (let entry = 0; entry < ENTRIES; entry++) {
      await semaphore.acquire();
      await null;
      semaphore.release();
    }
  }
  return {
    async run() {
      await Promise.all(Array.from({ length: TASKS }, child));
      return TASKS * ENTRIES;
    },
  };
}

/** Contends for a semaphore written by hand. */
const promises = () => contend(new PromiseSemaphore(PERMITS));

/** Contends for a semaphore of async-mutex. */
async function asyncMutex(): Promise<Trial> {
  const { Semaphore } = await import("async-mutex");
  return contend(new Semaphore(PERMITS));
}

/** Contends for a semaphore of Effect. */
async function effect(): Promise<Trial> {
  const { Effect, Fiber, Semaphore } = await import("effect");
  const main = Effect.gen(function* () {
    const semaphore = yield* Semaphore.make(PERMITS);
    const enter = semaphore.withPermits(1)(Effect.yieldNow);
    const child = Effect.gen(function* () {
      for (let entry = 0; entry < FEW_ENTRIES; entry++) yield* enter;
    });
    const fibers = [];
    for (let at = 0; at < TASKS; at++) fibers.push(yield* Effect.forkChild(child));
    yield* Fiber.joinAll(fibers);
    return TASKS * FEW_ENTRIES;
  });
  return { run: () => Effect.runPromise(main) };
}

export const syncSemaphore: Suite = {
  name: "semaphore, 10 of 100 tasks",
  about: "acquire() in line, one yield inside, release()",
  unit: "ns",
  sizes: [0],
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { promises, "async-mutex": asyncMutex, Effect: effect },
  asyncio: true,
};
