/**
 * The contract of batches: what waits for the next one, and what may interrupt.
 *
 * @module
 */

import { State, Total, Word } from "../../src/engine/core.ts";
import { assertEquals } from "../assert.ts";
import type { CoreTest } from "./core_contract.ts";
import { queueMany, range, runBatch, take } from "./core_driver.ts";

/** Declares the cases. */
export function batchContract(test: CoreTest): void {
  test("what is pushed during a batch waits for the next one", (core) => {
    for (const level of [4, 5, 6, 7]) {
      const ids = queueMany(core, 3, level);
      const second: number[] = [];
      const first = runBatch(core, (id) => {
        core.push(id);
        second.push(core.claimReady(level));
      });
      assertEquals(first, ids);
      const after = runBatch(core);
      assertEquals(after, ids.flatMap((id, at) => [id, second[at]]));
    }
  });

  test("levels of 4 and more never interrupt, and never join a batch", (core) => {
    for (const waiting of [5, 6, 7]) {
      for (let level = 4; level < waiting; level++) {
        const ids = queueMany(core, 2, waiting);
        core.begin();
        const pushed = core.claimReady(level);
        assertEquals(core.words[Word.URGENT], 0, `${level} during ${waiting}`);
        assertEquals(take(core), ids);
        assertEquals(core.drain(), 0);
        assertEquals(core.state(pushed), State.READY);
        assertEquals(runBatch(core), [pushed]);
      }
    }
  });

  test("levels 0 to 3 interrupt exactly the leases of lesser levels", (core) => {
    for (const leased of range(8)) {
      for (const level of range(4)) {
        const ids = queueMany(core, 2, leased);
        core.begin();
        assertEquals(core.words[Word.URGENT], 0);
        const pushed = core.claimReady(level);
        const urgent = level < leased;
        assertEquals(core.words[Word.URGENT], urgent ? 1 : 0, `${level} during ${leased}`);
        assertEquals(take(core, 1), [ids[0]]);
        assertEquals(core.drain(), 1);
        assertEquals(core.words[Word.URGENT], 0);
        assertEquals(take(core), [urgent ? pushed : ids[1]]);
        if (urgent) assertEquals([core.drain(), take(core)], [1, [ids[1]]]);
        assertEquals(core.drain(), 0);
        assertEquals(runBatch(core), urgent ? [] : [pushed]);
      }
    }
  });

  test("drain() puts back the untaken rest in order and leases the urgent ones first", (core) => {
    const ids = queueMany(core, 300, 4);
    assertEquals(core.begin(), 256);
    assertEquals(take(core, 100), ids.slice(0, 100));
    const urgent = [core.claimReady(3), core.claimReady(1), core.claimReady(3)];
    assertEquals(core.words[Word.URGENT], 1);
    assertEquals([core.drain(), take(core)], [1, [urgent[1]]]);
    assertEquals([core.drain(), take(core)], [2, [urgent[0], urgent[2]]]);
    assertEquals(core.drain(), 200);
    assertEquals(take(core), ids.slice(100));
    assertEquals(core.drain(), 0);
    assertEquals(core.totals[Total.STEPS], 303);
    assertEquals(core.totals[Total.INTERRUPTED], 1);
  });

  test("what was withdrawn from an interrupted lease is not put back", (core) => {
    const ids = queueMany(core, 6, 4);
    core.begin();
    take(core, 1);
    core.withdraw(ids[2]);
    core.release(ids[5]);
    const urgent = core.claimReady(0);
    assertEquals([core.drain(), take(core)], [1, [urgent]]);
    assertEquals([core.drain(), take(core)], [3, [ids[1], ids[3], ids[4]]]);
    assertEquals([core.drain(), core.begin()], [0, 0]);
  });

  test("every length of an untaken rest is put back whole", (core) => {
    for (const length of [1, 2, 3, 4, 5, 63, 64, 65, 255, 256]) {
      const ids = queueMany(core, length, 4);
      core.begin();
      const withdrawn = ids.filter((_, at) => at % 3 === 1);
      for (const id of withdrawn) core.withdraw(id);
      const rest = ids.filter((id) => !withdrawn.includes(id));
      assertEquals(core.drain(), rest.length, `of ${length}`);
      assertEquals(take(core), rest);
      assertEquals(core.drain(), 0);
    }
  });

  test("one or two untaken ids are put back from any place of the lease", (core) => {
    for (const one of range(12)) {
      for (const other of range(12)) {
        const ids = queueMany(core, 12, 4);
        core.begin();
        const rest = ids.filter((_, at) => at === one || at === other);
        for (const id of ids) if (!rest.includes(id)) core.withdraw(id);
        assertEquals([core.drain(), take(core)], [rest.length, rest], `${one} and ${other}`);
        assertEquals(core.drain(), 0);
        for (const id of ids) core.release(id);
      }
    }
  });

  test("an urgent id withdrawn before drain() leaves the batch to go on", (core) => {
    const ids = queueMany(core, 2, 4);
    core.begin();
    take(core, 1);
    const urgent = core.claimReady(0);
    core.withdraw(urgent);
    assertEquals([core.drain(), take(core)], [1, [ids[1]]]);
    assertEquals([core.words[Word.URGENT], core.drain(), core.begin()], [0, 0, 0]);
  });

  test("a timer that expires during a batch interrupts like a push", (core) => {
    const timer = core.claimArmed(2, 5);
    const slow = core.claimArmed(4, 5);
    const ids = queueMany(core, 2, 4);
    core.begin();
    take(core, 1);
    assertEquals(core.expire(5), 2);
    assertEquals(core.words[Word.URGENT], 1);
    assertEquals([core.drain(), take(core)], [1, [timer]]);
    assertEquals([core.drain(), take(core)], [1, [ids[1]]]);
    assertEquals(core.drain(), 0);
    assertEquals(runBatch(core), [slow]);
  });

  test("an urgent id that comes when the batch is over waits for the next one", (core) => {
    const last = core.claimReady(4);
    core.begin();
    assertEquals(take(core), [last]);
    const urgent = core.claimReady(0);
    assertEquals(core.drain(), 0);
    assertEquals(core.words[Word.URGENT], 0);
    const four = core.claimReady(4);
    assertEquals(runBatch(core), [urgent, four]);
  });

  test("an urgent id of the level being run goes behind those of the batch", (core) => {
    const two = queueMany(core, 2, 2);
    const five = core.claimReady(5);
    let late = 0;
    const ran = runBatch(core, (id) => {
      if (id === two[0]) late = core.claimReady(2);
    });
    assertEquals(ran, [...two, late, five]);
  });

  test("a batch's own level goes before a late one of lesser urgency", (core) => {
    const zero = core.claimReady(0);
    const two = core.claimReady(2);
    const four = core.claimReady(4);
    let late: number[] = [];
    const ran = runBatch(core, (id) => {
      if (id === zero) late = [core.claimReady(3), core.claimReady(1)];
    });
    assertEquals(ran, [zero, late[1], two, late[0], four]);
  });

  test("begin() while a batch is in progress goes on with it", (core) => {
    const ids = queueMany(core, 300, 4);
    core.begin();
    take(core);
    const next = core.claimReady(4);
    assertEquals(core.begin(), 44);
    assertEquals(take(core), ids.slice(256));
    assertEquals(core.drain(), 0);
    assertEquals(runBatch(core), [next]);
  });

  test("begin() goes on with a batch of which only an untaken lease is left", (core) => {
    const ids = queueMany(core, 3, 4);
    core.begin();
    take(core, 1);
    const next = core.claimReady(4);
    assertEquals([core.begin(), take(core)], [2, ids.slice(1)]);
    assertEquals(core.drain(), 0);
    assertEquals(runBatch(core), [next]);
  });

  test("a level from which an id was interrupted many times loses none", (core) => {
    const ids = queueMany(core, 50, 6);
    const urgent: number[] = [];
    const ran = runBatch(core, (id) => {
      if (ids.includes(id)) urgent.push(core.claimReady(3));
    });
    assertEquals(ran, ids.flatMap((id, at) => [id, urgent[at]].slice(0, at === 49 ? 1 : 2)));
    assertEquals(runBatch(core), [urgent[49]]);
    assertEquals(core.totals[Total.INTERRUPTED], 49);
  });
}
