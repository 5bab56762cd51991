/** Start: from the import of the engine to the first handle taken. @module */

import { Stopwatch } from "../stopwatch.ts";
import { type Engine, load, onEngines, type Subject, type Suite, type Trial } from "../suite.ts";

/** Imports the engine, makes a core and takes one step. */
async function core(subject: Subject<Engine>): Promise<Trial> {
  const stopwatch = new Stopwatch();
  const core = (await load(subject))();
  const id = core.claimReady(4);
  core.begin();
  const taken = core.lease[0];
  const value = stopwatch.ms;
  if (taken !== id) throw new Error(`Cannot measure the first step: ${taken} was taken instead`);
  return { value };
}

/** Imports a module with nothing in it. */
async function emptyModule(): Promise<Trial> {
  const stopwatch = new Stopwatch();
  await import(new URL("../empty.ts", import.meta.url).href);
  return { value: stopwatch.ms };
}

export const firstStep: Suite = {
  name: "import to first step",
  about: "import the engine, make a core, queue a handle and take it",
  unit: "ms",
  sizes: [0],
  targets: { wasm: [3] },
  baseline: "empty module",
  fresh: true,
  rounds: 21,
  weft: onEngines(core),
  peers: { "empty module": emptyModule },
};
