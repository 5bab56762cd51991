/** The first 10 ms of a process, making the core included: nothing is warm. @module */

import { releaseDue } from "../bursts.ts";
import { Random } from "../random.ts";
import { Stopwatch } from "../stopwatch.ts";
import { type Engine, load, onEngines, type Subject, type Suite, type Trial } from "../suite.ts";

const PERIOD = 10;
const ARMED = 64;

/** Counts the timers armed, half of them cancelled and half expired and run, until time is up. */
async function core(subject: Subject<Engine>): Promise<Trial> {
  const newCore = await load(subject);
  const open = new Int32Array(ARMED);
  const random = new Random();
  let turns = 0;
  const stopwatch = new Stopwatch();
  const core = newCore();
  while (stopwatch.isBefore(PERIOD)) {
    turns++;
    for (let at = 0; at < ARMED; at++) open[at] = core.claimArmed(4, turns + random.next());
    for (let at = 0; at < ARMED; at += 2) core.release(open[at]);
    core.expire(turns + 1);
    releaseDue(core);
  }
  return { value: turns * ARMED };
}

export const first10ms: Suite = {
  name: "timers in the first 10 ms",
  about: "made the core, then armed, cancelled, expired and ran timers, all from cold",
  unit: "timers",
  sizes: [0],
  more: true,
  fresh: true,
  rounds: 21,
  weft: onEngines(core),
};
