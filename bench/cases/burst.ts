/** Burst: timers are armed in random order, then all are due at once. @module */

import { newBinaryHeap, newTinyQueue } from "../peer_heaps.ts";
import { Random } from "../random.ts";
import { type Engine, load, onEngines, type Subject, type Suite, type Trial } from "../suite.ts";

const LEAST = 50_000;

/** Prepares an empty core. */
async function core(subject: Subject<Engine>, size: number): Promise<Trial> {
  const core = (await load(subject))();
  const random = new Random();
  return {
    run(): number {
      let done = 0;
      while (done < LEAST) {
        for (let armed = 0; armed < size; armed++) core.claimArmed(4, random.next());
        done += core.expire(1);
        for (let count = core.begin(); count !== 0; count = core.drain()) {
          const lease = core.lease;
          for (let at = 0; at < count; at++) {
            const id = lease[at];
            lease[at] = 0;
            core.release(id);
          }
        }
      }
      return done;
    },
  };
}

/** Prepares an empty tinyqueue. */
function tinyqueue(size: number): Trial {
  const queue = newTinyQueue();
  const random = new Random();
  let seq = 0;
  return {
    run(): number {
      const first = seq;
      while (seq - first < LEAST) {
        for (let armed = 0; armed < size; armed++) queue.push({ when: random.next(), seq: seq++ });
        while (queue.pop() !== undefined);
      }
      return seq - first;
    },
  };
}

/** Prepares an empty std BinaryHeap. */
function binaryHeap(size: number): Trial {
  const heap = newBinaryHeap();
  const random = new Random();
  let seq = 0;
  return {
    run(): number {
      const first = seq;
      while (seq - first < LEAST) {
        for (let armed = 0; armed < size; armed++) heap.push({ when: random.next(), seq: seq++ });
        while (heap.pop() !== undefined);
      }
      return seq - first;
    },
  };
}

export const burst: Suite = {
  name: "burst: arm all, expire all",
  about: "claim and arm a timer, expire it in order, take it, release it",
  unit: "ns",
  sizes: [1e3, 1e6],
  rounds: 2,
  weft: onEngines(core),
  peers: { tinyqueue, "std BinaryHeap": binaryHeap },
};
