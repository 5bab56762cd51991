/**
 * The contract of ids: claimed, released, refused once stale, and how they come round again.
 *
 * @module
 */

import { type Core, SLOT_MASK, State, Word } from "../../src/engine/core.ts";
import { assert, assertEquals } from "../assert.ts";
import type { CoreTest } from "./core_contract.ts";
import { range, runBatch, take } from "./core_driver.ts";

/** Calls each method that takes an id and counts a stale one. */
const CALLS: [string, (core: Core, id: number) => number][] = [
  ["release", (core, id) => core.release(id)],
  ["push", (core, id) => core.push(id)],
  ["arm", (core, id) => core.arm(id, 1)],
  ["withdraw", (core, id) => core.withdraw(id)],
  ["setLevel", (core, id) => core.setLevel(id, 2)],
];

/** Asserts that an id is refused by every method, is counted, and changes nothing. */
function assertRefused(core: Core, id: number, what: string): void {
  const words = core.words.slice();
  const totals = core.totals.slice();
  for (const [name, call] of CALLS) {
    assertEquals(call(core, id), 0, `${name}(${what})`);
    words[Word.STALE]++;
    assertEquals(core.words[Word.STALE], words[Word.STALE], `STALE after ${name}(${what})`);
  }
  assertEquals(core.state(id), State.STALE, `state(${what})`);
  assertEquals(core.words.slice(), words, `words after ${what}`);
  assertEquals(core.totals.slice(), totals, `totals after ${what}`);
}

/** Uses up a slot's generations: 256 ids are issued, and all of them are stale afterwards. */
function wearOut(core: Core, first: number): void {
  let id = first;
  for (let issued = 1; issued < 256; issued++) {
    assertEquals(core.release(id), 1);
    id = core.claim(4);
    assertEquals(id & SLOT_MASK, first & SLOT_MASK, "a slot released last is claimed first");
  }
  assertEquals(core.release(id), 1);
}

