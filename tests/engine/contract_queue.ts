/**
 * The contract of the ready queue: levels, first in first out, and taking out of any place.
 *
 * @module
 */

import { type Core, LEASE_LENGTH, State, Total, Word } from "../../src/engine/core.ts";
import { assertEquals } from "../assert.ts";
import { Prng } from "../prng.ts";
import type { CoreTest } from "./core_contract.ts";
import { positions, queueMany, range, runBatch, take } from "./core_driver.ts";

/** Places in a list of five, the list of one, and which are taken out. */
const PLACES: [string, number, number[]][] = [
  ["the head", 5, [0]],
  ["the middle", 5, [2]],
  ["the tail", 5, [4]],
  ["the only one", 1, [0]],
  ["neighbors", 5, [1, 2]],
  ["the ends", 5, [0, 4]],
  ["all, forwards", 5, [0, 1, 2, 3, 4]],
  ["all, backwards", 5, [4, 3, 2, 1, 0]],
];

/** The ways an id leaves its place. */
const WAYS: [string, (core: Core, id: number) => number, number][] = [
  ["withdraw()", (core, id) => core.withdraw(id), State.IDLE],
  ["release()", (core, id) => core.release(id), State.STALE],
  ["arm()", (core, id) => core.arm(id, 1), State.ARMED],
];

/** Holds queue lengths around every power of two that the layout uses. */
const LENGTHS = [0, 1, 2, 63, 64, 65, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025];

