import {
  type Awaitable,
  CancelledError,
  type CoroutineResult,
  createTask,
  gather,
  getRunningLoop,
  RateLimiter,
  run,
  Runner,
  RuntimeError,
  select,
  sleep,
  timeout,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import {
  caught,
  failure,
  FRONT_ENDS,
  type FrontEnd,
  type Program,
  rejection,
  trial,
} from "../futures/trial.ts";
import { Prng } from "../prng.ts";
import { rounds } from "../rounds.ts";

/** Counts the timers that are armed. */
const timers = () => getRunningLoop().metrics().timers;

/** Makes a coroutine function that passes, and notes the time. */
function passer(as: FrontEnd, rate: RateLimiter, times: number[]) {
  return as(function* () {
    yield rate.pass();
    times.push(getRunningLoop().time());
  });
}

/** Starts a number of tasks of one function, and waits for all. */
function crowdOf(count: number, pass: () => CoroutineResult<void>): Awaitable<unknown> {
  return gather(Array.from({ length: count }, () => createTask(pass)));
}

trial("RateLimiter lets as many as are left pass at once, then one per place", function* (as) {
  const rate = new RateLimiter(2, { per: 100 });
  const times: number[] = [];
  const pass = passer(as, rate, times);
  yield createTask(pass);
  yield sleep(30);
  yield crowdOf(5, pass);
  assertEquals(times, [0, 30, 100, 130, 200, 230]);
  yield sleep(1000);
  times.length = 0;
  yield crowdOf(3, pass);
  assertEquals(times, [1230, 1230, 1330]);
});

trial("RateLimiter lets nobody pass before a place is free again, and then at once", function* () {
  const rate = new RateLimiter(1, { per: 10 });
  yield rate.pass();
  const next = createTask(() => rate.pass());
  yield sleep(9.5);
  assertEquals([next.done, rate.statistics().available], [false, 0]);
  yield next;
  assertEquals(getRunningLoop().time(), 10);
  yield sleep(10);
  yield rate.pass();
  assertEquals(getRunningLoop().time(), 20);
});

trial("RateLimiter takes fractions of milliseconds", function* (as) {
  const rate = new RateLimiter(1, { per: 0.25 });
  const times: number[] = [];
  const pass = passer(as, rate, times);
  yield crowdOf(4, pass);
  assertEquals(times, [0, 0.25, 0.5, 0.75]);
});

trial("RateLimiter lets pass in the order in which they asked", function* (as) {
  const rate = new RateLimiter(1, { per: 10 });
  const log: string[] = [];
  const tasks = ["a", "b", "c", "d", "e"].map((name, at) =>
    createTask(
      as(function* () {
        yield rate.pass();
        log.push(name);
      }),
      { priority: 7 - at },
    )
  );
  yield sleep(1);
  const late = createTask(as(function* () {
    yield rate.pass();
    log.push("late");
  }));
  yield gather([...tasks, late]);
  assertEquals(log, ["e", "d", "c", "b", "a", "late"]);
});

trial("RateLimiter lets no newcomer pass before one that was woken", function* (as) {
  const rate = new RateLimiter(1, { per: 10 });
  const log: string[] = [];
  const named = function* (name: string): Program<void> {
    yield rate.pass();
    log.push(name);
  };
  yield rate.pass();
  const first = createTask(as(() => named("first")), { priority: 7 });
  const newcomer = createTask(
    as(function* () {
      yield sleep(10);
      yield* named("newcomer");
    }),
    { priority: 0 },
  );
  yield gather([first, newcomer]);
  assertEquals([log, getRunningLoop().time()], [["first", "newcomer"], 20]);
});

trial("RateLimiter forgets one that is cancelled while it waits", function* (as) {
  const rate = new RateLimiter(1, { per: 10 });
  const times: number[] = [];
  yield rate.pass();
  const tasks = [1, 2, 3].map(() => createTask(passer(as, rate, times)));
  yield sleep(1);
  tasks[1].cancel("c");
  yield* failure(tasks[1], CancelledError, "c");
  assertEquals(rate.statistics().waiting, 2);
  yield gather([tasks[0], tasks[2]]);
  assertEquals(times, [10, 20]);
});

trial("RateLimiter gives the turn of one cancelled after being woken to the next", function* (as) {
  const rate = new RateLimiter(1, { per: 10 });
  const times: number[] = [];
  yield rate.pass();
  const tasks = [1, 2].map(() => createTask(passer(as, rate, times)));
  yield sleep(1);
  // It is armed after the timer that wakes the first, for the same time: it runs right after it.
  getRunningLoop().callAt(10, () => tasks[0].cancel());
  yield* failure(tasks[0], CancelledError);
  yield tasks[1];
  assertEquals([times, rate.statistics().waiting], [[10], 0]);
});

trial("RateLimiter has no timer armed once nobody waits", function* (as) {
  const rate = new RateLimiter(2, { per: 1000 });
  yield gather([rate.pass(), rate.pass()].map((pass) => () => pass));
  assertEquals(timers(), 0);
  const tasks = [1, 2, 3].map(() => createTask(passer(as, rate, [])));
  yield sleep(1);
  assertEquals(timers(), 1);
  for (const task of tasks) task.cancel();
  for (const task of tasks) yield* failure(task, CancelledError);
  assertEquals([timers(), rate.statistics().waiting], [0, 0]);
  yield* failure(timeout(5, () => rate.pass()), TimeoutError);
  assertEquals((yield select({ pass: rate.pass(), late: sleep(5) })).name, "late");
  assertEquals([timers(), rate.statistics().waiting, getRunningLoop().time()], [0, 0, 11]);
});

trial("RateLimiter counts a place that was taken, whatever becomes of its taker", function* (as) {
  const rate = new RateLimiter(1, { per: 100 });
  const slow = as(function* () {
    try {
      yield sleep(1000);
    } finally {
      yield sleep(10);
    }
  });
  const racer = createTask(() => select({ pass: rate.pass(), slow }));
  yield sleep(1);
  racer.cancel();
  yield* caught(racer);
  yield rate.pass();
  assertEquals(getRunningLoop().time(), 100);
});

trial("RateLimiter.statistics() tells what it holds, at one moment", function* () {
  const rate = new RateLimiter(3, { per: 10 });
  const before = rate.statistics();
  assertEquals(before, { limit: 3, per: 10, available: 3, waiting: 0 });
  assert(Object.isFrozen(before));
  for (let n = 0; n < 3; n++) yield rate.pass();
  const task = createTask(() => rate.pass());
  yield sleep(1);
  assertEquals(rate.statistics(), { limit: 3, per: 10, available: 0, waiting: 1 });
  yield task;
  assertEquals(rate.statistics(), { limit: 3, per: 10, available: 2, waiting: 0 });
  yield sleep(10);
  assertEquals(rate.statistics(), { limit: 3, per: 10, available: 3, waiting: 0 });
  assertEquals(before.available, 3);
});

/** Lets tasks with random patience ask at random times, and notes when they pass. */
function* crowd(as: FrontEnd, prng: Prng, rate: RateLimiter, passes: number[]): Program<void> {
  const step = prng.pick([0.125, 1, 7]);
  const asked: number[] = [];
  const passed: number[] = [];
  const tasks = Array.from({ length: 30 }, (_, n) => {
    const delay = prng.below(30) * step;
    const patience = prng.chance(30) ? prng.below(60) * step : undefined;
    return createTask(as(function* () {
      if (delay > 0) yield sleep(delay);
      asked.push(n);
      yield timeout(patience, () => rate.pass());
      passes.push(getRunningLoop().time());
      passed.push(n);
    }));
  });
  for (let n = prng.below(8); n > 0; n--) {
    yield sleep(prng.below(20) * step);
    prng.pick(tasks).cancel();
  }
  for (const task of tasks) {
    const error = yield* caught(task);
    const isExpected = error instanceof CancelledError || error instanceof TimeoutError;
    if (error !== undefined && !isExpected) throw error;
  }
  assertEquals(passed, asked.filter((n) => passed.includes(n)));
  assertEquals([timers(), rate.statistics().waiting], [0, 0]);
}

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`RateLimiter holds in any window, whoever is cancelled (${name})`, async () => {
    for (let seed = 1; seed <= rounds(300); seed++) {
      const prng = new Prng(seed);
      const limit = 1 + prng.below(4);
      const per = prng.pick([1, 3.3, 10, 1 / 3, 25.7]);
      const passes: number[] = [];
      const rate = new RateLimiter(limit, { per });
      const clock = new VirtualClock(prng.below(1000) / 7);
      await run(as(() => crowd(as, prng, rate, passes)), { clock, signals: [] });
      for (const [n, time] of passes.entries()) {
        const fits = n < limit || time >= passes[n - limit] + per;
        assert(fits, `seed ${seed}: more than ${limit} per ${per}: ${passes}`);
      }
    }
  });

  Deno.test(`RateLimiter lets pass as early as the limit allows (${name})`, async () => {
    for (let seed = 1; seed <= rounds(100); seed++) {
      const prng = new Prng(seed);
      const [limit, per] = [1 + prng.below(4), 1 + prng.below(20)];
      const arrivals = Array.from({ length: 30 }, () => prng.below(40)).sort((a, b) => a - b);
      const times: number[] = [];
      const main = as(function* () {
        const rate = new RateLimiter(limit, { per });
        yield gather(arrivals.map((delay) =>
          as(function* () {
            yield sleep(delay);
            yield rate.pass();
            times.push(getRunningLoop().time());
          })
        ));
      });
      await run(main, { clock: new VirtualClock(), signals: [] });
      const expected: number[] = [];
      for (const [n, time] of arrivals.entries()) {
        expected.push(n < limit ? time : Math.max(time, expected[n - limit] + per));
      }
      assertEquals(times, expected, `seed ${seed}`);
    }
  });

  Deno.test(`RateLimiter holds from one run to the next on one clock (${name})`, async () => {
    const clock = new VirtualClock();
    const rate = new RateLimiter(2, { per: 100 });
    const times: number[] = [];
    const pass = passer(as, rate, times);
    const main = as(function* () {
      yield crowdOf(3, pass);
    });
    for (let n = 0; n < 2; n++) await run(main, { clock, signals: [] });
    assertEquals(times, [0, 0, 100, 100, 200, 200]);
  });

  Deno.test(`RateLimiter begins anew on another clock (${name})`, async () => {
    const rate = new RateLimiter(1, { per: 100 });
    for (const start of [5000, 0, 7]) {
      const times: number[] = [];
      const pass = passer(as, rate, times);
      const main = as(function* () {
        yield crowdOf(2, pass);
      });
      await run(main, { clock: new VirtualClock(start), signals: [] });
      assertEquals(times, [start, start + 100]);
      assertEquals(rate.statistics().waiting, 0);
    }
  });

  Deno.test(`RateLimiter goes on after a run that ended while one waited (${name})`, async () => {
    const clock = new VirtualClock();
    const rate = new RateLimiter(1, { per: 100 });
    const first = as(function* () {
      yield rate.pass();
      createTask(() => rate.pass());
      yield sleep(1);
    });
    await run(first, { clock, signals: [] });
    assertEquals(rate.statistics(), { limit: 1, per: 100, available: 0, waiting: 0 });
    await run(() => rate.pass(), { clock, signals: [] });
    assertEquals(clock.now(), 100);
  });

  Deno.test(`RateLimiter holds for two loops that share a clock (${name})`, async () => {
    const clock = new VirtualClock();
    const rate = new RateLimiter(2, { per: 100 });
    const runners = [1, 2].map(() => new Runner({ clock, signals: [] }));
    const pass = as(function* () {
      yield rate.pass();
    });
    for (const runner of runners) await runner.run(pass);
    assertEquals([clock.now(), rate.statistics().available], [0, 0]);
    await runners[0].run(pass);
    assertEquals([clock.now(), rate.statistics().available], [100, 1]);
    await runners[1].run(pass);
    assertEquals([clock.now(), rate.statistics().available], [100, 0]);
    for (const runner of runners) await runner.close();
  });
}

Deno.test("RateLimiter refuses bad input", () => {
  for (const limit of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(() => new RateLimiter(limit, { per: 1 }), RangeError, "limit");
  }
  for (const limit of ["1", null, undefined, 1n]) {
    assertThrows(() => new RateLimiter(limit as never, { per: 1 }), TypeError, "limit");
  }
  for (const per of [0, -1, NaN, Infinity, -Infinity]) {
    assertThrows(() => new RateLimiter(1, { per }), RangeError, "per");
  }
  for (const options of [{ per: "1" }, { per: null }, {}, undefined, null]) {
    assertThrows(() => new RateLimiter(1, options as never), TypeError, "per");
  }
});

Deno.test("RateLimiter that is awaited outside of a task says so", async () => {
  const rate = new RateLimiter(1, { per: 1 });
  await rejection(rate.pass(), RuntimeError, "outside of a task", "RateLimiter.pass()");
});
