/** The heap alone: a random timer gets another deadline; no queue, no lease. @module */

import { Random } from "../random.ts";
import { type Engine, load, onEngines, type Subject, type Suite, type Trial } from "../suite.ts";

const CALLS = 50_000;

/** Prepares a core with `size` timers armed. */
async function core(subject: Subject<Engine>, size: number): Promise<Trial> {
  const core = (await load(subject))();
  const random = new Random();
  const ids = Int32Array.from({ length: size }, () => core.claimArmed(4, random.next()));
  return {
    run(): number {
      for (let call = 0; call < CALLS; call++) {
        core.arm(ids[Math.floor(random.next() * size)], random.next());
      }
      return CALLS;
    },
  };
}

export const rearm: Suite = {
  name: "re-arm a random timer",
  about: "take a timer out of the heap wherever it is and insert it anew, in one call",
  unit: "ns",
  sizes: [1e3, 1e5, 1e6],
  weft: onEngines(core),
};
