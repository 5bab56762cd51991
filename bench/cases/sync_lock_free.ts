/** Lock that is free: one task acquires and releases it, and never waits. @module */

import { onLoop } from "../on_loop.ts";
import { onEffect } from "../peers/effect.ts";
import { IN_PYTHON } from "../peers/programs.ts";
import { PromiseSemaphore } from "../peers/promises.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const TIMES = 50_000;
/** A number that is enough for peers that take microseconds. */
const FEW_TIMES = 10_000;

/** Locks in a generator. */
function* generator({ Lock }: Weft) {
  const lock = new Lock();
  for (let time = 0; time < TIMES; time++) {
    yield* lock.acquire();
    lock.release();
  }
  return TIMES;
}

/** Locks in a generator, for a block. */
function* block({ Lock }: Weft) {
  const lock = new Lock();
  for (let time = 0; time < TIMES; time++) {
    using _permit = yield* lock.acquire();
  }
  return TIMES;
}

/** Locks in a native async function. */
async function native({ Lock }: Weft) {
  const lock = new Lock();
  for (let time = 0; time < TIMES; time++) {
    await lock.acquire();
    lock.release();
  }
  return TIMES;
}

/** Acquires a lock of promises so many times. */
function acquire(
  times: number,
  lock: { acquire(): Promise<unknown>; release(): void },
): Trial {
  return {
    async run() {
      for (let time = 0; time < times; time++) {
        await lock.acquire();
        lock.release();
      }
      return times;
    },
  };
}

/** Acquires a lock written by hand. */
const promises = () => acquire(TIMES, new PromiseSemaphore(1));

/** Acquires a lock of async-mutex. */
async function asyncMutex(): Promise<Trial> {
  const { Mutex } = await import("async-mutex");
  return acquire(FEW_TIMES, new Mutex());
}

/** Effect, which acquires a semaphore with one permit. */
const effect = onEffect(({ Effect, Semaphore }) =>
  Effect.gen(function* () {
    const lock = yield* Semaphore.make(1);
    for (let time = 0; time < FEW_TIMES; time++) {
      yield* lock.take(1);
      yield* lock.release(1);
    }
    return FEW_TIMES;
  })
);

export const syncLockFree: Suite = {
  name: "lock, free",
  about: "acquire() of a lock nobody holds, release(); `using` disposes a permit instead",
  unit: "ns",
  sizes: [0],
  targets: { generator: [[1, "promises"]] },
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native), using: onLoop(block) },
  peers: { promises, "async-mutex": asyncMutex, Effect: effect },
  programs: IN_PYTHON,
};
