/** Map: 10,000 items, 10 at a time, are worked on by coroutines that do nothing. @module */

import { onLoop } from "../on_loop.ts";
import { onEffect } from "../peers/effect.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const ITEMS: readonly number[] = Array.from({ length: 10_000 }, (_, at) => at);
const LIMIT = 10;

/** Maps to generators. */
function* generator({ mapConcurrent }: Weft) {
  const results = yield* mapConcurrent(ITEMS, function* () {}, { limit: LIMIT });
  return results.length;
}

/** Maps to native async functions. */
async function native({ mapConcurrent }: Weft) {
  const results = await mapConcurrent(ITEMS, async () => {}, { limit: LIMIT });
  return results.length;
}

/** Adds async functions to what runs so many at a time: a failure stops nobody. */
function onLimit(add: (work: () => Promise<void>) => Promise<void>): Trial {
  return {
    async run() {
      const results = await Promise.all(ITEMS.map(() => add(async () => {})));
      return results.length;
    },
  };
}

/** Adds to a p-limit. */
async function pLimit(): Promise<Trial> {
  const { default: newLimit } = await import("p-limit");
  return onLimit(newLimit(LIMIT));
}

/** Adds to a p-queue. */
async function pQueue(): Promise<Trial> {
  const { default: PQueue } = await import("p-queue");
  const queue = new PQueue({ concurrency: LIMIT });
  return onLimit((work) => queue.add(work));
}

/** Maps to async functions, in std's pool. */
async function stdPooledMap(): Promise<Trial> {
  const { pooledMap } = await import("@std/async/pool.js");
  return {
    async run() {
      const results = await Array.fromAsync(pooledMap(LIMIT, ITEMS, async () => {}));
      return results.length;
    },
  };
}

/** Effect, which maps to effects that yield once. */
const effect = onEffect(({ Effect }) =>
  Effect.map(
    Effect.forEach(ITEMS, () => Effect.yieldNow, { concurrency: LIMIT }),
    (results) => results.length,
  )
);

export const syncMapConcurrent: Suite = {
  name: "map 1e4 items, 10 at a time",
  about: "mapConcurrent() to coroutines that do nothing; one operation is one item",
  unit: "ns",
  sizes: [0],
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { "p-limit": pLimit, "p-queue": pQueue, "std pooledMap": stdPooledMap, Effect: effect },
};
