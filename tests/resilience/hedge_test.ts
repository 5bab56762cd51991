import {
  CancelledError,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  timeout,
  TimeoutError,
} from "../../mod.ts";
import { hedge, type HedgeOptions, RetryBudget } from "../../resilience.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { Boom, failure, type FrontEnd, takeReport, trial } from "../futures/trial.ts";

/** Makes calls that take so long each, and note what becomes of them; a negative one fails then. */
function lasting(as: FrontEnd, times: number[]) {
  const log: string[] = [];
  const loop = getRunningLoop();
  const call = as(function* (attempt: number) {
    log.push(`${attempt} at ${loop.time()}`);
    try {
      const ms = times[attempt - 1];
      yield sleep(Math.abs(ms));
      if (ms < 0) throw new Boom(`${attempt}`);
      return attempt;
    } catch (error) {
      if (error instanceof CancelledError) log.push(`${attempt} cancelled at ${loop.time()}`);
      throw error;
    }
  });
  const start = (options: HedgeOptions) => hedge(call, options);
  return { log, start };
}

trial("hedge() begins no other attempt when the answer comes in time", function* (as) {
  const { log, start } = lasting(as, [50]);
  assertEquals(yield start({ after: 100 }), 1);
  assertEquals([log, getRunningLoop().time()], [["1 at 0"], 50]);
});

trial("hedge() begins another attempt when the answer is late, and cancels the loser", function* (
  as,
) {
  const second = lasting(as, [1000, 30]);
  assertEquals(yield second.start({ after: 100 }), 2);
  assertEquals(second.log, ["1 at 0", "2 at 100", "1 cancelled at 130"]);
  const first = lasting(as, [120, 1000]);
  assertEquals(yield first.start({ after: 100 }), 1);
  assertEquals(first.log, ["1 at 130", "2 at 230", "2 cancelled at 250"]);
});

trial("hedge() begins as many attempts as it may", function* (as) {
  const { log, start } = lasting(as, [1000, 1000, 1000, 10]);
  assertEquals(yield start({ after: 100, attempts: 4 }), 4);
  assertEquals(log.slice(0, 4), ["1 at 0", "2 at 100", "3 at 200", "4 at 300"]);
  const one = lasting(as, [500]);
  assertEquals(yield one.start({ after: 100, attempts: 1 }), 1);
  const all = lasting(as, [5, 5, 5]);
  assertEquals(yield all.start({ after: 0, attempts: 3 }), 1);
});

trial("hedge() leaves it to the others when an attempt fails", function* (as) {
  const { start } = lasting(as, [-150, 100]);
  assertEquals([yield start({ after: 100 }), getRunningLoop().time()], [2, 200]);
  const late = lasting(as, [-150, -250, 20]);
  assertEquals(yield late.start({ after: 100, attempts: 3 }), 3);
  assertEquals(late.log, ["1 at 200", "2 at 300", "3 at 400", "2 cancelled at 420"]);
});

trial("hedge() throws what came first when all that have begun have failed", function* (as) {
  const { log, start } = lasting(as, [-50]);
  yield* failure(start({ after: 100 }), Boom, "1"); // There is no other to wait for.
  assertEquals([log, getRunningLoop().time()], [["1 at 0"], 50]);
  yield* failure(lasting(as, [-150, -10]).start({ after: 100 }), Boom, "2");
  yield* failure(lasting(as, [-150, -100]).start({ after: 100 }), Boom, "1");
});

trial("hedge() that is cancelled cancels all attempts, and waits for their ends", function* (as) {
  const ended: number[] = [];
  const call = as(function* (attempt: number) {
    try {
      yield sleep(1000);
    } finally {
      yield sleep(20);
      ended.push(attempt);
    }
  });
  const task = createTask(() => hedge(call, { after: 10, attempts: 3 }));
  yield sleep(15);
  task.cancel("enough");
  yield* failure(task, CancelledError, "enough");
  assertEquals([ended, getRunningLoop().time()], [[1, 2], 35]);
  yield* failure(timeout(15, () => hedge(call, { after: 10 })), TimeoutError);
  assertEquals(ended.length, 4);
});

trial("hedge() that is cancelled while losers end is cancelled", function* (as) {
  const call = as(function* (attempt: number) {
    try {
      yield sleep(attempt === 1 ? 1000 : 10);
    } finally {
      yield sleep(attempt === 1 ? 50 : 0);
    }
  });
  const task = createTask(() => hedge(call, { after: 10 }));
  yield sleep(30);
  task.cancel();
  yield* failure(task, CancelledError);
  assertEquals(getRunningLoop().time(), 70);
});

trial("hedge() aborts the signals of losers, and reports how they fail", function* (as, world) {
  const signals: AbortSignal[] = [];
  const call = as(function* (attempt: number) {
    signals.push(currentTask()!.signal);
    try {
      yield sleep(attempt === 1 ? 1000 : 10);
      return attempt;
    } catch {
      throw new Boom("cleanup");
    }
  });
  assertEquals(yield hedge(call, { after: 10 }), 2);
  assertEquals(signals.map(({ aborted }) => aborted), [true, false]);
  takeReport(world, "An attempt of hedge() failed, and nobody waited for it");
});

trial("hedge() that is cancelled reports how its attempts fail", function* (as, world) {
  const call = as(function* () {
    try {
      yield sleep(1000);
    } catch {
      throw new Boom("cleanup");
    }
  });
  const task = createTask(as(function* () {
    yield hedge(call, { after: 10_000 });
  }));
  yield sleep(5);
  task.cancel();
  yield* failure(task, CancelledError);
  takeReport(world, "An attempt of hedge() failed, and nobody waited for it");
});

trial("hedge() begins no attempt that its budget does not pay for", function* (as) {
  const budget = new RetryBudget({ ratio: 0, most: 1 });
  assertEquals(yield lasting(as, [1000, 10]).start({ after: 100, budget }), 2);
  const { log, start } = lasting(as, [1000, 10]);
  assertEquals(yield start({ after: 100, budget }), 1);
  assertEquals(log.length, 1);
});

trial("hedge() throws what its function throws at once", function* () {
  const broken = () => {
    throw new Boom("at once");
  };
  yield* failure(hedge(broken, { after: 5 }), Boom, "at once");
  yield* failure(hedge((() => 5) as never, { after: 5 }), TypeError, "generator function");
});

Deno.test("hedge() refuses bad input", () => {
  const fn = () => sleep(0);
  assertThrows(() => hedge(5 as never, { after: 1 }), TypeError, "fn");
  for (const after of [-1, NaN]) assertThrows(() => hedge(fn, { after }), RangeError, "after");
  assertThrows(() => hedge(fn, {} as never), TypeError, "after");
  assertThrows(() => hedge(fn, { after: 1, attempts: 0 }), RangeError, "attempts");
  assertThrows(() => hedge(fn, { after: 1, budget: {} as never }), TypeError, "budget");
  assertThrows(() => hedge(fn, { delay: 1 } as never), TypeError, "Unknown option");
});
