/**
 * Arms timers, cancels half of them in random order, expires the others, and checks their order.
 *
 * Import it once for each engine, with a query after its name: calls that have only ever met one
 * engine are faster, and each import has calls of its own.
 *
 * @module
 */

import { type Core, SLOT_MASK } from "../core.ts";

/** How long each kind of operation took, in ns, and whether the order was right. */
export interface Result {
  readonly name: string;
  readonly timers: number;
  readonly arm: number;
  readonly cancel: number;
  readonly expire: number;
  /** What is wrong with the order; empty if nothing is. */
  readonly fault: string;
}

/** A function that shows which phase is under way, and how far it has come, 0 to 1. */
export type Show = (phase: string, done: number) => void;

const SPAN_MS = 60_000;
/** The slices of each phase: progress, which is not timed, is shown between them. */
const SLICES = 100;

/** Makes deadlines of a quarter of a millisecond: a million of them has many ties. */
export function makeDeadlines(count: number): Float64Array {
  return Float64Array.from({ length: count }, () => Math.floor(Math.random() * SPAN_MS * 4) / 4);
}

/** Shuffles the numbers below a count. */
export function shuffle(count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    const kept = order[at];
    order[at] = order[other];
    order[other] = kept;
  }
  return order;
}

/** Runs the three phases on an empty core. */
export function runTimers(core: Core, count: number, show: Show): Result {
  const deadlines = makeDeadlines(count);
  const ids = new Int32Array(count);
  const cancelled = shuffle(count).subarray(0, count / 2);
  const fired = new Int32Array(count);
  let left = 0;

  const arm = inSlices(count, (at) => show("arm", at), (from, to) => {
    for (let at = from; at < to; at++) ids[at] = core.claimArmed(4, deadlines[at]);
  });
  const cancel = inSlices(cancelled.length, (at) => show("cancel", at), (from, to) => {
    for (let at = from; at < to; at++) core.release(ids[cancelled[at]]);
  });
  const expire = inSlices(count, (at) => show("expire", at), (_from, to) => {
    core.expire(to / count * SPAN_MS);
    for (let length = core.begin(); length !== 0; length = core.drain()) {
      const lease = core.lease;
      for (let at = 0; at < length; at++) {
        const id = lease[at];
        lease[at] = 0;
        fired[left++] = id;
        core.release(id);
      }
    }
  });
  return {
    name: core.engine,
    timers: count,
    arm: arm / count,
    cancel: cancel / cancelled.length,
    expire: expire / (count - cancelled.length),
    fault: findFault(deadlines, ids, cancelled, fired.subarray(0, left)),
  };
}

/** Times work on the numbers below a count; returns ns. */
function inSlices(
  count: number,
  show: (done: number) => void,
  work: (from: number, to: number) => void,
): number {
  let ms = 0;
  for (let slice = 0; slice < SLICES; slice++) {
    show(slice / SLICES);
    const start = performance.now();
    work(Math.floor(slice / SLICES * count), Math.floor((slice + 1) / SLICES * count));
    ms += performance.now() - start;
  }
  show(1);
  return ms * 1e6;
}

/** Checks that exactly the timers not cancelled fired, by deadline, then by arming. */
function findFault(
  deadlines: Float64Array,
  ids: Int32Array,
  cancelled: Int32Array,
  fired: Int32Array,
): string {
  if (fired.length !== ids.length - cancelled.length) return `${fired.length} timers fired`;
  const armedAt = new Int32Array(ids.length + 1024);
  ids.forEach((id, at) => armedAt[id & SLOT_MASK] = at);
  const gone = new Uint8Array(ids.length);
  for (const at of cancelled) gone[at] = 1;
  let last = -1;
  for (const id of fired) {
    const at = armedAt[id & SLOT_MASK];
    if (ids[at] !== id || gone[at] === 1) return `timer ${at} fired though cancelled`;
    const late = last >= 0 &&
      (deadlines[last] > deadlines[at] || (deadlines[last] === deadlines[at] && last > at));
    if (late) return `timer ${at} fired after timer ${last}`;
    last = at;
  }
  return "";
}
