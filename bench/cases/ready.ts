/** The ready queue: 1,000 handles, each queued again as soon as it is taken. @module */

import { type Engine, load, onEngines, type Subject, type Suite, type Trial } from "../suite.ts";

const HANDLES = 1_000;
const TURNS = 100;
const LEVEL = 4;

/** Prepares a core with all handles queued. */
async function core(subject: Subject<Engine>): Promise<Trial> {
  const core = (await load(subject))();
  for (let made = 0; made < HANDLES; made++) core.claimReady(LEVEL);
  return {
    run(): number {
      for (let turn = 0; turn < TURNS; turn++) {
        for (let count = core.begin(); count !== 0; count = core.drain()) {
          const lease = core.lease;
          for (let at = 0; at < count; at++) {
            const id = lease[at];
            lease[at] = 0;
            core.push(id);
          }
        }
      }
      return HANDLES * TURNS;
    },
  };
}

/** Prepares two arrays a level, swapped each turn: no withdrawing, no ageing, no interrupting. */
function arrays(): Trial {
  const levels = Uint8Array.from({ length: HANDLES }, () => LEVEL);
  let batch: number[][] = Array.from({ length: 8 }, () => []);
  let coming: number[][] = Array.from({ length: 8 }, () => []);
  for (let id = 0; id < HANDLES; id++) coming[LEVEL].push(id);
  return {
    run(): number {
      for (let turn = 0; turn < TURNS; turn++) {
        [batch, coming] = [coming, batch];
        for (const list of batch) {
          for (let at = 0; at < list.length; at++) {
            const id = list[at];
            coming[levels[id]].push(id);
          }
          list.length = 0;
        }
      }
      return HANDLES * TURNS;
    },
  };
}

export const ready: Suite = {
  name: "ready push + pop",
  about: "take a handle out of the batch and queue it for the next; 1,000 a turn",
  unit: "ns",
  sizes: [0],
  weft: onEngines(core),
  peers: { "two arrays a level": arrays },
};
