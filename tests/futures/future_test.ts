import {
  CancelledError,
  createTask,
  EventLoop,
  Future,
  getRunningLoop,
  InvalidStateError,
  isFuture,
  RuntimeError,
  sleep,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertError, Boom, caught, failure, rejection, takeReport, trial } from "./trial.ts";

trial("Future hands its result to those who wait and to those who come later", function* (as) {
  const future = getRunningLoop().createFuture<number>();
  const waiters = [1, 2].map((n) =>
    createTask(as(function* () {
      const value: number = yield future;
      return n + value;
    }))
  );
  yield sleep(1);
  future.setResult(40);
  assertEquals([yield waiters[0], yield waiters[1], yield future], [41, 42, 40]);
  assertEquals([future.done, future.cancelled, future.result(), future.exception()], [
    true,
    false,
    40,
    undefined,
  ]);
});

trial("Future throws the very error it failed with, as often as it is asked", function* () {
  const future = new Future<void>();
  const boom = new Boom("b");
  getRunningLoop().callLater(1, () => future.setException(boom));
  assertEquals(yield* caught(future), boom);
  assertEquals(yield* caught(future), boom);
  assertEquals(future.exception(), boom);
});

trial("Future can fail with what is no Error", function* () {
  for (const thrown of ["text", 0, undefined, null]) {
    const future = new Future<void>();
    future.setException(thrown);
    let seen: unknown = "nothing";
    try {
      yield future;
    } catch (error) {
      seen = error;
    }
    assertEquals(seen, thrown);
  }
});

trial("Future that is cancelled cancels who awaits it, with the message", function* (as) {
  const future = new Future<void>();
  const task = createTask(as(function* () {
    yield future;
  }));
  yield sleep(1);
  assert(future.cancel("enough"));
  const error = yield* failure(task, CancelledError, "enough");
  assert(error.isCancelled);
  assert(task.cancelled && future.cancelled);
});

trial("Future cancelled before it is awaited throws at once", function* () {
  const future = new Future<void>();
  future.cancel("early");
  yield* failure(future, CancelledError, "early");
  yield* failure(future, CancelledError, "early");
});

trial("Future whose waiting task is cancelled is cancelled too", function* (as) {
  const future = new Future<void>();
  const task = createTask(as(function* () {
    yield future;
  }));
  yield sleep(1);
  task.cancel("t");
  yield* failure(task, CancelledError, "t");
  assert(future.cancelled);
});

trial("Future keeps its result when the task it woke is cancelled", function* (as) {
  const future = new Future<number>();
  const task = createTask(as(function* () {
    yield future;
  }));
  yield sleep(1);
  future.setResult(1);
  task.cancel();
  yield* failure(task, CancelledError);
  assertEquals(future.result(), 1);
});

trial("Future refuses a second outcome and names the first", function* () {
  const future = new Future<number>();
  assertError(assertThrows(() => future.result(), InvalidStateError), InvalidStateError, "result");
  assertThrows(() => future.exception(), InvalidStateError, "pending");
  future.setResult(1);
  assertThrows(() => future.setResult(2), InvalidStateError, "finished");
  assertThrows(() => future.setException(new Boom()), InvalidStateError, "exception");
  assertEquals([future.cancel(), future.result()], [false, 1]);
  const cancelled = new Future<number>();
  cancelled.cancel("m");
  assertThrows(() => cancelled.setResult(2), InvalidStateError, "cancelled");
  assertThrows(() => cancelled.result(), CancelledError, "m");
  assertThrows(() => cancelled.exception(), CancelledError, "m");
  assertEquals(cancelled.cancel(), false);
  const failed = new Future<number>();
  failed.setException(new Boom());
  assertThrows(() => failed.setException(new Boom()), InvalidStateError, "failed");
  assertThrows(() => failed.result(), Boom);
  yield sleep(0);
});

