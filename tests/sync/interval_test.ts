import {
  getRunningLoop,
  interval,
  type IntervalOptions,
  sleep,
  timeout,
  TimeoutError,
} from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
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
  for (const missed of ["other", null, 5]) {
    assertThrows(() => interval(1, { missed: missed as never }), RangeError, "missed");
  }
});
