/**
 * Drives a core as a loop does: begins a batch, takes what is leased, drains when it must.
 *
 * @module
 */

import { type Core, LEASE_LENGTH, Word } from "../../src/engine/core.ts";

/** Bounds a batch: one that takes in what it pushes would not end. */
const MOST_STEPS = 100_000;

/** Runs one batch, calling a step for each id taken; returns the ids in the order they ran. */
export function runBatch(core: Core, step: (id: number) => void = () => {}): number[] {
  const ran: number[] = [];
  let count = core.begin();
  while (count > 0) {
    for (let at = 0; at < count; at++) {
      const id = core.lease[at];
      if (id === 0) continue;
      core.lease[at] = 0;
      if (ran.push(id) > MOST_STEPS) throw new Error(`The batch does not end: ${id} has run`);
      step(id);
      if (core.words[Word.URGENT] === 1) break;
    }
    count = core.drain();
  }
  return ran;
}

/** Takes the first ids of the lease, all unless told; returns them. */
export function take(core: Core, count: number = LEASE_LENGTH): number[] {
  const taken: number[] = [];
  for (let at = 0; at < LEASE_LENGTH && taken.length < count; at++) {
    const id = core.lease[at];
    if (id === 0) continue;
    core.lease[at] = 0;
    taken.push(id);
  }
  return taken;
}

/** Claims ids of one level and queues them. */
export function queueMany(core: Core, count: number, level: number): number[] {
  return Array.from({ length: count }, () => core.claimReady(level));
}

/** Returns each id as its position in a list, to make an order readable. */
export function positions(ids: readonly number[], list: readonly number[]): number[] {
  return ids.map((id) => list.indexOf(id));
}

/** Counts 0, 1, 2, … below a bound. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
