/** Hold in batches: about 256 timers are due a turn, and each is armed anew. @module */

import { type Heap, onHeaps } from "../peers/heaps.ts";
import { Random } from "../random.ts";
import { type Engine, load, onEngines, type Subject, type Suite, type Trial } from "../suite.ts";

const DUE = 256;
const TURNS = 200;

/** Prepares a core with `size` timers armed. */
async function core(subject: Subject<Engine>, size: number): Promise<Trial> {
  const core = (await load(subject))();
  const random = new Random();
  for (let armed = 0; armed < size; armed++) core.claimArmed(4, 2 * random.next());
  let now = 0;
  return {
    run(): number {
      let done = 0;
      for (let turn = 0; turn < TURNS; turn++) {
        now += DUE / size;
        done += core.expire(now);
        for (let count = core.begin(); count !== 0; count = core.drain()) {
          const lease = core.lease;
          for (let at = 0; at < count; at++) {
            const id = lease[at];
            lease[at] = 0;
            core.arm(id, now + 2 * random.next());
          }
        }
      }
      return done;
    },
  };
}

/** Prepares a heap with `size` entries. */
function onHeap(heap: Heap, size: number): Trial {
  const random = new Random();
  let now = 0, seq = 0;
  while (seq < size) heap.push({ when: 2 * random.next(), seq: seq++ });
  return {
    run(): number {
      const first = seq;
      for (let turn = 0; turn < TURNS; turn++) {
        now += DUE / size;
        while (heap.peek()!.when <= now) {
          const entry = heap.pop()!;
          entry.when = now + 2 * random.next();
          entry.seq = seq++;
          heap.push(entry);
        }
      }
      return seq - first;
    },
  };
}

export const holdBatch: Suite = {
  name: "hold, 256 due a turn",
  about: "the same with the cost of a turn shared by the 256 timers due in it",
  unit: "ns",
  sizes: [1e3, 1e5, 1e6],
  weft: onEngines(core),
  peers: onHeaps(onHeap),
};
