/**
 * The contract of the counters: words, totals and high-water marks are exact.
 *
 * @module
 */

import { type Core, Total, Word } from "../../src/engine/core.ts";
import { assertEquals } from "../assert.ts";
import type { CoreTest } from "./core_contract.ts";
import { queueMany, range, runBatch, take } from "./core_driver.ts";

/** Asserts some words by name. */
function assertWords(core: Core, expected: Partial<Record<keyof typeof Word, number>>): void {
  const names = Object.keys(expected) as (keyof typeof Word)[];
  assertEquals(Object.fromEntries(names.map((name) => [name, core.words[Word[name]]])), expected);
}

/** Asserts some totals by name. */
function assertTotals(core: Core, expected: Partial<Record<keyof typeof Total, number>>): void {
  const names = Object.keys(expected) as (keyof typeof Total)[];
  assertEquals(Object.fromEntries(names.map((name) => [name, core.totals[Total[name]]])), expected);
}

/** Declares the cases. */
export function countersContract(test: CoreTest): void {
  test("a new core counts nothing", (core) => {
    assertWords(core, {
      URGENT: 0,
      QUEUED: 0,
      TIMERS: 0,
      LIVE: 0,
      CAPACITY: 1024,
      MOST_QUEUED: 0,
      MOST_TIMERS: 0,
      MOST_LIVE: 0,
      GROWTHS: 0,
      STALE: 0,
    });
    assertTotals(core, {
      NEAREST: Infinity,
      ARMED: 0,
      WITHDRAWN: 0,
      EXPIRED: 0,
      STEPS: 0,
      AGED: 0,
      INTERRUPTED: 0,
    });
    assertEquals([...core.lease], new Array(256).fill(0));
  });

  test("QUEUED, TIMERS and LIVE follow each call", (core) => {
    const a = core.claim(4);
    assertWords(core, { QUEUED: 0, TIMERS: 0, LIVE: 1 });
    const b = core.claimReady(4);
    assertWords(core, { QUEUED: 1, TIMERS: 0, LIVE: 2 });
    const c = core.claimArmed(4, 5);
    assertWords(core, { QUEUED: 1, TIMERS: 1, LIVE: 3 });
    core.push(a);
    core.push(c);
    assertWords(core, { QUEUED: 3, TIMERS: 0, LIVE: 3 });
    core.arm(b, 7);
    core.withdraw(a);
    assertWords(core, { QUEUED: 1, TIMERS: 1, LIVE: 3 });
    core.expire(7);
    assertWords(core, { QUEUED: 2, TIMERS: 0, LIVE: 3 });
    core.begin();
    assertWords(core, { QUEUED: 0, TIMERS: 0, LIVE: 3 });
    core.setLevel(b, 5);
    assertWords(core, { QUEUED: 1 });
    core.release(b);
    core.release(a);
    assertWords(core, { QUEUED: 0, TIMERS: 0, LIVE: 1 });
  });

  test("high-water marks keep the most there was", (core) => {
    const ids = queueMany(core, 30, 4);
    core.withdraw(ids[0]);
    assertWords(core, { MOST_QUEUED: 30, MOST_LIVE: 30 });
    runBatch(core);
    queueMany(core, 5, 4);
    runBatch(core);
    assertWords(core, { QUEUED: 0, MOST_QUEUED: 30, MOST_LIVE: 35, LIVE: 35 });
    for (const id of ids) core.release(id);
    for (const at of range(20)) core.claimArmed(4, at);
    assertWords(core, { TIMERS: 20, MOST_TIMERS: 20, MOST_LIVE: 35, LIVE: 25 });
    core.expire(9);
    core.claimArmed(4, 3);
    assertWords(core, { TIMERS: 11, MOST_TIMERS: 20 });
    for (const at of range(10)) core.claimArmed(4, at);
    assertWords(core, { TIMERS: 21, MOST_TIMERS: 21, MOST_LIVE: 36 });
  });

  test("each way out of the queue raises its high-water mark first", (core) => {
    const outs: ((id: number) => number)[] = [
      (id) => core.withdraw(id),
      (id) => core.release(id),
      (id) => core.arm(id, 1),
      () => core.begin(),
    ];
    for (const [at, out] of outs.entries()) {
      core.reset();
      const ids = queueMany(core, 10 + at, 4);
      out(ids[0]);
      assertWords(core, { MOST_QUEUED: 10 + at });
    }
  });

  test("an interrupted lease counts in the high-water mark what it puts back", (core) => {
    queueMany(core, 10, 4);
    core.begin();
    take(core, 4);
    queueMany(core, 8, 2);
    core.drain();
    assertWords(core, { QUEUED: 6, MOST_QUEUED: 14 });
  });

  test("a timer armed again counts once in TIMERS and twice in ARMED", (core) => {
    const id = core.claimArmed(4, 5);
    core.arm(id, 6);
    assertWords(core, { TIMERS: 1, MOST_TIMERS: 1 });
    assertTotals(core, { ARMED: 2, WITHDRAWN: 1, EXPIRED: 0, NEAREST: 6 });
  });

  test("ARMED is WITHDRAWN, EXPIRED and TIMERS together", (core) => {
    const ids = range(12).map((at) => core.claimArmed(4, at));
    core.withdraw(ids[0]);
    core.release(ids[1]);
    core.push(ids[2]);
    core.arm(ids[3], 50);
    core.expire(6);
    assertTotals(core, { ARMED: 13, WITHDRAWN: 4, EXPIRED: 3, NEAREST: 7 });
    assertWords(core, { TIMERS: 6 });
    core.withdraw(ids[0]);
    core.withdraw(ids[5]);
    assertTotals(core, { ARMED: 13, WITHDRAWN: 4, EXPIRED: 3 });
  });

  test("NEAREST follows every change of the nearest timer", (core) => {
    const expectNearest = (when: number) => assertTotals(core, { NEAREST: when });
    const a = core.claimArmed(4, 9);
    expectNearest(9);
    const b = core.claimArmed(4, 5);
    expectNearest(5);
    const c = core.claim(4);
    core.arm(c, 7);
    expectNearest(5);
    core.withdraw(b);
    expectNearest(7);
    core.expire(7);
    expectNearest(9);
    core.arm(a, 12);
    expectNearest(12);
    core.push(a);
    expectNearest(Infinity);
    core.arm(a, 3);
    expectNearest(3);
    core.release(a);
    expectNearest(Infinity);
    core.claimArmed(4, -Infinity);
    expectNearest(-Infinity);
    core.reset();
    expectNearest(Infinity);
  });

  test("STEPS counts what was leased and not put back", (core) => {
    const ids = queueMany(core, 10, 4);
    core.begin();
    assertTotals(core, { STEPS: 10, INTERRUPTED: 0 });
    take(core, 3);
    core.claimReady(1);
    core.drain();
    assertTotals(core, { STEPS: 4, INTERRUPTED: 1 });
    take(core);
    core.drain();
    assertTotals(core, { STEPS: 11, INTERRUPTED: 1 });
    core.withdraw(ids[9]);
    take(core);
    core.drain();
    assertTotals(core, { STEPS: 11, INTERRUPTED: 1, AGED: 0 });
  });
}
