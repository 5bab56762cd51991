/**
 * What every pool does, whatever its jobs run in.
 *
 * @module
 */

import {
  type Awaitable,
  CancelledError,
  createTask,
  gather,
  RuntimeError,
  sleep,
  TimeoutError,
  until,
  yieldNow,
} from "../../mod.ts";
import { type Job, JobLostError, type Pool, type PoolOptions, RemoteError } from "../../workers.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, type Program, takeReport, takeReports, trial } from "../futures/trial.ts";

/** The module of the jobs. */
export const JOBS: string = import.meta.resolve("./jobs/jobs.ts");
const BROKEN = import.meta.resolve("./jobs/throws_at_top.ts");

/** What makes a pool of a kind. */
export type NewPool = (options?: PoolOptions) => Pool;

/** Begins a job that reports, and waits for its first report. */
export function* begun(pool: Pool, name: string, ...args: unknown[]): Program<Job<unknown>> {
  const job = pool.job<unknown>(JOBS, name, args);
  const { value } = yield job[Symbol.asyncIterator]().next();
  assertEquals(value, "begun");
  return job;
}

/** Defines the tests of a kind of pool; those that mean nothing for it are left out, with the reason. */
export function poolContract(
  kind: string,
  newPool: NewPool,
  left: Readonly<Record<string, string>> = {},
): void {
  const test = (sentence: string, program: Parameters<typeof trial>[1]) => {
    const name = `${kind} ${sentence}`;
    if (left[sentence] === undefined) trial(name, program);
    else Deno.test.ignore(`${name}: ${left[sentence]}`, () => {});
  };

  test("runs plain, native async and coroutine functions", function* () {
    const pool = newPool();
    for (const name of ["add", "addLater", "addInCoroutine"]) {
      assertEquals(yield pool.run(JOBS, name, 2, 3), 5);
    }
    assertEquals(yield pool.run(new URL(JOBS), "giveLater", "value"), "value");
    assertEquals(pool.statistics().seats, 1);
    yield pool.close();
    assertEquals(pool.statistics().seats, 0);
  });

  test("copies arguments and results", function* () {
    const pool = newPool();
    const args = [1n, new Map([[1, new Set(["a"])]]), new Date(0), undefined, null, [NaN, {
      a: 1,
    }]];
    assertEquals(yield pool.run(JOBS, "giveBack", ...args), args);
    const [bytes] = yield pool.run(JOBS, "giveBack", new Float64Array([1.5, 2]));
    assert(bytes instanceof Float64Array);
    assertEquals([...bytes], [1.5, 2]);
    const view = new Uint8Array([1, 2, 3]);
    const [copy] = yield pool.run(JOBS, "giveBack", view);
    assertEquals([copy.byteOffset, copy.byteLength, copy.buffer.byteLength], [0, 3, 3]);
    assertEquals(yield pool.run(JOBS, "measure", view), [0, 3, 3]);
    const pair = [view, new DataView(view.buffer)];
    const [[bytesBack, viewBack]] = yield pool.run(JOBS, "giveBack", pair);
    assert(bytesBack.buffer === viewBack.buffer);
    yield pool.close();
  });

  test("gives errors back as what they were", function* () {
    const pool = newPool();
    const typed = yield* failure(pool.run(JOBS, "fail", "TypeError"), TypeError, "typed");
    assert(typed.cause instanceof RangeError && typed.cause.message === "the cause");
    assert(typed.stack!.includes("jobs.ts"), typed.stack);
    yield* failure(pool.run(JOBS, "fail", "TimeoutError"), TimeoutError, "late");
    yield* failure(pool.run(JOBS, "fail", "NotFound"), Deno.errors.NotFound, "gone");
    yield* failure(pool.run(JOBS, "failLater"), RangeError, "later");
    const own = yield* failure(pool.run(JOBS, "fail", "Boom"), RemoteError, "own");
    assertEquals([own.name, (own as { code?: number }).code, "handler" in own], ["Boom", 5, false]);
    assert(own.stack!.includes("jobs.ts"), own.stack);
    let thrown: unknown;
    try {
      yield pool.run(JOBS, "fail", "a string");
    } catch (error) {
      thrown = error;
    }
    assertEquals(thrown, "a string");
    yield* failure(pool.run(JOBS, "fail", "unclonable"), Error, "kept");
    assertEquals(pool.statistics().seats, 1);
    yield pool.close();
  });

  test("says what cannot be sent, and its worker lives on", function* () {
    const pool = newPool({ size: 1 });
    assertEquals(yield pool.run(JOBS, "countCalls"), 1);
    const args = ["fine", { list: [1, { onDone() {} }] }];
    const refused = pool.run(JOBS, "giveBack", ...args);
    yield* failure(
      refused,
      TypeError,
      "the arguments",
      "args[1].list[1].onDone is function onDone",
    );
    const result = pool.run(JOBS, "giveUnclonable");
    yield* failure(result, TypeError, "the result", "result.list[1].callback is function callback");
    const progress = yield pool.run(JOBS, "reportUnclonable");
    assert(progress.includes("progress.symbol is Symbol(s)"), progress);
    assertEquals(yield pool.run(JOBS, "countCalls"), 2);
    yield pool.close();
  });

  test("says what is wrong with a module or a name", function* () {
    const pool = newPool({ size: 1 });
    assertEquals(yield pool.run(JOBS, "countCalls"), 1);
    const missing = pool.run(new URL("missing.ts", JOBS), "add");
    yield* failure(missing, RuntimeError, "Cannot import the module", "missing.ts");
    const broken = yield* failure(
      pool.run(BROKEN, "add"),
      RuntimeError,
      "Cannot import the module",
    );
    assert(broken.cause instanceof RangeError && broken.cause.message === "at the top");
    yield* failure(pool.run(JOBS, "ad"), TypeError, "Cannot find ad in", "add, ");
    yield* failure(pool.run(JOBS, "NOT_A_FUNCTION"), TypeError, "it is not a function");
    assertThrows(() => pool.run("./jobs.ts", "add"), RangeError, "an absolute URL");
    assertThrows(() => pool.run(5 as never, "add"), TypeError, "module must be a URL: 5");
    assertThrows(() => pool.run(JOBS, 5 as never), TypeError, "name must be a string: 5");
    assertThrows(() => pool.job(JOBS, "add", [], { timeout: -1 }), RangeError, "timeout");
    assertEquals(yield pool.run(JOBS, "countCalls"), 2);
    yield pool.close();
  });

  test("hands on what a job reports, and then its result", function* () {
    const pool = newPool();
    const job = pool.job<number, number>(JOBS, "countTo", [3]);
    const reports = job[Symbol.asyncIterator]();
    const seen: unknown[] = [];
    for (;;) {
      const { done, value } = yield reports.next();
      if (done) break;
      seen.push(value);
    }
    assertEquals([seen, yield job, yield job, job.done], [[0, 1, 2], 3, 3, true]);
    assertEquals(yield pool.job(JOBS, "countTo", [3]), 3); // Its reports are dropped.
    const failing = pool.job(JOBS, "reportAndFail")[Symbol.asyncIterator]();
    assertEquals(yield failing.next(), { done: false, value: "one" });
    yield* failure(failing.next() as never, RangeError, "after one");
    yield pool.close();
  });

  test("ends jobs that are cancelled and listen, and goes on", function* () {
    const pool = newPool({ size: 1, grace: 60_000 });
    for (const name of ["waitForAbort", "sleepLong"]) {
      const job = yield* begun(pool, name);
      assert(job.cancel("enough"));
      yield* failure(job, CancelledError, "enough");
      assertEquals(yield pool.run(JOBS, "add", 1, 1), 2);
    }
    yield pool.close();
  });

  test("never begins a job that was cancelled in the queue", function* () {
    const pool = newPool({ size: 1 });
    const first = yield* begun(pool, "waitForAbort");
    const second = createTask(() => pool.run(JOBS, "countCalls"));
    const third = createTask(() => pool.run(JOBS, "countCalls"));
    yield sleep(0);
    assertEquals(pool.statistics().queued, 2);
    second.cancel();
    yield* failure(second, CancelledError);
    assertEquals(pool.statistics().queued, 1);
    first.cancel();
    yield* failure(first, CancelledError);
    assertEquals(yield third, 1);
    yield pool.close();
  });

  test("bounds the time of a job", function* () {
    const pool = newPool({ size: 1, grace: 60_000 });
    const job = pool.job(JOBS, "waitForAbort", [], { timeout: 20, label: "patience" });
    yield* failure(job, TimeoutError, "patience has taken longer than 20 ms");
    assertEquals(yield pool.run(JOBS, "add", 1, 1), 2);
    yield pool.close();
  });

  test("lets no more jobs into its queue than it has room for", function* () {
    const pool = newPool({ size: 1, maxQueue: 1 });
    const first = yield* begun(pool, "waitForAbort");
    const second = pool.job(JOBS, "add", [1, 1]);
    yield second.start();
    const third = pool.job(JOBS, "add", [2, 2]);
    const starting = createTask(() => third.start());
    yield yieldNow();
    yield yieldNow();
    const { running, queued, waiting } = pool.statistics();
    assertEquals([running, queued, waiting, starting.done], [1, 1, 1, false]);
    first.cancel();
    yield starting;
    assertEquals([yield second, yield third], [2, 4]);
    yield pool.close();
  });

  test("withdraws a job whose start is cancelled", function* () {
    const pool = newPool({ size: 1, maxQueue: 0 });
    const first = yield* begun(pool, "waitForAbort");
    const second = pool.job(JOBS, "countCalls");
    const starting = createTask(() => second.start());
    yield sleep(0);
    starting.cancel();
    yield* failure(starting, CancelledError);
    yield* failure(second, CancelledError);
    first.cancel();
    yield* failure(first, CancelledError);
    assertEquals(yield pool.run(JOBS, "countCalls"), 1);
    yield pool.close();
  });

  test("maps in order, out of order and in chunks", function* () {
    const pool = newPool();
    const items = [5, 3, 8, 1, 9];
    const doubled = [10, 6, 16, 2, 18];
    for (const chunk of [1, 2, 5, 100]) {
      assertEquals(yield pool.map(JOBS, "double", items, { chunk }), doubled);
      const loose = yield pool.map<number>(JOBS, "double", items, { chunk, ordered: false });
      assertEquals([...loose].sort((a, b) => a - b), [2, 6, 10, 16, 18]);
      const failing = pool.map(JOBS, "doubleUnless13", [1, 13, 2], { chunk });
      yield* failure(failing, RangeError, "13");
    }
    yield pool.close();
  });

  test("runs jobs side by side", function* () {
    const pool = newPool({ size: 2 });
    const both = [yield* begun(pool, "waitForAbort"), yield* begun(pool, "waitForAbort")];
    assertEquals([pool.statistics().running, pool.statistics().seats], [2, 2]);
    for (const job of both) job.cancel();
    yield gather(both, { returnExceptions: true });
    yield pool.close();
  });

  test("closed while it is busy ends all that it was asked for", function* () {
    const pool = newPool({ size: 1 });
    const jobs = [1, 2, 3].map((n) => createTask(() => pool.run(JOBS, "addInCoroutine", n, n)));
    yield sleep(0);
    const closing = createTask(() => pool.close());
    yield sleep(0);
    yield* failure(pool.run(JOBS, "add", 1, 1), RuntimeError, "it is closed");
    yield closing;
    assertEquals(jobs.map((job) => job.result()), [2, 4, 6]);
    yield pool.close();
  });

  test("whose close is cancelled ends everything at once", function* () {
    const pool = newPool({ size: 1 });
    const job = yield* begun(pool, "waitForAbort");
    const queued = [1, 2].map(() => createTask(() => pool.run(JOBS, "countCalls")));
    yield sleep(0);
    const closing = createTask(() => pool.close());
    yield sleep(0);
    closing.cancel();
    yield* failure(closing, CancelledError);
    for (const one of [job, ...queued]) {
      yield* failure(one, JobLostError, "its pool was closed");
    }
    assertEquals(pool.statistics().seats, 0);
    yield pool.close();
  });

  test("whose block is left lets a job end that listens", function* () {
    const pool = newPool({ size: 1, grace: 60_000 });
    const job = yield* begun(pool, "waitForAbort");
    const left = createTask(async () => {
      await using _same = pool;
      await yieldNow();
    });
    yield left;
    yield* failure(job, JobLostError, "Cannot go on with the job waitForAbort");
    yield* failure(pool.run(JOBS, "add", 1, 1), RuntimeError, "it is closed");
    assertEquals(pool.statistics().seats, 0);
  });

  test("loses the one job of a worker that exits, and no other", function* () {
    const pool = newPool({ size: 2 });
    const other = yield* begun(pool, "waitForAbort");
    yield* failure(pool.run(JOBS, "exit", 7), JobLostError);
    assertEquals(yield pool.run(JOBS, "add", 1, 1), 2);
    assertEquals([other.done, pool.statistics().seats], [false, 2]);
    other.cancel();
    yield* failure(other, CancelledError);
    yield pool.close();
  });

  test("reports a worker that fails while it is idle", function* (_, world) {
    const pool = newPool({ size: 1 });
    yield pool.run(JOBS, "failAfterwards");
    while (pool.statistics().seats > 0) {
      yield hostTurn();
    }
    const report = takeReport(world, "An idle worker has ended by itself");
    assert(report.exception instanceof JobLostError);
    assertEquals(yield pool.run(JOBS, "countCalls"), 1);
    yield pool.close();
  });

  test("attributes a rejection to the job that has left it behind", function* (_, world) {
    const pool = newPool({ size: 1 });
    assertEquals(yield pool.run(JOBS, "leaveRejections"), "left");
    assertEquals(yield pool.run(JOBS, "outliveRejection"), "call 1");
    assertEquals(yield pool.run(JOBS, "countCalls"), 2); // In the same worker.
    assertEquals(
      takeReports(world.reports).sort(),
      ["at once", "for later"].map((when) =>
        `A job has ended, and what it left running has failed: leaveRejections: left ${when}`
      ),
    );
    yield pool.close();
  });

  test("that is not closed ends with its loop", function* () {
    const pool = newPool();
    assertEquals(yield pool.run(JOBS, "add", 1, 1), 2);
  });
}

/** Lets the host have a turn. */
export function hostTurn(): Awaitable<void> {
  return until(new Promise<void>((resolve) => setTimeout(resolve, 1)));
}
