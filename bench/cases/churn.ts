/** Churn: 64 timeouts are armed one after another, then cancelled in that order. @module */

import { Random } from "../random.ts";
import { type Engine, load, onEngines, type Subject, type Suite, type Trial } from "../suite.ts";

const OPEN = 64;
/** Times at which no timer fires while it is measured; the residents come around the timeout. */
const TIMEOUT = 630_000, FIRST = 600_000, SPAN = 60_000;

/** Prepares a core with `size` timers armed. */
async function core(subject: Subject<Engine>, size: number): Promise<Trial> {
  const core = (await load(subject))();
  const random = new Random();
  for (let armed = 0; armed < size; armed++) core.claimArmed(4, FIRST + SPAN * random.next());
  const open = new Int32Array(OPEN);
  const turns = 1_000;
  return {
    run(): number {
      for (let turn = 0; turn < turns; turn++) {
        for (let at = 0; at < OPEN; at++) open[at] = core.claimArmed(4, TIMEOUT + at / OPEN);
        for (let at = 0; at < OPEN; at++) core.release(open[at]);
      }
      return OPEN * turns;
    },
  };
}

/** Prepares `size` timeouts of the host. */
function setTimeouts(size: number): Trial {
  const random = new Random();
  const idle = () => {};
  for (let armed = 0; armed < size; armed++) {
    setTimeout(idle, FIRST + Math.floor(SPAN * random.next()));
  }
  const open: ReturnType<typeof setTimeout>[] = Array.from({ length: OPEN });
  const turns = 250;
  return {
    run(): number {
      for (let turn = 0; turn < turns; turn++) {
        for (let at = 0; at < OPEN; at++) open[at] = setTimeout(idle, TIMEOUT);
        for (let at = 0; at < OPEN; at++) clearTimeout(open[at]);
      }
      return OPEN * turns;
    },
  };
}

export const churn: Suite = {
  name: "churn: arm and cancel",
  about: "claimArmed and release, 64 at a time, against setTimeout and clearTimeout",
  unit: "ns",
  sizes: [0, 1e3, 1e6],
  targets: { wasm: [40, 40, 40] },
  weft: onEngines(core),
  peers: { setTimeout: setTimeouts },
};
