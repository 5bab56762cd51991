/**
 * Hold: the nearest timer expires, is run, and is armed anew; one is due a turn.
 *
 * The peers are heaps alone: they have no ready queue to pass through and no ids to check.
 *
 * @module
 */

import { Total } from "../../src/engine/core.ts";
import { type Heap, onHeaps } from "../peers/heaps.ts";
import { Random } from "../random.ts";
import { type Engine, load, onEngines, type Subject, type Suite, type Trial } from "../suite.ts";

const TURNS = 50_000;

/** Prepares a core with `size` timers armed. */
async function core(subject: Subject<Engine>, size: number): Promise<Trial> {
  const core = (await load(subject))();
  const random = new Random();
  for (let armed = 0; armed < size; armed++) core.claimArmed(4, 2 * random.next());
  return {
    run(): number {
      for (let turn = 0; turn < TURNS; turn++) {
        const now = core.totals[Total.NEAREST];
        core.expire(now);
        const count = core.begin();
        const lease = core.lease;
        for (let at = 0; at < count; at++) {
          const id = lease[at];
          lease[at] = 0;
          core.arm(id, now + 2 * random.next());
        }
      }
      return TURNS;
    },
  };
}

/** Prepares a heap with `size` entries. */
function onHeap(heap: Heap, size: number): Trial {
  const random = new Random();
  let seq = 0;
  while (seq < size) heap.push({ when: 2 * random.next(), seq: seq++ });
  return {
    run(): number {
      for (let turn = 0; turn < TURNS; turn++) {
        const entry = heap.pop()!;
        entry.when += 2 * random.next();
        entry.seq = seq++;
        heap.push(entry);
      }
      return TURNS;
    },
  };
}

export const hold: Suite = {
  name: "hold, one due a turn",
  about: "expire the nearest timer, begin a batch, take the handle, arm it anew",
  unit: "ns",
  sizes: [1e3, 1e5, 1e6],
  targets: { wasm: [90, 250, 450] },
  weft: onEngines(core),
  peers: onHeaps(onHeap),
  programs: { "Python heapq": "asyncio", "Go container/heap": "Go", "Rust BinaryHeap": "tokio" },
};
