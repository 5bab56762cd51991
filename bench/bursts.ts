/**
 * Bursts: timers are armed, all are due at once, and expire in order.
 *
 * @module
 */

import type { Core } from "../src/engine/core.ts";
import { onHeaps } from "./peers/heaps.ts";
import { Random } from "./random.ts";
import { load, onEngines, type Suite } from "./suite.ts";

const LEAST = 50_000;

/** Takes the handles that are due, batch by batch, and releases each. */
export function releaseDue(core: Core): void {
  for (let count = core.begin(); count !== 0; count = core.drain()) {
    const lease = core.lease;
    for (let at = 0; at < count; at++) {
      const id = lease[at];
      lease[at] = 0;
      core.release(id);
    }
  }
}

/** Makes a case of timers whose deadlines, up to 1, are picked by a function. */
export function bursts(
  pick: (random: Random) => number,
): Pick<Suite, "unit" | "sizes" | "rounds" | "weft" | "peers"> {
  return {
    unit: "ns",
    sizes: [1e3, 1e6],
    rounds: 2,
    weft: onEngines(async (subject, size) => {
      const core = (await load(subject))();
      const random = new Random();
      return {
        run(): number {
          let done = 0;
          while (done < LEAST) {
            for (let armed = 0; armed < size; armed++) core.claimArmed(4, pick(random));
            done += core.expire(1);
            releaseDue(core);
          }
          return done;
        },
      };
    }),
    peers: onHeaps((heap, size) => {
      const random = new Random();
      let seq = 0;
      return {
        run(): number {
          const first = seq;
          while (seq - first < LEAST) {
            for (let armed = 0; armed < size; armed++) {
              heap.push({ when: pick(random), seq: seq++ });
            }
            while (heap.pop() !== undefined);
          }
          return seq - first;
        },
      };
    }),
  };
}
