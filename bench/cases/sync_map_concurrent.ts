/** Map: 10,000 items, 10 at a time, are worked on by coroutines that do nothing. @module */

import { onLoop } from "../on_loop.ts";
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

/** Calls async functions through a limit: a failure stops nobody. */
async function pLimit(): Promise<Trial> {
  const { default: newLimit } = await import("p-limit");
  const limit = newLimit(LIMIT);
  return {
    async run() {
      const results = await Promise.all(ITEMS.map(() => limit(async () => {})));
      return results.length;
    },
  };
}

/** Adds async functions to a queue: a failure stops nobody. */
async function pQueue(): Promise<Trial> {
  const { default: PQueue } = await import("p-queue");
  const queue = new PQueue({ concurrency: LIMIT });
  return {
    async run() {
      const results = await Promise.all(ITEMS.map(() => queue.add(async () => {})));
      return results.length;
    },
  };
}

/** Maps to effects, which yield once. */
async function effect(): Promise<Trial> {
  const { Effect } = await import("effect");
  const main = Effect.forEach(ITEMS, () => Effect.yieldNow, { concurrency: LIMIT });
  return { run: async () => (await Effect.runPromise(main)).length };
}

export const syncMapConcurrent: Suite = {
  name: "map 1e4 items, 10 at a time",
  about: "mapConcurrent() to coroutines that do nothing; one operation is one item",
  unit: "ns",
  sizes: [0],
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { "p-limit": pLimit, "p-queue": pQueue, Effect: effect },
};
