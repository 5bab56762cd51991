/**
 * The contract of timers: the order they expire in, whatever the deadline.
 *
 * @module
 */

import { type Core, State, Total, Word } from "../../src/engine/core.ts";
import { assert, assertEquals } from "../assert.ts";
import { Prng } from "../prng.ts";
import type { CoreTest } from "./core_contract.ts";
import { positions, range, runBatch } from "./core_driver.ts";

/** Holds heap sizes around every power of two that the layout uses. */
const SIZES = [0, 1, 2, 3, 4, 5, 6, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025];

/** Arms one id of level 4 for each deadline. */
function armMany(core: Core, deadlines: readonly number[]): number[] {
  return deadlines.map((when) => core.claimArmed(4, when));
}

/** Returns the positions of a list once sorted by deadline, equal ones as they were armed. */
function sorted(deadlines: readonly number[]): number[] {
  return range(deadlines.length).sort((a, b) => deadlines[a] - deadlines[b] || a - b);
}

/** Reads the nearest deadline. */
const nearest = (core: Core) => core.totals[Total.NEAREST];

/** Declares the cases. */
export function timersContract(test: CoreTest): void {
  for (const size of SIZES) {
    const random = new Prng(size);
    const shuffled = random.shuffle(range(size));
    const crowded = range(size).map(() => random.below(5));
    for (const [what, deadlines] of [["distinct", shuffled], ["crowded", crowded]] as const) {
      test(`${size} timers of ${what} deadlines expire in order`, (core) => {
        const ids = armMany(core, deadlines);
        const order = sorted(deadlines);
        assertEquals(core.words[Word.TIMERS], size);
        assertEquals(core.expire(-1), 0);
        for (let at = 0; at < size;) {
          const now = nearest(core);
          assertEquals(now, deadlines[order[at]]);
          const due = deadlines.filter((when) => when === now).length;
          assertEquals(core.expire(now), due);
          assertEquals(positions(runBatch(core), ids), order.slice(at, at + due));
          at += due;
        }
        assertEquals([nearest(core), core.words[Word.TIMERS]], [Infinity, 0]);
      });

      test(`of ${size} timers of ${what} deadlines half are withdrawn, the rest in order`, (core) => {
        const ids = armMany(core, deadlines);
        const out = random.shuffle(range(size)).slice(0, size >> 1);
        for (const at of out) {
          assertEquals(core.withdraw(ids[at]), 1);
          assertEquals(core.state(ids[at]), State.IDLE);
        }
        const gone = new Set(out);
        const order = sorted(deadlines).filter((at) => !gone.has(at));
        assertEquals(nearest(core), order.length > 0 ? deadlines[order[0]] : Infinity);
        assertEquals(core.expire(Infinity), order.length);
        assertEquals(positions(runBatch(core), ids), order);
      });
    }
  }

  test("deadlines less than a millisecond apart keep their order", (core) => {
    const deadlines = [1.0002, 1.0001, 1.0003, 1, 1 + Number.EPSILON, 1 - Number.EPSILON];
    const ids = armMany(core, deadlines);
    assertEquals(core.expire(1), 2);
    assertEquals(positions(runBatch(core), ids), [5, 3]);
    assertEquals(core.expire(1.0001), 2);
    assertEquals(positions(runBatch(core), ids), [4, 1]);
    assertEquals(core.expire(2), 2);
    assertEquals(positions(runBatch(core), ids), [0, 2]);
  });

  test("a timer is due at its deadline and not before", (core) => {
    const id = core.claimArmed(4, 10);
    assertEquals(core.expire(10 - 1e-12), 0);
    assertEquals(core.state(id), State.ARMED);
    assertEquals(core.expire(10), 1);
    assertEquals(core.state(id), State.READY);
    assertEquals(core.expire(10), 0);
  });

  test("equal deadlines expire first in, first out", (core) => {
    const ids = armMany(core, new Array(100).fill(5));
    core.expire(5);
    assertEquals(positions(runBatch(core), ids), range(100));
  });

  test("arming again goes behind all of the same deadline", (core) => {
    const ids = armMany(core, new Array(6).fill(5));
    core.arm(ids[2], 5);
    core.arm(ids[0], 7);
    core.arm(ids[0], 5);
    core.push(ids[1]);
    core.arm(ids[1], 5);
    assertEquals(core.words[Word.TIMERS], 6);
    core.expire(5);
    assertEquals(positions(runBatch(core), ids), [3, 4, 5, 2, 0, 1]);
  });

  test("arming again moves a deadline, nearer or farther", (core) => {
    const ids = armMany(core, [10, 20, 30]);
    core.arm(ids[2], 5);
    assertEquals(nearest(core), 5);
    core.arm(ids[2], 15);
    assertEquals(nearest(core), 10);
    core.arm(ids[0], 25);
    assertEquals(nearest(core), 15);
    assertEquals(core.words[Word.TIMERS], 3);
    assertEquals(core.expire(30), 3);
    assertEquals(positions(runBatch(core), ids), [2, 1, 0]);
  });

  test("arm() takes an id out of the queue, the lease, or nowhere", (core) => {
    const idle = core.claim(4);
    const ready = core.claimReady(4);
    assertEquals([core.arm(idle, 2), core.arm(ready, 1)], [1, 1]);
    assertEquals(core.begin(), 0);
    const leased = core.claimReady(4);
    assertEquals(core.begin(), 1);
    assertEquals(core.arm(leased, 3), 1);
    assertEquals([core.lease[0], core.drain()], [0, 0]);
    assertEquals(core.expire(3), 3);
    assertEquals(runBatch(core), [ready, idle, leased]);
  });

  test("NaN claims nothing, arms nothing and changes nothing", (core) => {
    const armed = core.claimArmed(4, 5);
    const ready = core.claimReady(4);
    const words = core.words.slice();
    const totals = core.totals.slice();
    assertEquals(core.claimArmed(4, NaN), -1);
    assertEquals([core.arm(armed, NaN), core.arm(ready, NaN)], [-1, -1]);
    assertEquals([core.state(armed), core.state(ready)], [State.ARMED, State.READY]);
    assertEquals(core.words.slice(), words);
    assertEquals(core.totals.slice(), totals);
    assertEquals(core.expire(NaN), 0);
    assertEquals(core.words.slice(), words);
    assertEquals(core.expire(5), 1);
  });

  test("a deadline of Infinity is never due, except at Infinity", (core) => {
    const never = armMany(core, [Infinity, Infinity]);
    const last = core.claimArmed(4, Number.MAX_VALUE);
    assertEquals(nearest(core), Number.MAX_VALUE);
    assertEquals(core.expire(Number.MAX_VALUE), 1);
    assertEquals(runBatch(core), [last]);
    assertEquals([nearest(core), core.words[Word.TIMERS]], [Infinity, 2]);
    assertEquals(core.expire(Number.MAX_VALUE), 0);
    assertEquals(core.state(never[0]), State.ARMED);
    assertEquals(core.expire(Infinity), 2);
    assertEquals(runBatch(core), never);
  });

  test("a deadline of -Infinity is always due, and first", (core) => {
    const deadlines = [-Number.MAX_VALUE, -1, -Infinity, 0, -Infinity];
    const ids = armMany(core, deadlines);
    assertEquals(nearest(core), -Infinity);
    assertEquals(core.expire(-Infinity), 2);
    assertEquals(positions(runBatch(core), ids), [2, 4]);
    assertEquals(core.expire(-1), 2);
    assertEquals(positions(runBatch(core), ids), [0, 1]);
    assertEquals(core.expire(0), 1);
  });

  test("-0 and 0 are the same deadline", (core) => {
    const ids = armMany(core, [0, -0, 0, -0]);
    core.arm(ids[0], -0);
    assertEquals(core.expire(-0), 4);
    assertEquals(positions(runBatch(core), ids), [1, 2, 3, 0]);
    const later = armMany(core, [-0, 0]);
    assertEquals(core.expire(0), 2);
    assertEquals(runBatch(core), later);
  });

  test("deadlines below what has expired are due at once, in order", (core) => {
    core.claimArmed(4, 100);
    core.expire(100);
    runBatch(core);
    const ids = armMany(core, [99, 50, 101, -3]);
    assertEquals(nearest(core), -3);
    assertEquals(core.expire(100), 3);
    assertEquals(positions(runBatch(core), ids), [3, 1, 0]);
  });

  test("a clock that goes back expires nothing early", (core) => {
    const ids = armMany(core, [10, 20, 30]);
    assertEquals(core.expire(20), 2);
    assertEquals(core.expire(5), 0);
    assertEquals(core.expire(-Infinity), 0);
    const earlier = core.claimArmed(4, 6);
    assertEquals(core.expire(5), 0);
    assertEquals(core.expire(6), 1);
    assertEquals(runBatch(core), [ids[0], ids[1], earlier]);
    assertEquals(core.state(ids[2]), State.ARMED);
  });

  test("timers that expire together run by level, then by deadline", (core) => {
    const late = core.claimArmed(6, 1);
    const four = [core.claimArmed(4, 3), core.claimArmed(4, 2)];
    const zero = core.claimArmed(0, 4);
    const pushed = core.claimReady(4);
    assertEquals(core.expire(9), 4);
    assertEquals(runBatch(core), [zero, pushed, four[1], four[0], late]);
  });

  test("an armed id is withdrawn or released from the top, the middle and the end", (core) => {
    for (const leave of [(id: number) => core.withdraw(id), (id: number) => core.release(id)]) {
      for (const at of range(30)) {
        const deadlines = new Prng(at).shuffle(range(30));
        const ids = armMany(core, deadlines);
        assertEquals(leave(ids[at]), 1);
        assert(core.state(ids[at]) !== State.ARMED);
        const order = sorted(deadlines).filter((other) => other !== at);
        assertEquals(nearest(core), deadlines[order[0]]);
        assertEquals(core.expire(30), 29);
        assertEquals(positions(runBatch(core), ids), order);
        for (const id of ids) core.release(id);
      }
    }
  });

  test("arming, expiring and withdrawing at random keeps the order", (core) => {
    const random = new Prng(7);
    const ids = range(300).map(() => core.claim(4));
    const armed = new Map<number, number>();
    for (let round = 0; round < 300; round++) {
      const now = round * 10;
      for (let times = random.below(20); times >= 0; times--) {
        const id = random.pick(ids);
        armed.delete(id);
        if (random.chance(30)) {
          core.withdraw(id);
        } else {
          const when = now + random.below(200) / 4;
          core.arm(id, when);
          armed.set(id, when);
        }
      }
      const due = [...armed].filter(([, when]) => when <= now).sort((a, b) => a[1] - b[1]);
      assertEquals(core.expire(now), due.length);
      const ran = runBatch(core);
      assertEquals(ran, due.map(([id]) => id), `round ${round}`);
      for (const id of ran) armed.delete(id);
    }
  });
}
