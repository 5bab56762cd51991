import { closeAll } from "../../src/futures/close_at_end.ts";
import {
  CancelledError,
  createTask,
  Event,
  getRunningLoop,
  RuntimeError,
  sleep,
  TimeoutError,
} from "../../mod.ts";
import { JobLostError, WorkerPool } from "../../workers.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, takeReport, trial } from "../futures/trial.ts";
import { CALLERS, callsContract, waiting } from "./calls_contract.ts";
import { begun, hostTurn, JOBS, poolContract } from "./pool_contract.ts";

poolContract("WorkerPool", (options) => new WorkerPool(options));
callsContract("WorkerPool", (options) => new WorkerPool(options));

/** Makes a place in shared memory. */
function newFlag(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Lets a job go on that spins. */
function release(flag: Int32Array): void {
  Atomics.store(flag, 0, 1);
}

trial("WorkerPool tells a busy loop that it was cancelled", function* () {
  const pool = new WorkerPool({ size: 1, grace: 60_000 });
  const job = yield* begun(pool, "spinUntilCancelled");
  job.cancel();
  yield* failure(job, CancelledError);
  assertEquals(yield pool.run(JOBS, "takeNotes"), ["cancelled"]); // In the same worker.
  yield pool.close();
});

trial("WorkerPool aborts the signal with the reason, and cancels coroutines", function* () {
  const pool = new WorkerPool({ size: 1, grace: 60_000 });
  for (const name of ["waitForAbort", "sleepLong"]) {
    const job = yield* begun(pool, name);
    job.cancel("enough");
    yield* failure(job, CancelledError);
  }
  const notes = ["CancelledError: enough", "cleaned up"];
  assertEquals(yield pool.run(JOBS, "takeNotes"), notes);
  yield* failure(pool.job(JOBS, "waitForAbort", [], { timeout: 5 }), TimeoutError);
  assertEquals(yield pool.run(JOBS, "takeNotes"), ["CancelledError: its time is over"]);
  yield pool.close();
});

trial("WorkerPool does not begin a job that was cancelled while its module loads", function* () {
  const pool = new WorkerPool({ size: 1, grace: 60_000 });
  yield* failure(pool.job(JOBS, "countCalls", [], { timeout: 0 }), TimeoutError);
  assertEquals(yield pool.run(JOBS, "countCalls"), 1);
  yield pool.close();
  assertEquals(pool.statistics().seats, 0);
});

trial("WorkerPool replaces a worker that ignores its cancellation", function* (_, world) {
  const pool = new WorkerPool({ size: 1, grace: 5 });
  const flag = newFlag();
  const job = yield* begun(pool, "spin", flag);
  job.cancel();
  yield* failure(job, CancelledError);
  assertEquals(yield pool.run(JOBS, "countCalls"), 1); // In another worker.
  const report = takeReport(world, "A worker was replaced");
  assert(report.exception instanceof RuntimeError);
  assert(report.exception.message.includes("the job spin"), report.exception.message);
  release(flag);
  yield pool.close();
});

trial("WorkerPool gives up a job whose time is over, and its worker later", function* (_, world) {
  const pool = new WorkerPool({ size: 1, grace: 5 });
  const flag = newFlag();
  yield pool.run(JOBS, "add", 1, 1); // Its worker is there, and its module.
  yield* failure(pool.job(JOBS, "spin", [flag], { timeout: 200 }), TimeoutError, "200 ms");
  yield pool.close(); // It waits for the grace.
  takeReport(world, "A worker was replaced");
  release(flag);
});

trial("WorkerPool waits at the end of the loop for jobs that were given up", function* (_, world) {
  const pool = new WorkerPool({ size: 1, grace: 5 });
  const flag = newFlag();
  const job = yield* begun(pool, "spin", flag);
  job.cancel();
  yield* failure(job, CancelledError);
  const loop = getRunningLoop();
  yield createTask(() => closeAll(loop));
  takeReport(world, "A worker was replaced");
  assertEquals(pool.statistics().seats, 0);
  release(flag);
});

trial("WorkerPool loses the job of a worker that ends itself, and says why", function* () {
  const pool = new WorkerPool({ size: 1 });
  yield* failure(pool.run(JOBS, "closeSelf"), JobLostError, "has ended itself", "without an error");
  yield* failure(pool.run(JOBS, "exit", 3), JobLostError, "has ended itself");
  for (const [name, message] of [["throwAside", "aside"], ["rejectAside", "rejected aside"]]) {
    const lost = yield* failure(pool.run(JOBS, name), JobLostError, message);
    assert(lost.cause instanceof RangeError && lost.cause.message === message);
  }
  assertEquals(yield pool.run(JOBS, "countCalls"), 1);
  yield pool.close();
});

trial("WorkerPool takes no message of a job for its own, and reports it", function* (_, world) {
  const pool = new WorkerPool({ size: 1 });
  assertEquals(yield pool.run(JOBS, "postMessages"), "own");
  while (world.reports.length === 0) yield hostTurn();
  const report = takeReport(world, "A job has posted a message that nobody takes");
  assert(report.exception instanceof RuntimeError);
  assert(report.exception.message.includes("currentJob().report()"), report.exception.message);
  yield pool.run(JOBS, "swallowMessages");
  assertEquals(yield pool.run(JOBS, "countCalls"), 1);
  yield pool.close();
});

trial("WorkerPool fails the calls of a job that is to stop", function* () {
  const pool = new WorkerPool({ size: 1, grace: 60_000 });
  const job = yield* waiting(pool, []);
  job.cancel("enough");
  yield* failure(job, CancelledError, "enough");
  const notes = ["CancelledError: enough", "CancelledError: enough"];
  assertEquals(yield pool.run(CALLERS, "takeNotes"), notes);
  yield pool.close();
});

trial("WorkerPool moves what is to be transferred, both ways", function* () {
  const pool = new WorkerPool({ size: 1 });
  const bytes = new Uint8Array([1, 2, 3]);
  const job = pool.job<Uint8Array>(JOBS, "increment", [bytes], { transfer: [bytes.buffer] });
  assertEquals([...yield job], [2, 3, 4]);
  assertEquals(bytes.byteLength, 0);
  const again = pool.job(JOBS, "giveBack", [bytes], { transfer: [bytes.buffer] });
  yield* failure(again, TypeError, "the arguments");
  assertEquals(yield pool.run(JOBS, "add", 1, 1), 2);
  yield pool.close();
});

trial("WorkerPool shares memory that is shared", function* () {
  const pool = new WorkerPool({ size: 1 });
  const flag = newFlag();
  const job = yield* begun(pool, "spin", flag);
  release(flag);
  assertEquals(yield job, "spun");
  yield pool.close();
});

trial("WorkerPool keeps virtual time from passing while a job runs", function* (_, { clock }) {
  const pool = new WorkerPool({ size: 1 });
  const timer = createTask(() => sleep(1e6));
  yield pool.run(JOBS, "addLater", 1, 1);
  assertEquals([clock.now(), timer.done], [0, false]);
  timer.cancel();
  yield* failure(timer, CancelledError);
  yield pool.close();
});

trial("WorkerPool leaves its loop over a job's reports by cancelling it", function* () {
  const pool = new WorkerPool({ size: 1, grace: 60_000 });
  const job = pool.job(JOBS, "spinUntilCancelled");
  const reports = job[Symbol.asyncIterator]();
  yield reports.next();
  yield reports.return();
  yield* failure(job, CancelledError);
  const watched = pool.job(JOBS, "waitForAbort");
  const seen = new Event();
  const watcher = createTask(async () => {
    for await (const _report of watched) seen.set();
  });
  yield seen.wait();
  watcher.cancel();
  yield* failure(watcher, CancelledError);
  yield* failure(watched, CancelledError);
  yield pool.close();
});

trial("WorkerPool can be used by one loop after another", function* () {
  assertEquals(yield shared.run(JOBS, "add", 1, 1), 2);
});

const shared = new WorkerPool({ size: 1 });

Deno.test("WorkerPool refuses options that make no sense", () => {
  assertThrows(() => new WorkerPool({ size: 0 }), RangeError, "size");
  assertThrows(() => new WorkerPool({ size: 1.5 }), RangeError, "size");
  assertThrows(() => new WorkerPool({ size: "2" as never }), TypeError, "size");
  assertThrows(() => new WorkerPool({ maxQueue: -1 }), RangeError, "maxQueue");
  assertThrows(() => new WorkerPool({ grace: NaN }), RangeError, "grace");
  assertThrows(() => new WorkerPool({ grace: -1 }), RangeError, "grace");
  assertThrows(() => new WorkerPool({ name: 5 as never }), TypeError, "name");
  for (const wrong of [5, null, [], { bogus: 1 }]) {
    assertThrows(() => new WorkerPool(wrong as never), TypeError, "a pool");
  }
  const pool = new WorkerPool();
  assertThrows(() => pool.job(JOBS, "add", [], { limit: 1 } as never), TypeError, '"limit"');
  assertThrows(() => pool.job(JOBS, "add", [], { label: 5 as never }), TypeError, "label");
  assertThrows(() => pool.map(JOBS, "add", [], { lable: "x" } as never), TypeError, '"lable"');
  assertThrows(() => pool.map(JOBS, "add", [], { chunk: 0 }), RangeError, "chunk");
});
