/** Churn with ties: timeouts armed in one turn share a deadline, and are cancelled in order. @module */

import { type Engine, load, onEngines, type Subject, type Suite, type Trial } from "../suite.ts";

const TIMEOUT = 600_000;
const LEAST = 50_000;

/** Prepares an empty core. */
async function core(subject: Subject<Engine>, size: number): Promise<Trial> {
  const core = (await load(subject))();
  const open = new Int32Array(size);
  return {
    run(): number {
      let done = 0;
      while (done < LEAST) {
        for (let at = 0; at < size; at++) open[at] = core.claimArmed(4, TIMEOUT);
        for (let at = 0; at < size; at++) done += core.release(open[at]);
      }
      return done;
    },
  };
}

/** Prepares the host's timeouts. */
function setTimeouts(size: number): Trial {
  const idle = () => {};
  const open: ReturnType<typeof setTimeout>[] = Array.from({ length: size });
  return {
    run(): number {
      let done = 0;
      while (done < LEAST) {
        for (let at = 0; at < size; at++) open[at] = setTimeout(idle, TIMEOUT);
        for (let at = 0; at < size; at++) clearTimeout(open[at]);
        done += size;
      }
      return done;
    },
  };
}

export const sameDeadlineChurn: Suite = {
  name: "churn with one deadline",
  about: "claimArmed and release of so many timers that tie",
  unit: "ns",
  sizes: [64, 1e4],
  weft: onEngines(core),
  peers: { setTimeout: setTimeouts },
};
