/**
 * What the calls of a job do, whatever it runs in.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import {
  CancelledError,
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  Event,
  QueueFull,
  sleep,
  TimeoutError,
} from "../../mod.ts";
import { JobLostError, type Pool, type PoolOptions } from "../../workers.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { hostTurn } from "./pool_contract.ts";
import { Boom, failure, type Program, trial } from "../futures/trial.ts";

/** The module of the jobs. */
export const CALLERS: string = import.meta.resolve("./jobs/callers.ts");

/** Begins a job that calls a function that does not end, and waits until both are under way. */
export function* waiting(pool: Pool, log: string[]): Program<ReturnType<Pool["job"]>> {
  const job = pool.job(CALLERS, "callAndWait", ["wait"], { calls: waiters(log) });
  assertEquals((yield job[Symbol.asyncIterator]().next()).value, "begun");
  while (log.length === 0) yield hostTurn();
  return job;
}

/** Makes functions that log, of which one does not end by itself. */
export function waiters(log: string[]): { wait(): Coroutine<void>; echo(text: string): string } {
  return {
    *wait() {
      log.push("begun");
      try {
        yield* new Event().wait();
      } finally {
        yield* sleep(0);
        log.push("cleaned up");
      }
    },
    echo: (text) => text,
  };
}

/** Defines the tests of a kind of pool. */
export function callsContract(kind: string, newPool: (options?: PoolOptions) => Pool): void {
  const test = (sentence: string, program: Parameters<typeof trial>[1]) =>
    trial(`${kind} ${sentence}`, program);
  const echo = (value: unknown) => value;

  test("lets jobs call plain, native async and coroutine functions", function* () {
    const calls = {
      plain: (a: number, b: number) => a + b,
      native: async (a: number, b: number) => {
        await sleep(0);
        return a + b;
      },
      *coroutine(a: number, b: number): Coroutine<number> {
        yield* sleep(0);
        return a + b;
      },
      awaitable: (a: number, b: number) => sleep(0, a + b),
    };
    const pool = newPool({ size: 1, calls });
    for (const job of ["call", "callInCoroutine", "callInTask"]) {
      for (const name of Object.keys(calls)) {
        assertEquals(yield pool.run(CALLERS, job, name, 2, 3), 5);
      }
    }
    yield pool.close();
  });

  test("takes functions for a pool, a job and a map, the nearest first", function* () {
    const pool = newPool({ size: 2, calls: { far: () => "pool", near: () => "pool" } });
    const calls = { near: () => "job", echo };
    for (const [name, wanted] of [["far", "pool"], ["near", "job"]]) {
      assertEquals(yield pool.job(CALLERS, "call", [name], { calls }), wanted);
      assertEquals(yield pool.map(CALLERS, "call", [name], { calls }), [wanted]);
      assertEquals(yield pool.map(CALLERS, "call", [name, name], { calls, chunk: 2 }), [
        wanted,
        wanted,
      ]);
    }
    assertEquals(yield pool.run(CALLERS, "call", "near"), "pool");
    yield pool.close();
  });

  test("refuses a call of what was not given, and says what was", function* () {
    const pool = newPool({ size: 1 });
    yield* failure(
      pool.run(CALLERS, "call", "lookUp"),
      Error,
      "Cannot call lookUp from the job: its caller gives it no functions",
    );
    const calls = { echo, double: (n: number) => 2 * n };
    for (const name of ["lookUp", "toString", "__proto__", "constructor"]) {
      const job = pool.job(CALLERS, "call", [name], { calls });
      yield* failure(job, Error, `Cannot call ${name} from the job`, "gives echo, double");
    }
    assertEquals(yield pool.job(CALLERS, "call", ["echo", 5], { calls }), 5);
    yield pool.close();
  });

  test("runs what is called with the context of who awaits the job", function* (as) {
    const user = new ContextVar("user", { default: "nobody" });
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const calls = {
      look() {
        seen.push(user.get(), storage.getStore(), currentTask()?.name);
        user.set("somebody else");
      },
      *lookLater() {
        yield* sleep(0);
        seen.push(user.get(), storage.getStore());
      },
    };
    const pool = newPool({ size: 1, calls });
    yield pool.run(CALLERS, "call", "look"); // The worker begins without a user.
    const main = as(function* (name: string): Program {
      user.set(name);
      yield pool.run(CALLERS, "call", "look");
      yield pool.job(CALLERS, "call", ["lookLater"]);
      assertEquals(user.get(), name);
    });
    for (const name of ["ada", "grace"]) {
      yield storage.run(`storage of ${name}`, () => createTask(() => main(name)));
    }
    assertEquals(seen, [
      ...["nobody", undefined, "call of look"],
      ...["ada", "storage of ada", "call of look", "ada", "storage of ada"],
      ...["grace", "storage of grace", "call of look", "grace", "storage of grace"],
    ]);
    yield pool.close();
  });

  test("gives errors to the job, and through it, as what they were", function* () {
    const calls = {
      full() {
        throw new QueueFull("full", { cause: new RangeError("the cause") });
      },
      async later() {
        await sleep(0);
        throw new Deno.errors.NotFound("gone");
      },
      *own() {
        yield* sleep(0);
        throw new Boom("own");
      },
      cancelled() {
        throw new CancelledError("of its own");
      },
    };
    const pool = newPool({ size: 1, calls });
    assertEquals(yield pool.run(CALLERS, "callFailing", Object.keys(calls)), [
      "QueueFull QueueFull: full (RangeError: the cause)",
      "NotFound NotFound: gone (undefined)",
      "RemoteError Boom: own (undefined)",
      "RemoteError CancelledError: of its own (undefined)",
    ]);
    yield* failure(pool.run(CALLERS, "call", "full"), QueueFull, "full");
    yield* failure(pool.run(CALLERS, "call", "later"), Deno.errors.NotFound, "gone");
    yield pool.close();
  });

  test("says what cannot be sent to a function, and back", function* () {
    const pool = newPool({ size: 1, calls: { echo, give: () => ({ callback() {} }) } });
    const refused = yield pool.run(CALLERS, "callUnclonable");
    assert(refused.includes("the arguments of echo"), refused);
    assert(refused.includes("args[0].list[0] is Symbol(s)"), refused);
    yield* failure(
      pool.run(CALLERS, "call", "give"),
      TypeError,
      "what give gave",
      "result.callback is function callback",
    );
    assertEquals(yield pool.run(CALLERS, "call", "echo", 5), 5);
    yield pool.close();
  });

  test("answers ten thousand calls at once, and many in turn", function* () {
    const pool = newPool({ size: 1, calls: { double: (n: number) => 2 * n } });
    assertEquals(yield pool.run(CALLERS, "callAtOnce", "double", 10_000), 99_990_000);
    assertEquals(yield pool.run(CALLERS, "callInTurn", "double", 500), 249_500);
    yield pool.close();
  });

  test("sends large answers whole while others are on their way", function* () {
    const calls = { give: (n: number) => new Uint8Array(n % 2 === 0 ? 3_000_000 : 3).fill(n) };
    const pool = newPool({ size: 1, calls });
    const lengths = [3_000_000, 3, 3_000_000, 3, 3_000_000, 3];
    assertEquals(yield pool.run(CALLERS, "measureAtOnce", "give", 6), lengths);
    yield pool.close();
  });

  test("cancels what a cancelled job has called, and waits for it", function* () {
    const pool = newPool({ size: 1 });
    const log: string[] = [];
    const job = yield* waiting(pool, log);
    job.cancel();
    yield* failure(job, CancelledError);
    assertEquals(log, ["begun", "cleaned up"]);
    yield pool.close();
  });

  test("cancels what a job has called whose time is over", function* () {
    const pool = newPool({ size: 1 });
    yield pool.run(CALLERS, "takeNotes"); // Its worker is there, and its module.
    const log: string[] = [];
    const options = { calls: waiters(log), timeout: 500 };
    const job = pool.job(CALLERS, "callAndWait", ["wait"], options);
    yield* failure(job, TimeoutError, "500 ms");
    assert(["begun,cleaned up", ""].includes(log.join()), log.join());
    yield pool.close();
  });

  test("cancels what a job has left behind that ends", function* () {
    const pool = newPool({ size: 1 });
    const log: string[] = [];
    const job = pool.job(CALLERS, "callAndLeave", ["wait"], { calls: waiters(log) });
    assertEquals([yield job, log], ["left", ["begun", "cleaned up"]]);
    assertEquals(yield pool.job(CALLERS, "call", ["echo", 1], { calls: { echo } }), 1);
    yield pool.close();
  });

  test("cancels what a job has called that is lost", function* () {
    const pool = newPool({ size: 1 });
    const log: string[] = [];
    const job = pool.job(CALLERS, "callAndExit", ["wait"], { calls: waiters(log) });
    yield* failure(job, JobLostError);
    assertEquals(log, ["begun", "cleaned up"]);
    yield pool.close();
  });

  test("whose block is left cancels what its jobs have called", function* () {
    const pool = newPool({ size: 1, grace: 60_000 });
    const log: string[] = [];
    const job = yield* waiting(pool, log);
    yield createTask(async () => {
      await using _same = pool;
    });
    yield* failure(job, JobLostError, "the block of its pool has ended");
    assertEquals(log, ["begun", "cleaned up"]);
  });

  test("whose close is cancelled cancels what its jobs have called", function* () {
    const pool = newPool({ size: 1 });
    const log: string[] = [];
    const job = yield* waiting(pool, log);
    const closing = createTask(() => pool.close());
    yield sleep(0);
    closing.cancel();
    yield* failure(closing, CancelledError);
    yield* failure(job, JobLostError, "its pool was closed");
    assertEquals(log, ["begun", "cleaned up"]);
  });

  test("closed in the middle of a call lets the job end", function* () {
    const pool = newPool({ size: 1, calls: { slow: () => sleep(0, "slow") } });
    const job = createTask(() => pool.run(CALLERS, "call", "slow"));
    yield sleep(0);
    yield pool.close();
    assertEquals(yield job, "slow");
  });

  test("refuses a call of a job that has ended", function* () {
    const pool = newPool({ size: 1, calls: { echo } });
    yield pool.run(CALLERS, "leaveItself");
    const refused = yield pool.run(CALLERS, "callAsEarlier");
    assertEquals(refused, "RuntimeError: Cannot call echo from the job: the job has ended");
    yield pool.close();
  });

  test("cancels a call that a task of the job waits for no more", function* () {
    const pool = newPool({ size: 1 });
    const log: string[] = [];
    const { wait } = waiters(log);
    const begun = new Event();
    const calls = {
      wait() {
        begun.set();
        return wait();
      },
      untilBegun: () => begun.wait(),
      echo: (text: string) => text,
    };
    const job = pool.job(CALLERS, "callForAWhile", ["wait"], { calls });
    assertEquals(yield job, ["next", "slept"]);
    assertEquals(log, ["begun", "cleaned up"]); // The job's end waits for the cleanup.
    yield pool.close();
  });

  test("hands calls on from pools within pools", function* () {
    const pool = newPool({ size: 1, calls: { echo } });
    for (const nested of ["thread", "process"]) {
      assertEquals(yield pool.run(CALLERS, "nestCalls", nested, nested), `outer ${nested}`);
    }
    yield pool.close();
  });

  Deno.test(`${kind} refuses functions that are none`, () => {
    for (const wrong of [5, null, [], "lookUp", () => {}]) {
      assertThrows(() => newPool({ calls: wrong as never }), TypeError, "calls must be an object");
    }
    assertThrows(() => newPool({ calls: { a: 5 as never } }), TypeError, "calls.a");
    const pool = newPool();
    const wrong = { calls: { a: "b" as never } };
    assertThrows(() => pool.job(CALLERS, "call", [], wrong), TypeError, "calls.a");
    assertThrows(() => pool.map(CALLERS, "call", [], wrong), TypeError, "calls.a");
  });
}
