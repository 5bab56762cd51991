/**
 * The contract of growth: memory doubles under ids, leases and timers, and nothing moves for them.
 *
 * @module
 */

import { type Core, State, Total, Word } from "../../src/engine/core.ts";
import { assert, assertEquals } from "../assert.ts";
import type { CoreTest } from "./core_contract.ts";
import { queueMany, range, runBatch, take } from "./core_driver.ts";

/** Counts the ids that fit before the first growth, the 16 list heads being slots too. */
const FIRST_ROOM = 1024 - 16;

/** Asserts how often a core has grown. */
function assertGrowths(core: Core, growths: number): void {
  assertEquals([core.words[Word.GROWTHS], core.words[Word.CAPACITY]], [growths, 1024 << growths]);
}

/** Declares the cases. */
export function growthContract(test: CoreTest): void {
  test("memory grows with the first id that finds no room, and doubles", (core) => {
    const small = core.bytes;
    queueMany(core, FIRST_ROOM - 1, 4);
    core.claim(4);
    assertGrowths(core, 0);
    assertEquals(core.bytes, small);
    core.claim(4);
    assertGrowths(core, 1);
    assert(core.bytes > small, `bytes: ${core.bytes}`);
    range(1023).forEach(() => core.claim(4));
    assertGrowths(core, 1);
    core.claim(4);
    assertGrowths(core, 2);
    assert(core.bytes <= 4 * small, `bytes: ${core.bytes}`);
  });

  test("released slots are used before memory grows", (core) => {
    const ids = range(FIRST_ROOM).map(() => core.claim(4));
    for (const id of ids) core.release(id);
    for (const _ of ids) core.claim(4);
    assertGrowths(core, 0);
    assertEquals(core.words[Word.LIVE], FIRST_ROOM);
    core.claim(4);
    assertGrowths(core, 1);
  });

  test("claim(), claimReady() and claimArmed() all grow, and hand out one id only", (core) => {
    queueMany(core, FIRST_ROOM, 4);
    const armed = core.claimArmed(4, 1);
    assertGrowths(core, 1);
    assertEquals([core.words[Word.LIVE], core.words[Word.TIMERS]], [FIRST_ROOM + 1, 1]);
    queueMany(core, 1023, 4);
    const ready = core.claimReady(0);
    assertGrowths(core, 2);
    assertEquals(core.words[Word.LIVE], FIRST_ROOM + 1025);
    range(2047).forEach(() => core.claim(4));
    const idle = core.claim(4);
    assertGrowths(core, 3);
    assertEquals([armed, ready, idle].map((id) => core.state(id)), [
      State.ARMED,
      State.READY,
      State.IDLE,
    ]);
  });

  test("claimArmed() with NaN does not grow", (core) => {
    queueMany(core, FIRST_ROOM, 4);
    assertEquals(core.claimArmed(4, NaN), -1);
    assertGrowths(core, 0);
  });

  test("growth in the middle of a drain keeps the lease and refreshes the views", (core) => {
    const ids = queueMany(core, 600, 4);
    const timers = range(400).map((at) => core.claimArmed(4, 400 - at));
    const ran: number[] = [];
    const extra: number[] = [];
    let count = core.begin();
    while (count > 0) {
      ran.push(...take(core, 100));
      const rest = [...core.lease];
      for (const _ of range(200)) extra.push(core.claimReady(4));
      assertEquals([...core.lease], rest);
      core.lease.set(rest);
      ran.push(...take(core));
      count = core.drain();
    }
    assert(core.words[Word.GROWTHS] > 0);
    assertEquals(core.words[Word.LIVE], 1000 + extra.length);
    assertEquals(ran, ids);
    assertEquals(runBatch(core), extra);
    assertEquals(core.totals[Total.NEAREST], 1);
    assertEquals(core.expire(400), 400);
    assertEquals(runBatch(core), timers.reverse());
  });

  test("what the host writes after growth is what the core reads", (core) => {
    const ids = queueMany(core, 3, 4);
    core.begin();
    range(FIRST_ROOM).forEach(() => core.claim(4));
    assertGrowths(core, 1);
    assertEquals(core.state(ids[0]), State.READY);
    core.lease[0] = 0;
    assertEquals(core.state(ids[0]), State.IDLE);
    core.claimReady(0);
    assertEquals(core.words[Word.URGENT], 1);
    assertEquals([core.drain(), take(core).length], [1, 1]);
    assertEquals([core.drain(), take(core)], [2, ids.slice(1)]);
  });

  for (const size of [FIRST_ROOM + 1, FIRST_ROOM + 2, 1025, 2100]) {
    test(`${size} timers, each nearer than the last, expire in order after growth`, (core) => {
      const ids = range(size).map((at) => core.claimArmed(4, size - at));
      assert(core.words[Word.GROWTHS] > 0);
      const order: number[] = [];
      for (let now = 1; now <= 50; now++) {
        assertEquals([core.totals[Total.NEAREST], core.expire(now)], [now, 1]);
        order.push(...runBatch(core));
      }
      assertEquals(core.expire(size), size - 50);
      order.push(...runBatch(core));
      assertEquals(order, ids.reverse());
    });
  }

  test("several growths keep every timer, list and free slot", (core) => {
    const armed: number[] = [];
    const ready: number[] = [];
    const free: number[] = [];
    for (const at of range(6000)) {
      if (at % 3 === 0) armed.push(core.claimArmed(4, at % 7));
      else if (at % 3 === 1) ready.push(core.claimReady(at & 7));
      else free.push(core.claim(4));
      if (at % 50 === 0) core.release(free.pop() ?? 0);
    }
    assertGrowths(core, 3);
    for (const id of armed) assertEquals(core.state(id), State.ARMED);
    for (const id of free) assertEquals(core.state(id), State.IDLE);
    assertEquals(new Set(runBatch(core)), new Set(ready));
    assertEquals(core.expire(7), armed.length);
    const order = range(7).flatMap((when) => armed.filter((_, at) => at * 3 % 7 === when));
    assertEquals(runBatch(core), order);
  });

  test("reset() keeps the memory that was grown", (core) => {
    queueMany(core, 3000, 4);
    const bytes = core.bytes;
    core.reset();
    assertEquals(core.bytes, bytes);
    assertEquals([core.words[Word.CAPACITY], core.words[Word.GROWTHS]], [4096, 0]);
    const ids = queueMany(core, 3000, 4);
    assertEquals([core.bytes, core.words[Word.GROWTHS]], [bytes, 0]);
    assertEquals(runBatch(core), ids);
  });
}
