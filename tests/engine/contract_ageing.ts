/**
 * The contract of ageing: how long a level of the batch may be passed over.
 *
 * @module
 */

import { AGE_LIMIT, Total, Word } from "../../src/engine/core.ts";
import { assert, assertEquals } from "../assert.ts";
import { Prng } from "../prng.ts";
import type { CoreTest } from "./core_contract.ts";
import { queueMany, range, runBatch, take } from "./core_driver.ts";

/** Lists every pair of a level and one that it may pass over. */
const PAIRS = range(8).flatMap((upper) =>
  range(8).filter((lower) => lower > upper).map((lower) => [upper, lower])
);

/** Says at which steps the aged of one level run: each after AGE_LIMIT others. */
const turns = (count: number) => range(count).map((at) => AGE_LIMIT + at * (AGE_LIMIT + 1));

/** Declares the cases. */
export function ageingContract(test: CoreTest): void {
  for (const [upper, lower] of PAIRS) {
    test(`level ${upper} passes over level ${lower} for exactly ${AGE_LIMIT} steps`, (core) => {
      for (const length of [AGE_LIMIT - 1, AGE_LIMIT, AGE_LIMIT + 1, 3 * AGE_LIMIT + 10]) {
        queueMany(core, length, upper);
        const waiting = queueMany(core, 3, lower);
        const aged = Math.min(3, Math.floor((length - 1) / AGE_LIMIT));
        const before = core.totals[Total.AGED];
        const ran = runBatch(core);
        const expected = turns(aged);
        while (expected.length < 3) expected.push(length + expected.length);
        assertEquals(waiting.map((id) => ran.indexOf(id)), expected, `over ${length}`);
        assertEquals(core.totals[Total.AGED] - before, aged);
      }
    });
  }

  for (const [upper, lower] of PAIRS.filter(([level]) => level < 4)) {
    test(`a stream of level ${upper} passes over level ${lower} for ${AGE_LIMIT} steps`, (core) => {
      const stream = core.claimReady(upper);
      const waiting = queueMany(core, 3, lower);
      const ran = runBatch(core, (id) => id === stream && core.push(id));
      assertEquals(waiting.map((id) => ran.indexOf(id)), turns(3));
      assertEquals(ran.length, 3 * (AGE_LIMIT + 1), "the batch ends with its last handle");
      assertEquals(core.totals[Total.AGED], 3);
    });
  }

  test("levels that age together are served one each, the most urgent first", (core) => {
    const stream = core.claimReady(0);
    const waiting = range(7).map((at) => queueMany(core, 3, at + 1));
    const ran = runBatch(core, (id) => id === stream && core.push(id));
    for (const [at, ids] of waiting.entries()) {
      // After its first turn a level sees 6 others of its age, and so 58 of the stream.
      assertEquals(ids.map((id) => ran.indexOf(id)), turns(3).map((turn) => turn + at));
    }
    assertEquals(core.totals[Total.AGED], 21);
  });

  test("of several levels past their age the longest waiting is served first", (core) => {
    const five = queueMany(core, 2, 5);
    const six = core.claimReady(6);
    const seven = core.claimReady(7);
    const stream = core.claim(0);
    const ran = runBatch(core, (id) => {
      if (id === five[0] || id === stream) core.push(stream);
    });
    // When 6 has run, 5 is past its age too, but 7 has waited for one step more.
    const order = [five[0], six, seven, five[1]].map((id) => ran.indexOf(id));
    assertEquals(order, [0, AGE_LIMIT, AGE_LIMIT + 1, AGE_LIMIT + 2]);
  });

  test("an aged handle is leased alone and nothing interrupts it", (core) => {
    const urgent = queueMany(core, AGE_LIMIT + 5, 1);
    const waiting = queueMany(core, 2, 6);
    assertEquals([core.begin(), take(core)], [AGE_LIMIT, urgent.slice(0, AGE_LIMIT)]);
    assertEquals([core.drain(), core.lease[0]], [1, waiting[0]]);
    const zero = core.claimReady(0);
    assertEquals(core.words[Word.URGENT], 0);
    take(core);
    assertEquals([core.drain(), take(core)], [1, [zero]]);
    assertEquals([core.drain(), take(core)], [5, urgent.slice(AGE_LIMIT)]);
    assertEquals([core.drain(), take(core)], [1, [waiting[1]]]);
    assertEquals(core.drain(), 0);
  });

  test("an interrupted lease counts only what was taken of it", (core) => {
    queueMany(core, AGE_LIMIT, 2);
    const waiting = core.claimReady(6);
    const zero = core.claim(0);
    let steps = 0;
    const ran = runBatch(core, () => {
      if (++steps % 10 === 0 && steps < 50) core.push(zero);
    });
    assertEquals(ran.indexOf(waiting), AGE_LIMIT);
    assertEquals(core.totals[Total.INTERRUPTED], 4);
  });

  test("age starts anew with each batch", (core) => {
    for (let batch = 0; batch < 3; batch++) {
      const urgent = queueMany(core, AGE_LIMIT, 3);
      const waiting = core.claimReady(4);
      assertEquals(runBatch(core), [...urgent, waiting]);
    }
    assertEquals(core.totals[Total.AGED], 0);
  });

  test("a level served in its own right starts to wait anew", (core) => {
    const five = queueMany(core, 5, 5);
    const six = core.claimReady(6);
    const zero = core.claim(0);
    const ran = runBatch(core, (id) => {
      if (id === five[2] || id === zero) core.push(zero);
    });
    assertEquals(ran.indexOf(six), AGE_LIMIT);
    assertEquals(ran.indexOf(five[3]), 3 + AGE_LIMIT);
    assertEquals(ran.indexOf(five[4]), 3 + AGE_LIMIT + 1 + AGE_LIMIT);
  });

  test("whatever is pushed, no level waits for more than its age and 6 others", (core) => {
    for (const seed of range(20)) {
      const random = new Prng(seed);
      const ids = range(200).map(() => core.claim(0));
      const levels = new Map<number, number>();
      for (const id of ids) {
        const level = random.below(8);
        levels.set(id, level);
        core.setLevel(id, level);
        core.push(id);
      }
      const waiting = range(8).map((level) => ids.filter((id) => levels.get(id) === level).length);
      const waited = new Array(8).fill(0);
      const batch = new Set(ids);
      let most = 0;
      let steps = 0;
      runBatch(core, (id) => {
        const level = levels.get(id)!;
        if (batch.delete(id)) waiting[level]--;
        for (const other of range(8)) waited[other] = other === level ? 0 : waited[other] + 1;
        for (const other of range(8)) if (waiting[other] > 0) most = Math.max(most, waited[other]);
        if (level < 4 && steps++ < 3000) core.push(id);
      });
      assert(most >= AGE_LIMIT, `seed ${seed}: the stream lasts: ${most}`);
      assert(most <= AGE_LIMIT + 6, `seed ${seed}: a level waited for ${most} steps`);
      assertEquals(batch.size, 0);
      for (const id of ids) core.release(id);
    }
  });
}