trial("Future calls its callbacks once, through the loop, in the order of adding", function* () {
  const future = new Future<number>();
  const calls: string[] = [];
  const twice = () => calls.push("removed");
  future.addDoneCallback((done) => {
    calls.push(`first ${done.result()}`);
    done.addDoneCallback(() => calls.push("late"));
  });
  future.addDoneCallback(twice);
  future.addDoneCallback(() => calls.push("second"));
  future.addDoneCallback(twice);
  assertEquals([future.removeDoneCallback(twice), future.removeDoneCallback(twice)], [2, 0]);
  future.setResult(7);
  assertEquals(calls, []);
  yield sleep(0);
  assertEquals(calls, ["first 7", "second"]);
  yield sleep(0);
  assertEquals(calls, ["first 7", "second", "late"]);
});

trial("Future reports a callback that throws, and calls the others", function* (_, world) {
  const future = new Future<void>();
  let called = false;
  future.addDoneCallback(function broken() {
    throw new Boom("in callback");
  });
  future.addDoneCallback(() => called = true);
  future.setResult();
  yield sleep(0);
  assert(called);
  const report = takeReport(world, "Exception in callback", "broken()");
  assertError(report.exception, Boom, "in callback");
  assert("handle" in report);
});

trial("Future refuses a callback that is no function", function* () {
  const future = new Future<void>();
  assertThrows(() => future.addDoneCallback(5 as never), TypeError, "5");
  assertEquals(future.removeDoneCallback(() => {}), 0);
  yield sleep(0);
});

trial("Future of another loop cannot be awaited in a task", function* () {
  const other = new EventLoop();
  const future = other.createFuture<void>();
  yield* failure(future, RuntimeError, "another loop");
  other.close();
});

Deno.test("Future needs a loop: outside of one its constructor says so", () => {
  assertThrows(() => new Future(), RuntimeError, "No loop is running");
  const loop = new EventLoop();
  assertEquals(loop.createFuture().loop, loop);
  assertEquals(new Future(loop).loop, loop);
  loop.close();
});

Deno.test("Future can be awaited outside of any loop, before and after it is done", async () => {
  const loop = new EventLoop();
  const good = loop.createFuture<number>();
  const bad = loop.createFuture<number>();
  const cancelled = loop.createFuture<number>();
  const all = Promise.allSettled([good, bad, cancelled, good.then((n) => n + 1)]);
  good.setResult(1);
  bad.setException(new Boom("b"));
  cancelled.cancel("c");
  const settled = await all;
  assertEquals(settled.map(({ status }) => status), [
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
  assertEquals(await good, 1);
  await rejection(bad, Boom, "b");
  await rejection(cancelled, CancelledError, "c");
  loop.close();
});

Deno.test("Future outlives its loop: its outcome can still be set and read", async () => {
  const loop = new EventLoop();
  const future = loop.createFuture<number>();
  let called = false;
  future.addDoneCallback(() => called = true);
  loop.close();
  future.setResult(3);
  assertEquals([await future, future.result(), called], [3, 3, false]);
});

Deno.test("isFuture() tells futures and tasks from the rest", () => {
  const loop = new EventLoop();
  assert(isFuture(loop.createFuture()));
  for (const other of [undefined, null, 5, Promise.resolve(), sleep(1), { done: true }]) {
    assert(!isFuture(other), String(other));
  }
  loop.close();
});

Deno.test("Future describes its state", () => {
  const loop = new EventLoop();
  const future = loop.createFuture<number>();
  assertEquals(String(future), "<future pending>");
  future.setResult(1);
  assertEquals(String(future), "<future finished>");
  loop.close();
});

trial("Future remembers where it was made in debug mode", function* () {
  const future = new Future<void>();
  assert(future.createdAt?.includes("future_test.ts"), future.createdAt);
  future.setResult();
  yield future;
}, { debug: true });

trial("Future remembers nothing of its making otherwise", function* () {
  assertEquals(new Future<void>().createdAt, undefined);
  yield sleep(0);
});