/** Declares the cases. */
export function queueContract(test: CoreTest): void {
  test("an empty core has nothing to begin or drain", (core) => {
    assertEquals([core.begin(), core.drain(), core.begin(), core.drain()], [0, 0, 0, 0]);
  });

  test("ids of one level run first in, first out", (core) => {
    for (const level of range(8)) {
      const ids = queueMany(core, 20, level);
      assertEquals(positions(runBatch(core), ids), range(20), `level ${level}`);
    }
  });

  test("levels run from 0 to 7", (core) => {
    const levels = new Prng(1).shuffle(range(40).map((at) => at & 7));
    const ids = levels.map((level) => core.claimReady(level));
    const sorted = range(40).sort((a, b) => levels[a] - levels[b] || a - b);
    assertEquals(positions(runBatch(core), ids), sorted);
  });

  for (const length of LENGTHS) {
    test(`a queue of ${length} is leased in parts of ${LEASE_LENGTH}, in order`, (core) => {
      const ids = queueMany(core, length, 4);
      assertEquals(core.words[Word.QUEUED], length);
      const ran: number[] = [];
      let count = core.begin();
      while (ran.length < length) {
        assertEquals(count, Math.min(LEASE_LENGTH, length - ran.length));
        assertEquals(core.words[Word.QUEUED], length - ran.length - count);
        ran.push(...take(core));
        count = core.drain();
      }
      assertEquals(count, 0);
      assertEquals(ran, ids);
      assertEquals(core.totals[Total.STEPS], length);
    });
  }

  test("pushing twice queues once, and does not change the place", (core) => {
    const ids = queueMany(core, 3, 4);
    assertEquals(core.push(ids[0]), 1);
    assertEquals(core.words[Word.QUEUED], 3);
    assertEquals(positions(runBatch(core), ids), [0, 1, 2]);
  });

  test("pushing what is leased and not taken leaves it in the lease", (core) => {
    const ids = queueMany(core, 3, 4);
    core.begin();
    assertEquals(core.push(ids[1]), 1);
    assertEquals(take(core), ids);
    assertEquals([core.drain(), core.begin()], [0, 0]);
  });

  for (const [way, act, left] of WAYS) {
    for (const [place, length, out] of PLACES) {
      const rest = range(length).filter((at) => !out.includes(at));
      test(`${way} takes a ready id out of its list: ${place}`, (core) => {
        const ids = queueMany(core, length, 5);
        for (const at of out) {
          assertEquals(act(core, ids[at]), 1);
          assertEquals(core.state(ids[at]), left);
        }
        assertEquals(core.words[Word.QUEUED], rest.length);
        const late = core.claimReady(5);
        assertEquals(positions(runBatch(core), [...ids, late]), [...rest, length]);
      });

      test(`${way} takes a leased id out of the lease: ${place}`, (core) => {
        const ids = queueMany(core, length, 5);
        core.begin();
        for (const at of out) {
          assertEquals(act(core, ids[at]), 1);
          assertEquals(core.lease[at], 0);
          assertEquals(core.state(ids[at]), left);
        }
        assertEquals(core.state(ids[out[0]]), left);
        assertEquals(positions(take(core), ids), rest);
        assertEquals(core.drain(), 0);
      });

      test(`${way} takes an id out of the rest of a batch: ${place}`, (core) => {
        const urgent = core.claimReady(1);
        const ids = queueMany(core, length, 5);
        assertEquals([core.begin(), core.lease[0]], [1, urgent]);
        take(core);
        for (const at of out) assertEquals(act(core, ids[at]), 1);
        assertEquals(core.drain(), rest.length);
        assertEquals(positions(take(core), ids), rest);
      });
    }
  }

  test("withdraw() of an idle or taken id does nothing and answers 1", (core) => {
    const idle = core.claim(4);
    const taken = core.claimReady(4);
    core.begin();
    take(core);
    assertEquals([core.withdraw(idle), core.withdraw(taken)], [1, 1]);
    assertEquals([core.state(idle), core.state(taken)], [State.IDLE, State.IDLE]);
    assertEquals(core.totals[Total.WITHDRAWN], 0);
  });

  test("a withdrawn id can be pushed again and goes to the end", (core) => {
    const ids = queueMany(core, 4, 4);
    core.withdraw(ids[1]);
    core.push(ids[1]);
    assertEquals(positions(runBatch(core), ids), [0, 2, 3, 1]);
  });

  test("an id withdrawn from the lease and pushed again waits for the next batch", (core) => {
    const ids = queueMany(core, 3, 4);
    core.begin();
    core.withdraw(ids[0]);
    core.push(ids[0]);
    assertEquals(take(core), [ids[1], ids[2]]);
    assertEquals(core.drain(), 0);
    assertEquals(runBatch(core), [ids[0]]);
  });

  test("push() of an armed id disarms it", (core) => {
    const id = core.claimArmed(4, 5);
    const other = core.claimArmed(4, 6);
    assertEquals(core.push(id), 1);
    assertEquals(core.state(id), State.READY);
    assertEquals(core.totals[Total.NEAREST], 6);
    assertEquals(core.totals[Total.WITHDRAWN], 1);
    assertEquals(core.expire(10), 1);
    assertEquals(runBatch(core), [id, other]);
  });

  test("setLevel() of an idle, an armed and a taken id takes effect when it is queued", (core) => {
    const idle = core.claim(6);
    const armed = core.claimArmed(6, 1);
    const taken = core.claimReady(6);
    core.begin();
    take(core);
    const five = core.claimReady(5);
    for (const [id, level] of [[idle, 2], [armed, 3], [taken, 1]]) {
      assertEquals(core.setLevel(id, level), 1);
    }
    assertEquals([idle, armed, taken].map((id) => core.state(id)), [
      State.IDLE,
      State.ARMED,
      State.IDLE,
    ]);
    core.expire(1);
    core.push(taken);
    core.push(idle);
    assertEquals(runBatch(core), [taken, idle, armed, five]);
  });

  test("setLevel() of a ready id puts it behind the others of the new level", (core) => {
    for (const at of [0, 1, 2]) {
      const from = queueMany(core, 3, 5);
      const to = queueMany(core, 2, 3);
      assertEquals(core.setLevel(from[at], 3), 1);
      assertEquals(core.state(from[at]), State.READY);
      assertEquals(core.words[Word.QUEUED], 5);
      const rest = from.filter((id) => id !== from[at]);
      assertEquals(runBatch(core), [...to, from[at], ...rest]);
    }
  });

  test("setLevel() to the level it has does not change the place", (core) => {
    const ids = queueMany(core, 3, 4);
    assertEquals(core.setLevel(ids[0], 4), 1);
    assertEquals(core.setLevel(ids[0], 12), 1);
    assertEquals(positions(runBatch(core), ids), [0, 1, 2]);
  });

  test("setLevel() of a leased id keeps it in the batch, behind the new level's others", (core) => {
    const four = queueMany(core, 3, 4);
    const six = queueMany(core, 2, 6);
    assertEquals(core.begin(), 3);
    assertEquals(core.setLevel(four[0], 6), 1);
    assertEquals(core.lease[0], 0);
    assertEquals(core.words[Word.URGENT], 0);
    assertEquals(core.state(four[0]), State.READY);
    assertEquals(take(core), [four[1], four[2]]);
    assertEquals(core.drain(), 3);
    assertEquals(take(core), [...six, four[0]]);
    assertEquals(core.drain(), 0);
  });

  test("setLevel() keeps what waits for the next batch waiting for it", (core) => {
    const now = queueMany(core, 2, 5);
    core.begin();
    const next = core.claimReady(7);
    core.setLevel(next, 4);
    assertEquals(core.words[Word.URGENT], 0);
    assertEquals(take(core), now);
    assertEquals(core.drain(), 0);
    assertEquals(runBatch(core), [next]);
  });

  test("setLevel() within the batch to above the lease makes it urgent, whatever the level", (core) => {
    const five = queueMany(core, 2, 5);
    const seven = queueMany(core, 2, 7);
    core.begin();
    core.setLevel(seven[1], 4);
    assertEquals(core.words[Word.URGENT], 1);
    assertEquals(take(core, 1), [five[0]]);
    assertEquals([core.drain(), take(core)], [1, [seven[1]]]);
    assertEquals([core.drain(), take(core)], [1, [five[1]]]);
    assertEquals([core.drain(), take(core)], [1, [seven[0]]]);
    assertEquals(core.drain(), 0);
  });

  test("setLevel() of what waits for the next batch to above 4 lets it join this one", (core) => {
    const five = queueMany(core, 2, 5);
    core.begin();
    const next = core.claimReady(6);
    core.setLevel(next, 3);
    assertEquals(core.words[Word.URGENT], 1);
    assertEquals(take(core, 1), [five[0]]);
    assertEquals([core.drain(), take(core)], [1, [next]]);
    assertEquals([core.drain(), take(core)], [1, [five[1]]]);
  });
}
