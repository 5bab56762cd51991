/** Queue: one task puts items, another takes them; one operation is one item. @module */

import { onLoop } from "../on_loop.ts";
import { onEffect } from "../peers/effect.ts";
import { PROGRAMS } from "../peers/programs.ts";
import { PromiseQueue } from "../peers/promises.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const ITEMS = 20_000;
/** A number that is enough for peers that take microseconds. */
const FEW_ITEMS = 2_000;

/** Passes items between generators. */
function* generator({ createTask, Queue }: Weft, size: number) {
  const queue = new Queue<number>(size);
  const producer = createTask(function* () {
    for (let item = 0; item < ITEMS; item++) yield* queue.put(item);
  });
  for (let item = 0; item < ITEMS; item++) yield* queue.get();
  yield* producer;
  return ITEMS;
}

/** Passes items between native async functions. */
async function native({ createTask, Queue }: Weft, size: number) {
  const queue = new Queue<number>(size);
  const producer = createTask(async () => {
    for (let item = 0; item < ITEMS; item++) await queue.put(item);
  });
  for (let item = 0; item < ITEMS; item++) await queue.get();
  await producer;
  return ITEMS;
}

/** Passes items through a queue written by hand. */
function promises(size: number): Trial {
  const queue = new PromiseQueue<number>(size);
  async function produce() {
    for (let item = 0; item < ITEMS; item++) await queue.put(item);
  }
  async function consume() {
    for (let item = 0; item < ITEMS; item++) await queue.get();
  }
  return {
    async run() {
      await Promise.all([produce(), consume()]);
      return ITEMS;
    },
  };
}

/** Effect, which passes items between fibers. */
const effect = onEffect(({ Effect, Fiber, Queue }, size) =>
  Effect.gen(function* () {
    const queue = yield* Queue.bounded<number>(size);
    const producer = yield* Effect.forkChild(Effect.gen(function* () {
      for (let item = 0; item < FEW_ITEMS; item++) yield* Queue.offer(queue, item);
    }));
    for (let item = 0; item < FEW_ITEMS; item++) yield* Queue.take(queue);
    yield* Fiber.join(producer);
    return FEW_ITEMS;
  })
);

export const syncQueue: Suite = {
  name: "queue of capacity",
  about: "put() by one task and get() by another; the capacity is the size",
  unit: "ns",
  sizes: [1, 100],
  targets: {
    generator: [[2, "promises"], [0.6, "promises"]],
    async: [[5, "promises"], [2.5, "promises"]],
  },
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { promises, Effect: effect },
  programs: PROGRAMS,
};