/** Declares the cases. */
export function idsContract(test: CoreTest): void {
  test("a claimed id is positive, idle and unlike all others", (core) => {
    const ids = range(100).map((at) => core.claim(at & 7));
    assertEquals(new Set(ids).size, 100);
    assertEquals(new Set(ids.map((id) => id & SLOT_MASK)).size, 100);
    for (const id of ids) {
      assert(id > 0, `id is positive: ${id}`);
      assertEquals(core.state(id), State.IDLE);
    }
    assertEquals(core.words[Word.LIVE], 100);
    assertEquals(core.begin(), 0);
  });

  test("claimReady() and claimArmed() claim and queue, or arm, at once", (core) => {
    const ready = core.claimReady(4);
    const armed = core.claimArmed(4, 1);
    assertEquals(core.state(ready), State.READY);
    assertEquals(core.state(armed), State.ARMED);
    assertEquals(runBatch(core), [ready]);
    assertEquals(core.expire(1), 1);
    assertEquals(runBatch(core), [armed]);
  });

  test("a released id is stale, wherever it was", (core) => {
    const idle = core.claim(4);
    const ready = core.claimReady(4);
    const armed = core.claimArmed(4, 1);
    const leased = core.claimReady(0);
    core.push(idle);
    core.withdraw(idle);
    assertEquals(core.begin(), 1);
    for (const id of [idle, ready, armed, leased]) {
      assertEquals(core.release(id), 1);
      assertEquals(core.state(id), State.STALE);
    }
    assertEquals(core.lease[0], 0);
    assertEquals(core.drain(), 0);
    assertEquals(core.expire(2), 0);
    assertEquals([core.words[Word.LIVE], core.words[Word.QUEUED], core.words[Word.TIMERS]], [
      0,
      0,
      0,
    ]);
  });

  test("an id taken from the lease stays live and idle", (core) => {
    const id = core.claimReady(4);
    core.begin();
    assertEquals(core.state(id), State.READY);
    take(core);
    assertEquals(core.state(id), State.IDLE);
    assertEquals(core.drain(), 0);
    assertEquals(core.state(id), State.IDLE);
    assertEquals(core.push(id), 1);
    assertEquals(runBatch(core), [id]);
  });

  test("a released slot is claimed again under another id", (core) => {
    const before = core.claim(4);
    core.release(before);
    const after = core.claimReady(4);
    assertEquals(after & SLOT_MASK, before & SLOT_MASK);
    assert(after !== before);
    assertRefused(core, before, "the id of an earlier generation");
    assertEquals(runBatch(core), [after]);
  });

  test("slots released last are claimed first", (core) => {
    const ids = range(5).map(() => core.claim(4));
    for (const id of ids) core.release(id);
    const again = ids.map(() => core.claim(4) & SLOT_MASK);
    assertEquals(again, ids.map((id) => id & SLOT_MASK).reverse());
    assert(!again.includes(core.claim(4) & SLOT_MASK), "a sixth id has a slot of its own");
  });

  test("a stale id is refused by every method and counted", (core) => {
    const live = core.claim(4);
    const released = core.claim(4);
    core.release(released);
    assertRefused(core, released, "released");
    assertRefused(core, live + SLOT_MASK + 1, "a generation to come");
    assertRefused(core, live + 100, "never issued");
    assertRefused(core, 5000, "beyond the capacity");
    assertRefused(core, 0, "0");
    assertRefused(core, 3, "a list head");
    assertRefused(core, -1, "-1");
    assertRefused(core, -live, "a live id negated");
    assertRefused(core, 2 ** 31 - 1, "2^31 - 1");
    assertRefused(core, -(2 ** 31), "-2^31");
    assertRefused(core, NaN, "NaN");
  });

  test("no negative number passes for the id of a free slot", (core) => {
    const released = core.claim(4);
    core.claim(4);
    core.release(released);
    for (let generation = -256; generation < 0; generation++) {
      const id = (released & SLOT_MASK) + generation * (SLOT_MASK + 1);
      assertEquals(core.state(id), State.STALE, `state(${id})`);
      assertEquals(core.push(id), 0, `push(${id})`);
    }
    assertEquals(core.begin(), 0);
    assertRefused(core, released + (SLOT_MASK + 1) - 2 ** 31, "the mark of a free slot");
  });

  test("arm() with NaN answers -1 before it looks at the id", (core) => {
    assertEquals(core.arm(12345, NaN), -1);
    assertEquals(core.words[Word.STALE], 0);
  });

  test("state() does not count stale ids", (core) => {
    assertEquals(core.state(17), State.STALE);
    assertEquals(core.words[Word.STALE], 0);
  });

  test("the only slot in use gives 256 ids before its first comes round again", (core) => {
    const first = core.claim(4);
    const ids = new Set([first]);
    let id = first;
    for (let issued = 1; issued < 256; issued++) {
      core.release(id);
      id = core.claim(4);
      assertEquals(id & SLOT_MASK, first & SLOT_MASK);
      assert(id > 0 && !ids.has(id), `id ${issued} is new: ${id}`);
      ids.add(id);
    }
    assertEquals(core.words[Word.STALE], 0);
    core.release(id);
    assertEquals(core.claim(4), first);
  });

  test("a worn-out slot is not claimed while another free slot exists", (core) => {
    const [a, b, c] = range(3).map(() => core.claim(4));
    core.release(b);
    core.release(c);
    wearOut(core, a);
    assertEquals(core.claim(4) & SLOT_MASK, c & SLOT_MASK);
    assertEquals(core.claim(4) & SLOT_MASK, b & SLOT_MASK);
    assertEquals(core.claim(4), a, "only now does the first id come round again");
  });

  test("worn-out slots come round in the order they wore out", (core) => {
    const ids = range(4).map(() => core.claim(4));
    core.release(ids[3]);
    for (const id of ids.slice(0, 3)) wearOut(core, id);
    assertEquals(core.claim(4) & SLOT_MASK, ids[3] & SLOT_MASK);
    assertEquals(ids.slice(0, 3).map(() => core.claim(4)), ids.slice(0, 3));
    assert(!ids.includes(core.claim(4)), "then a slot is claimed that never was");
  });

  test("a worn-out slot can be the only free one, with others released after it", (core) => {
    const [a, b, c] = range(3).map(() => core.claim(4));
    wearOut(core, a);
    core.release(b);
    wearOut(core, c);
    assertEquals(core.claim(4) & SLOT_MASK, b & SLOT_MASK);
    assertEquals([core.claim(4), core.claim(4)], [a, c]);
  });

  test("a level is taken modulo 8", (core) => {
    const seven = core.claimReady(-1);
    const zero = core.claimReady(8);
    const six = core.claim(0);
    core.setLevel(six, 14);
    core.push(six);
    assertEquals(runBatch(core), [zero, six, seven]);
    const idle = [-1, 8, 16, 24, 32, 2 ** 31 - 1].map((level) => core.claim(level));
    assertEquals(idle.map((id) => core.state(id)), idle.map(() => State.IDLE));
    assertEquals(core.state(core.claimArmed(-1, 5)), State.ARMED);
  });

  test("reset() gives a clean core and voids every id", (core) => {
    const ids = [core.claim(1), core.claimReady(2), core.claimArmed(3, 7), core.claimReady(0)];
    core.begin();
    core.release(ids[0]);
    core.release(12345);
    core.reset();
    const counts = core.words.slice(0, Word.STALE + 1);
    const clean = new Int32Array(Word.STALE + 1);
    clean[Word.CAPACITY] = core.words[Word.CAPACITY];
    counts[5] = 0;
    assertEquals(counts, clean);
    assertEquals([...core.totals.slice(0, 7)], [Infinity, 0, 0, 0, 0, 0, 0]);
    assertEquals([...core.lease], new Array(256).fill(0));
    for (const id of ids) assertEquals(core.state(id), State.STALE);
    assertEquals([core.begin(), core.expire(Infinity)], [0, 0]);
    assertEquals(core.claim(4), ids[0], "ids are issued from the start again");
  });
}
