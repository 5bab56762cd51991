/**
 * The contract at full size: every id there is, and a million timers.
 *
 * @module
 */

import {
  type Core,
  LEASE_LENGTH,
  MOST_IDS,
  SLOT_MASK,
  State,
  Total,
  Word,
} from "../../src/engine/core.ts";
import { assert, assertEquals } from "../assert.ts";
import { Prng } from "../prng.ts";
import { rounds } from "../rounds.ts";

const TIMERS = rounds(1_000_000);
const MOST_BYTES_PER_TIMER = 64;

/** Declares the tests of one engine; they are too large for one that checks itself. */
export function coreLimits(name: string, newCore: () => Core): void {
  Deno.test(`${name}: ${MOST_IDS} ids can be live at once, and no more`, () => {
    const core = newCore();
    const first = core.claim(4);
    let last = first;
    for (let live = 1; live < MOST_IDS; live++) {
      last = core.claim(4);
      if (last <= 0) throw new Error(`id ${live} was refused: ${last}`);
    }
    assertEquals(core.words[Word.LIVE], MOST_IDS);
    const bytes = core.bytes;
    assertEquals([core.claim(4), core.claimReady(4), core.claimArmed(4, 1)], [0, 0, 0]);
    assertEquals([core.words[Word.LIVE], core.words[Word.QUEUED], core.bytes], [
      MOST_IDS,
      0,
      bytes,
    ]);
    assertEquals(core.release(first), 1);
    const again = core.claimArmed(4, 5);
    assert(again > 0 && again !== first, `again: ${again}`);
    assertEquals(core.push(last), 1);
    assertEquals([core.claim(4), core.claimReady(4), core.claimArmed(4, 1)], [0, 0, 0]);
    assertEquals([core.state(again), core.state(last)], [State.ARMED, State.READY]);
    assertEquals([core.state(first), core.totals[Total.NEAREST]], [State.STALE, 5]);
    assertEquals([core.begin(), core.lease[0]], [1, last]);
  });

  Deno.test(`${name}: very many timers stay in bounds, in order, and leave nothing behind`, () => {
    const core = newCore();
    const random = new Prng(1);
    const whens = Float64Array.from({ length: TIMERS }, () => random.below(TIMERS / 4));
    const out = random.shuffle(Array.from(whens.keys()).filter((at) => (at & 1) === 0));
    armAndExpire(core, whens, out);
    const bytes = core.bytes;
    const growths = core.words[Word.GROWTHS];
    assert(bytes <= TIMERS * MOST_BYTES_PER_TIMER, `bytes per timer: ${bytes / TIMERS}`);
    armAndExpire(core, whens, out);
    assertEquals([core.bytes, core.words[Word.GROWTHS]], [bytes, growths]);
    assertEquals(core.words[Word.MOST_LIVE], TIMERS);
  });
}

/** Arms every deadline, withdraws some, and expires the rest in order; then releases them all. */
function armAndExpire(core: Core, whens: Float64Array, out: readonly number[]): void {
  const ids = Int32Array.from(whens, (when) => core.claimArmed(4, when));
  // Holds, for each slot, the place of its deadline; -1 if that was withdrawn.
  const places = new Int32Array(core.words[Word.CAPACITY]).fill(-1);
  for (let place = 0; place < TIMERS; place++) places[ids[place] & SLOT_MASK] = place;
  for (const place of out) {
    core.withdraw(ids[place]);
    places[ids[place] & SLOT_MASK] = -1;
  }
  assertEquals(core.words[Word.TIMERS], TIMERS - out.length);
  assertEquals(core.expire(TIMERS / 8), countDue(whens, TIMERS / 8));
  core.expire(TIMERS);
  assertEquals([core.words[Word.TIMERS], core.totals[Total.NEAREST]], [0, Infinity]);
  let before = -1;
  let ran = 0;
  for (let count = core.begin(); count > 0; count = core.drain()) {
    for (const id of core.lease.subarray(0, count)) {
      const place = places[id & SLOT_MASK];
      const late = before >= 0 &&
        (whens[place] < whens[before] || whens[place] === whens[before] && place < before);
      if (place < 0 || late) throw new Error(`timer ${place} expired after timer ${before}`);
      before = place;
      ran++;
    }
    core.lease.fill(0, 0, Math.min(count, LEASE_LENGTH));
  }
  assertEquals(ran, TIMERS - out.length);
  for (const id of ids) core.release(id);
  assertEquals(core.words[Word.LIVE], 0);
}

/** Counts the timers at odd places that are due. */
function countDue(whens: Float64Array, now: number): number {
  return whens.reduce((count, when, place) => count + (place % 2 === 1 && when <= now ? 1 : 0), 0);
}
