/**
 * Contention: 100 tasks enter something for a few at a time, again and again, and yield inside.
 *
 * @module
 */

import { onLoop } from "./on_loop.ts";
import { forkAndJoin, onEffect } from "./peers/effect.ts";
import { PromiseSemaphore } from "./peers/promises.ts";
import type { Suite, Trial, Weft } from "./suite.ts";

const TASKS = 100;
const ENTRIES = 100;
/** A number that is enough for peers that take microseconds. */
const FEW_ENTRIES = 10;

/** What tasks enter. */
type Gate = InstanceType<Weft["Lock"]> | InstanceType<Weft["Semaphore"]>;

/** What async functions enter. */
interface PromiseGate {
  acquire(): Promise<unknown>;
  release(): void;
}

/** Lets generators in. */
function generator(newGate: (weft: Weft) => Gate) {
  return function* (weft: Weft) {
    const { createTask, yieldNow } = weft;
    const gate = newGate(weft);
    function* child() {
      for (let entry = 0; entry < ENTRIES; entry++) {
        yield* gate.acquire();
        yield* yieldNow();
        gate.release();
      }
    }
    const tasks = Array.from({ length: TASKS }, () => createTask(child()));
    for (const task of tasks) yield* task;
    return TASKS * ENTRIES;
  };
}

/** Lets native async functions in. */
function native(newGate: (weft: Weft) => Gate) {
  return async (weft: Weft) => {
    const { createTask, yieldNow } = weft;
    const gate = newGate(weft);
    async function child() {
      for (let entry = 0; entry < ENTRIES; entry++) {
        await gate.acquire();
        await yieldNow();
        gate.release();
      }
    }
    const tasks = Array.from({ length: TASKS }, () => createTask(child));
    for (const task of tasks) await task;
    return TASKS * ENTRIES;
  };
}

/** Lets async functions through so many times each. */
function contend(entries: number, enter: () => Promise<unknown>): Trial {
  async function child() {
    for (let entry = 0; entry < entries; entry++) await enter();
  }
  return {
    async run() {
      await Promise.all(Array.from({ length: TASKS }, child));
      return TASKS * entries;
    },
  };
}

/** Lets async functions in, which await nothing there. */
function contendFor(gate: PromiseGate): Trial {
  return contend(ENTRIES, async () => {
    await gate.acquire();
    await null;
    gate.release();
  });
}

/** Lets fibers of Effect in. */
function effect(permits: number) {
  return onEffect((module) => {
    const { Effect, Semaphore } = module;
    return Effect.gen(function* () {
      const semaphore = yield* Semaphore.make(permits);
      const enter = semaphore.withPermits(1)(Effect.yieldNow);
      const child = Effect.gen(function* () {
        for (let entry = 0; entry < FEW_ENTRIES; entry++) yield* enter;
      });
      return (yield* forkAndJoin(module, TASKS, () => child)) * FEW_ENTRIES;
    });
  });
}

/** Makes a case of something for a number of tasks at a time. */
export function contention(
  permits: number,
  newGate: (weft: Weft) => Gate,
): Pick<Suite, "about" | "unit" | "sizes" | "rounds" | "weft" | "peers"> {
  return {
    about: "acquire() in line, one yield inside, release(); one operation is one turn in",
    unit: "ns",
    sizes: [0],
    rounds: 3,
    weft: { generator: onLoop(generator(newGate)), async: onLoop(native(newGate)) },
    peers: {
      promises: () => contendFor(new PromiseSemaphore(permits)),
      "async-mutex": async () => {
        const { Mutex, Semaphore } = await import("async-mutex");
        return contendFor(permits === 1 ? new Mutex() : new Semaphore(permits));
      },
      "p-limit": async () => {
        const { default: newLimit } = await import("p-limit");
        const limit = newLimit(permits);
        return contend(ENTRIES, () => limit(async () => void await null));
      },
      Effect: effect(permits),
    },
  };
}
