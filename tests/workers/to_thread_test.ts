import { allTasks, type Awaitable, getRunningLoop, run, yieldNow } from "../../mod.ts";
import { currentJob, type Executor, toThread, WorkerPool } from "../../workers.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { trial } from "../futures/trial.ts";
import { echo, FakePool } from "./fake_pool.ts";
import { JOBS } from "./pool_contract.ts";
import { add, addInCoroutine, addLater } from "./jobs/jobs.ts";

/** Fails to compile if the types differ. */
function sameType<A, B>(
  _same: (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : never,
): void {}

Deno.test("toThread() keeps the types of arguments and result", () => {
  const plain = toThread(JOBS, add);
  const native = toThread(JOBS, addLater);
  const coroutine = toThread(JOBS, addInCoroutine);
  type Expected = (...args: [a: number, b: number]) => Awaitable<number>;
  sameType<typeof plain, Expected>(true);
  sameType<typeof native, Expected>(true);
  sameType<typeof coroutine, Expected>(true);
});

Deno.test("toThread() refuses a function that has no name to be found under", () => {
  assertThrows(() => toThread(JOBS, (() => () => 1)()), TypeError, 'exported under, and it has ""');
  assertThrows(() => toThread(JOBS, add.bind(null)), TypeError, '"bound add"');
  assertThrows(() => toThread(JOBS, "add" as never), TypeError, "fn must be a function");
  assertThrows(() => toThread("jobs.ts", add), RangeError, "an absolute URL");
  assertThrows(() => toThread(JOBS, add, { pool: 1 } as never), TypeError, '"pool"');
});

Deno.test("a function given in place of module and name is answered with what to write", () => {
  const pool = new FakePool(echo);
  const asked: [call: () => unknown, words: string][] = [
    [() => pool.run(add as never, 1 as never), 'run(import.meta.url, "add", …)'],
    [() => pool.job(add as never, "add"), 'job(import.meta.url, "add", …)'],
    [() => pool.map(add as never, "add", []), 'map(import.meta.url, "add", …)'],
    [() => pool.run((() => 1) as never, "x"), 'run(import.meta.url, "NAME", …)'],
    [() => pool.run(JOBS, add as never, 1), 'run(import.meta.url, "add", …)'],
    [() => (toThread as (fn: unknown) => unknown)(add), "toThread(import.meta.url, add)"],
  ];
  for (const [call, words] of asked) {
    assertThrows(call, TypeError, "Cannot send a function to another thread or process: ");
    assertThrows(call, TypeError, words);
  }
});

trial("runInExecutor() of a function says what to write, whatever the executor", function* () {
  const loop = getRunningLoop();
  const wrong = loop.runInExecutor.bind(loop) as (...args: unknown[]) => unknown;
  for (const args of [[undefined, add, 1, 2], [new FakePool(echo), add], [add, 1], [add]]) {
    const call = () => wrong(...args);
    assertThrows(call, TypeError, "Cannot send a function to another thread or process: ");
    assertThrows(call, TypeError, 'runInExecutor(undefined, import.meta.url, "add", …)');
  }
  yield yieldNow();
});

trial("toThread() runs on the loop's default executor", function* () {
  const pool = new FakePool(({ first, args }, seat) => {
    seat.say({ type: "result", value: [first!.module, first!.name, args] });
  });
  getRunningLoop().setDefaultExecutor(pool);
  assertEquals<unknown>(yield toThread(JOBS, add)(1, 2), [JOBS, "add", [1, 2]]);
});

trial("toThread() runs on the executor it is given", function* () {
  const pool = new WorkerPool({ size: 1 });
  const addInThread = toThread(JOBS, addInCoroutine, { executor: pool satisfies Executor });
  assertEquals(yield addInThread(1, 2), 3);
  yield pool.close();
});

trial("runInExecutor() has threads by default", function* () {
  assertEquals(yield getRunningLoop().runInExecutor(undefined, JOBS, "add", 1, 2), 3);
});

trial("runInExecutor() asks its executor at once, which may be closed then", function* () {
  const pool = new FakePool(echo);
  const future = getRunningLoop().runInExecutor(pool, JOBS, "add", 1);
  assertEquals(pool.statistics().running, 1);
  yield pool.close();
  assertEquals(yield future, 1);
});

Deno.test("run() waits for calls in the default executor, and cancels others", async () => {
  const [standard, other] = [new FakePool(echo), new FakePool(() => {}, { grace: 0 })];
  let calls: { done: boolean; cancelled: boolean }[] = [];
  await run(async () => {
    const loop = getRunningLoop();
    loop.setDefaultExecutor(standard);
    calls = [undefined, other].map((executor) => loop.runInExecutor(executor, JOBS, "add", 1));
    assertEquals(allTasks().size, 2); // The main task, and the call that will be cancelled.
    await yieldNow();
  });
  assertEquals(calls.map(({ done, cancelled }) => [done, cancelled]), [[true, false], [
    true,
    true,
  ]]);
});

Deno.test("currentJob() is undefined outside of a job", () => {
  assertEquals(currentJob(), undefined);
});
