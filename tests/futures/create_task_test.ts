import {
  createTask,
  ensureFuture,
  EventLoop,
  Future,
  gather,
  isCoroutine,
  RuntimeError,
  sleep,
  Task,
  yieldNow,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, trial } from "./trial.ts";

trial("createTask() takes a generator, and functions of each kind", function* () {
  const generator = function* () {
    yield* yieldNow();
    return "generator";
  };
  const tasks = [
    createTask(generator()),
    createTask(generator),
    createTask(async () => {
      await sleep(1);
      return "async";
    }),
    createTask(() => sleep(1, "awaitable")),
    createTask(() => Promise.resolve("promise")),
    createTask(() => gather([sleep(1, "gather")])),
  ];
  assert(tasks.every((task) => task instanceof Task));
  const results: unknown[] = [];
  for (const task of tasks) results.push(yield task);
  assertEquals(results, ["generator", "generator", "async", "awaitable", "promise", ["gather"]]);
});

trial("createTask() begins nothing before the next turn", function* (as) {
  let began = false;
  const task = createTask(as(function* () {
    began = true;
    yield sleep(0);
  }));
  assertEquals(began, false);
  yield task;
  assertEquals(began, true);
});

trial("createTask() refuses what is no coroutine, and guesses what was meant", function* () {
  const wrong: [unknown, string][] = [
    [Promise.resolve(1), "createTask(() => f())"],
    [5, "5"],
    [undefined, "undefined"],
    [null, "null"],
    ["text", '"text"'],
    [sleep(1), "give the function that makes it: createTask(() => …)"],
    [{ next() {} }, "coroutine"],
  ];
  for (const [value, words] of wrong) {
    assertThrows(() => createTask(value as never), TypeError, words);
  }
  yield sleep(0);
});

trial("createTask() fails a task whose function returns no coroutine", function* () {
  for (const value of [5, undefined, null, "text", {}]) {
    const task = createTask((() => value) as never);
    yield* failure(task, TypeError, "returns a generator or a promise", "that returns");
  }
});

trial("createTask() fails a task whose function throws before it returns", function* () {
  const task = createTask((): Promise<void> => {
    throw new RangeError("at once");
  });
  yield* failure(task, RangeError, "at once");
});

Deno.test("createTask() outside of a loop says what to do", () => {
  assertThrows(() => createTask(function* () {}), RuntimeError, "run()");
  assertThrows(() => ensureFuture(function* () {}), RuntimeError, "run()");
});

trial("ensureFuture() keeps futures, and makes tasks of the rest", function* (as) {
  const future = new Future<number>();
  const task = createTask(() => sleep(1));
  assert(ensureFuture(future) === future);
  assert(ensureFuture(task) === task);
  future.setResult(1);
  yield task;
  const made = [
    ensureFuture(sleep(1, 1)),
    ensureFuture(as(function* () {
      yield sleep(1);
      return 2;
    })),
    ensureFuture(function* () {
      return yield* sleep(1, 3);
    }()),
  ];
  assert(made.every((one) => one instanceof Task));
  assertEquals(yield gather(made), [1, 2, 3]);
});

trial("ensureFuture() refuses what cannot be awaited, and futures of another loop", function* () {
  for (const value of [5, undefined, {}, [], "text"]) {
    assertThrows(() => ensureFuture(value as never), TypeError, "needs a coroutine");
  }
  assertThrows(() => ensureFuture(Promise.resolve() as never), TypeError, "() => f()");
  const other = new EventLoop();
  const foreign = new Future(other);
  assertThrows(() => ensureFuture(foreign, new Future().loop), RangeError, "another loop");
  assert(ensureFuture(foreign, other) === foreign);
  other.close();
  yield sleep(0);
});

Deno.test("isCoroutine() takes generators and functions", () => {
  assert(isCoroutine(function* () {}()));
  assert(isCoroutine(function* () {}));
  assert(isCoroutine(async () => {}));
  for (const other of [undefined, null, 5, Promise.resolve(), sleep(1), [], {}]) {
    assert(!isCoroutine(other), String(other));
  }
});
