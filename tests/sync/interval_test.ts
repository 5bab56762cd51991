import {
  createTask,
  getRunningLoop,
  interval,
  type IntervalOptions,
  sleep,
  timeout,
  TimeoutError,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, inWorld, type Program, trial } from "../futures/trial.ts";

/** Notes when each tick comes, if the work after it takes so long. */
function* ticks(works: number[], options?: IntervalOptions): Program<number[]> {
  const times: number[] = [];
  const loop = getRunningLoop();
  const start = loop.time();
  const rhythm = interval(10, options);
  for (const [n, work] of works.entries()) {
    assertEquals(yield rhythm.next(), { done: false, value: n });
    times.push(loop.time() - start);
    if (work > 0) yield sleep(work);
  }
  return times;
}

trial("interval() does not drift, whatever the work takes", function* () {
  for (const missed of ["skip", "burst", "delay", undefined] as const) {
    assertEquals(yield* ticks([3, 7, 1, 10, 0], { missed }), [10, 20, 30, 40, 50]);
  }
});

trial("interval() skips the ticks that were missed, and keeps the rhythm", function* () {
  assertEquals(yield* ticks([25, 0, 0, 0]), [10, 35, 40, 50]);
  assertEquals(yield* ticks([25, 25, 0, 0], { missed: "skip" }), [10, 35, 60, 70]);
  assertEquals(yield* ticks([20, 0, 0]), [10, 30, 40]);
});

trial("interval() in bursts makes up for the ticks that were missed", function* () {
  const missed = "burst";
  assertEquals(yield* ticks([35, 0, 0, 0, 0, 0], { missed }), [10, 45, 45, 45, 50, 60]);
});

trial("interval() with a delay starts the rhythm anew", function* () {
  const missed = "delay";
  assertEquals(yield* ticks([25, 0, 0, 25, 0], { missed }), [10, 35, 45, 55, 80]);
  assertEquals(yield* ticks([25, 4, 0], { missed }), [10, 35, 45]);
});

trial("interval() with a delay keeps its rhythm while no tick is missed", function* (_, { clock }) {
  const rhythm = interval(10, { missed: "delay" });
  const times: number[] = [];
  for (let tick = 0; tick < 3; tick++) {
    yield rhythm.next();
    clock.advance(3); // The host is late.
    times.push(clock.now());
  }
  assertEquals(times, [13, 23, 33]);
});

trial("interval() gives two tasks that wait for it a tick each", function* () {
  const rhythm = interval(10);
  const times: number[] = [];
  for (let task = 0; task < 2; task++) {
    createTask(() => rhythm.next()).addDoneCallback(() => times.push(getRunningLoop().time()));
  }
  yield sleep(25);
  assertEquals([times, rhythm.statistics()], [[10, 20], { ticks: 2, missed: 0 }]);
});

trial("interval() begins when its first tick is asked for", function* () {
  const rhythm = interval(10);
  yield sleep(7);
  yield rhythm.next();
  assertEquals(getRunningLoop().time(), 17);
});

trial("interval() lets others run between ticks that are all late", function* () {
  const rhythm = interval(1, { missed: "burst" });
  yield rhythm.next();
  yield sleep(5);
  let turns = 0;
  const loop = getRunningLoop();
  loop.callSoon(() => turns++);
  yield rhythm.next();
  assertEquals([turns, loop.time()], [1, 6]);
});

trial("interval() loses no tick when a wait is cancelled", function* (as) {
  const rhythm = interval(10);
  const wait = as(function* () {
    yield rhythm.next();
  });
  yield* failure(timeout(5, wait), TimeoutError);
  assertEquals([yield rhythm.next(), getRunningLoop().time()], [{ done: false, value: 0 }, 10]);
});

trial("interval().statistics() counts the ticks, and those that were left out", function* () {
  /** Takes ticks with so much work after each, and tells the statistics after each. */
  const count = function* (works: number[], options?: IntervalOptions): Program<number[][]> {
    const rhythm = interval(10, options);
    const counts: number[][] = [];
    for (const work of works) {
      yield rhythm.next();
      const { ticks, missed } = rhythm.statistics();
      counts.push([ticks, missed]);
      yield sleep(work);
    }
    return counts;
  };
  const works = [5, 25, 5, 39, 0, 0];
  const missed = [0, 0, 1, 1, 3, 3];
  assertEquals(yield* count(works), missed.map((left, at) => [at + 1, left]));
  assertEquals(yield* count(works, { missed: "skip" }), missed.map((left, at) => [at + 1, left]));
  assertEquals(yield* count(works, { missed: "burst" }), missed.map((_, at) => [at + 1, 0]));
  // By "delay" the rhythm begins anew with each late tick.
  assertEquals(yield* count([25, 5, 35, 0], { missed: "delay" }), [[1, 0], [2, 1], [3, 1], [4, 3]]);
});

trial("interval().statistics() counts no tick whose wait was cancelled", function* (as) {
  const rhythm = interval(10);
  const before = rhythm.statistics();
  const wait = as(function* () {
    yield rhythm.next();
  });
  yield* failure(timeout(5, wait), TimeoutError);
  assertEquals([before, rhythm.statistics()], [{ ticks: 0, missed: 0 }, { ticks: 0, missed: 0 }]);
  yield rhythm.next();
  assertEquals([rhythm.statistics().ticks, before.ticks], [1, 0]);
  assert(Object.isFrozen(before));
});

Deno.test("interval() can be iterated natively", async () => {
  await inWorld(({ clock }) => async () => {
    for await (const tick of interval(2.5)) {
      assertEquals(clock.now(), (tick + 1) * 2.5);
      if (tick === 9) break;
    }
  });
});

Deno.test("interval() refuses bad input", () => {
  for (const ms of [0, -1, NaN, Infinity, -Infinity]) {
    assertThrows(() => interval(ms), RangeError, "ms");
  }
  for (const ms of ["1", null, undefined, 1n]) {
    assertThrows(() => interval(ms as never), TypeError, "ms");
  }
  for (
    const [missed, kind] of [["other", RangeError], [null, TypeError], [5, TypeError]] as const
  ) {
    assertThrows(() => interval(1, { missed: missed as never }), kind, "missed");
  }
});
