/** Lock: 100 tasks contend, and each holds the lock while it yields; one operation is one turn in. @module */

import { onLoop } from "../on_loop.ts";
import { PromiseSemaphore } from "../peer_sync.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const TASKS = 100;
const ENTRIES = 100;
/** Is enough for peers that take microseconds. */
const FEW_ENTRIES = 10;

/** Locks generators out. */
function* generator({ createTask, Lock, yieldNow }: Weft) {
  const lock = new Lock();
  function* child() {
    for (let entry = 0; entry < ENTRIES; entry++) {
      yield* lock.acquire();
      yield* yieldNow();
      lock.release();
    }
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(child()));
  for (const task of tasks) yield* task;
  return TASKS * ENTRIES;
}

/** Locks native async functions out. */
async function native({ createTask, Lock, yieldNow }: Weft) {
  const lock = new Lock();
  async function child() {
    for (let entry = 0; entry < ENTRIES; entry++) {
      await lock.acquire();
      await yieldNow();
      lock.release();
    }
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(child));
  for (const task of tasks) await task;
  return TASKS * ENTRIES;
}

/** Is a lock of promises. */
interface PromiseLock {
  acquire(): Promise<unknown>;
  release(): void;
}

/** Locks async functions out, which await nothing inside. */
function contend(lock: PromiseLock): Trial {
  async function child() {
    for (let entry = 0; entry < ENTRIES; entry++) {
      await lock.acquire();
      await null;
      lock.release();
    }
  }
  return {
    async run() {
      await Promise.all(Array.from({ length: TASKS }, child));
      return TASKS * ENTRIES;
    },
  };
}

/** Contends for a lock written by hand. */
const promises = () => contend(new PromiseSemaphore(1));

/** Contends for a lock of async-mutex. */
async function asyncMutex(): Promise<Trial> {
  const { Mutex } = await import("async-mutex");
  return contend(new Mutex());
}

/** Contends for a semaphore of Effect with one permit. */
async function effect(): Promise<Trial> {
  const { Effect, Fiber, Semaphore } = await import("effect");
  const main = Effect.gen(function* () {
    const lock = yield* Semaphore.make(1);
    const enter = lock.withPermits(1)(Effect.yieldNow);
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

export const syncLock: Suite = {
  name: "lock, 100 tasks contend",
  about: "acquire() in line, one yield inside, release()",
  unit: "ns",
  sizes: [0],
  targets: { generator: [110] },
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { promises, "async-mutex": asyncMutex, Effect: effect },
  asyncio: true,
};
