/** Crossing: a call into the core that does next to nothing. @module */

import { type Engine, load, onEngines, type Subject, type Suite, type Trial } from "../suite.ts";

const CALLS = 1_000_000;

/** Prepares an empty core; each call takes the answer of the one before, so none can be skipped. */
async function core(subject: Subject<Engine>): Promise<Trial> {
  const core = (await load(subject))();
  let answer = 0;
  return {
    run(): number {
      for (let call = 0; call < CALLS; call++) answer = core.state(answer);
      return CALLS;
    },
  };
}

export const crossing: Suite = {
  name: "crossing: state(0)",
  about: "one call into the core that finds nothing",
  unit: "ns",
  sizes: [0],
  weft: onEngines(core),
};
