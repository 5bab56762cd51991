import {
  CancelledError,
  createTask,
  getRunningLoop,
  retry,
  type RetryOptions,
  sleep,
  timeout,
} from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { Boom, caught, failure, type FrontEnd, type Program, trial } from "../futures/trial.ts";

/** Notes when something that always fails is tried. */
function* attemptTimes(as: FrontEnd, options?: RetryOptions): Program<number[]> {
  const times: number[] = [];
  const loop = getRunningLoop();
  const start = loop.time();
  const broken = as(function* (attempt: number) {
    times.push(loop.time() - start);
    yield sleep(0);
    throw new Boom(`attempt ${attempt}`);
  });
  yield* failure(retry(broken, options), Boom, `attempt`);
  return times;
}

trial("retry() doubles its wait, and throws the last error", function* (as) {
  assertEquals(yield* attemptTimes(as), [0, 100, 300]);
  assertEquals(yield* attemptTimes(as, { attempts: 5, delay: 1 }), [0, 1, 3, 7, 15]);
  const errors = [new Boom("first"), new Boom("last")];
  const broken = as(function* (attempt: number) {
    yield sleep(0);
    throw errors[attempt - 1];
  });
  assertEquals(yield* caught(retry(broken, { attempts: 2 })), errors[1]);
});

trial("retry() multiplies its wait by a factor", function* (as) {
  assertEquals(yield* attemptTimes(as, { attempts: 4, delay: 2, factor: 3 }), [0, 2, 8, 26]);
  assertEquals(yield* attemptTimes(as, { attempts: 4, delay: 2, factor: 1 }), [0, 2, 4, 6]);
  assertEquals(yield* attemptTimes(as, { attempts: 3, delay: 2, factor: 0 }), [0, 2, 2]);
  assertEquals(yield* attemptTimes(as, { attempts: 3, delay: 0 }), [0, 0, 0]);
});

trial("retry() shortens each wait by a random part", function* (as) {
  const numbers = [1, 0, 0.5];
  const random = () => numbers.shift()!;
  const options = { attempts: 4, delay: 8, jitter: 0.5, random };
  assertEquals(yield* attemptTimes(as, options), [0, 4, 4 + 16, 4 + 16 + 24]);
  assertEquals(yield* attemptTimes(as, { delay: 8, jitter: 1, random: () => 1 }), [0, 0, 0]);
  const [, second, third] = yield* attemptTimes(as, { delay: 8, jitter: 0.25 });
  assertEquals([second >= 6 && second <= 8, third - second >= 12 && third - second <= 16], [
    true,
    true,
  ]);
});

trial("retry() stops at an error that is not worth it", function* (as) {
  const asked: unknown[] = [];
  const when = (error: unknown, attempt: number) => {
    asked.push([(error as Error).message, attempt]);
    return attempt < 2;
  };
  assertEquals(yield* attemptTimes(as, { attempts: 9, delay: 1, when }), [0, 1]);
  assertEquals(asked, [["attempt 1", 1], ["attempt 2", 2]]);
});

trial("retry() tries so many times at most", function* (as) {
  assertEquals(yield* attemptTimes(as, { attempts: 1 }), [0]);
  const attempts: number[] = [];
  const flaky = as(function* (attempt: number) {
    attempts.push(attempt);
    yield sleep(0);
    if (attempt < 20) throw new Boom();
    return "done";
  });
  assertEquals(yield retry(flaky, { attempts: Infinity, delay: 1, factor: 1 }), "done");
  assertEquals(attempts.length, 20);
});

trial("retry() gives at once what succeeds at once", function* (as) {
  const fine = as(function* (attempt: number) {
    yield sleep(3);
    return attempt;
  });
  assertEquals([yield retry(fine), getRunningLoop().time()], [1, 3]);
});

trial("retry() does not try again what is cancelled, while it works or waits", function* (as) {
  for (const [ms, calls] of [[5, 1], [25, 1], [125, 2]]) {
    let called = 0;
    const broken = as(function* () {
      called++;
      yield sleep(20);
      throw new Boom();
    });
    const task = createTask(() => retry(broken, { attempts: 9 }));
    yield sleep(ms);
    task.cancel("c");
    yield* failure(task, CancelledError, "c");
    assertEquals(called, calls);
  }
});

trial("retry() tries again what ran out of time", function* (as) {
  let calls = 0;
  const slow = as(function* () {
    yield sleep(++calls < 3 ? 50 : 1);
    return "in time";
  });
  assertEquals(yield retry(() => timeout(10, slow), { delay: 1 }), "in time");
  assertEquals([calls, getRunningLoop().time()], [3, 10 + 1 + 10 + 2 + 1]);
});

trial("retry() hands on what its predicate throws", function* (as) {
  const when = () => {
    throw new RangeError("predicate");
  };
  const broken = as(function* () {
    yield sleep(0);
    throw new Boom();
  });
  yield* failure(retry(broken, { when }), RangeError, "predicate");
});

Deno.test("retry() refuses bad input", () => {
  const fn = () => sleep(0);
  for (const attempts of [0, -1, NaN]) {
    assertThrows(() => retry(fn, { attempts }), RangeError, "attempts");
  }
  assertThrows(() => retry(fn, { delay: NaN }), RangeError, "delay");
  assertThrows(() => retry(fn, { factor: NaN }), RangeError, "factor");
  for (const jitter of [-0.1, 1.1, NaN]) {
    assertThrows(() => retry(fn, { jitter }), RangeError, "jitter");
  }
  assertThrows(() => retry(fn, { delay: "1" as never }), TypeError, "delay");
  assertThrows(() => retry(5 as never), TypeError, "function");
  assertThrows(() => retry(fn, { attempts: "3" as never }), TypeError, "attempts");
  assertThrows(() => retry(fn, { factor: Infinity }), RangeError, "factor");
  assertThrows(() => retry(fn, { when: 5 as never }), TypeError, "when");
  assertThrows(() => retry(fn, { random: 5 as never }), TypeError, "random");
});
