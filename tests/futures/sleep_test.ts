import { CancelledError, createTask, RuntimeError, sleep, yieldNow } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, failure, inWorld, rejection, trial } from "./trial.ts";

trial("sleep() takes its time and gives its result", function* (_, { clock }) {
  assertEquals([yield sleep(10), clock.now()], [undefined, 10]);
  assertEquals([yield sleep(0.25, "r"), clock.now()], ["r", 10.25]);
});

trial("sleep() of 0 or less takes one turn and arms no timer", function* (_, { loop }) {
  const armed = loop.metrics().timersArmed;
  for (const ms of [0, -0, -1, -Infinity]) {
    const { iterations } = loop.metrics();
    assertEquals(yield sleep(ms, "r"), "r");
    assertEquals(loop.metrics().iterations, iterations + 1);
  }
  assertEquals([loop.metrics().timersArmed, loop.time()], [armed, 0]);
});

trial("sleep() for a million ms of virtual time takes no real time", function* (_, { clock }) {
  const start = performance.now();
  yield sleep(1_000_000);
  yield sleep(2 ** 40);
  assertEquals(clock.now(), 1_000_000 + 2 ** 40);
  const took = performance.now() - start;
  assert(took < 1000, `${took} ms`);
});

trial("sleep() that is cancelled leaves no timer", function* (_, { loop }) {
  const tasks = [5, 10].map((ms) => createTask(() => sleep(ms)));
  yield sleep(1);
  assertEquals(loop.metrics().timers, 2);
  for (const task of tasks) task.cancel("c");
  assertEquals(loop.metrics().timers, 0);
  for (const task of tasks) yield* failure(task, CancelledError, "c");
  assertEquals(loop.time(), 1);
});

trial("sleep() cancelled in the turn in which it ends is cancelled", function* (_, { loop }) {
  const task = createTask(() => sleep(5));
  yield yieldNow();
  loop.callAt(5, () => task.cancel("just in time"));
  const other = createTask(() => sleep(5));
  loop.callAt(5, () => other.cancel("as well"));
  yield* failure(task, CancelledError, "just in time");
  yield* failure(other, CancelledError, "as well");
});

trial("sleep(0) that is cancelled is cancelled a turn later", function* (as) {
  let error: unknown;
  const task = createTask(as(function* () {
    error = yield* caught(sleep(0));
  }));
  yield yieldNow();
  task.cancel("c");
  yield task;
  assert(error instanceof CancelledError && error.message === "c");
});

trial("yieldNow() that is cancelled is cancelled, and keeps nothing", function* (as) {
  let error: unknown;
  const task = createTask(as(function* () {
    error = yield* caught(yieldNow());
    yield yieldNow();
    return "went on";
  }));
  yield yieldNow();
  task.cancel("c");
  assertEquals(yield task, "went on");
  assert(error instanceof CancelledError, String(error));
});

trial("sleep() of what is no time is refused at once", function* () {
  assertThrows(() => sleep(NaN), RangeError, "NaN");
  for (const ms of ["5", undefined, null, 5n, {}]) {
    assertThrows(() => sleep(ms as never), TypeError, "ms");
  }
  yield sleep(0);
});

trial("sleep() is awaited once", function* (as) {
  const sleeping = sleep(1);
  yield sleeping;
  yield* failure(sleeping, RuntimeError, "second time", "sleep(1)");
  const shared = sleep(5);
  const task = createTask(as(function* () {
    yield shared;
  }));
  yield yieldNow();
  yield* failure(shared, RuntimeError, "second time");
  yield task;
});

Deno.test("sleep() and yieldNow() outside of a task say what to do", async () => {
  await rejection(sleep(1), RuntimeError, "sleep(1)", "run()");
  await rejection(yieldNow(), RuntimeError, "yieldNow()", "run()");
  const errors: unknown[] = [];
  await inWorld(({ loop }) =>
    function* () {
      loop.callSoon(() => void sleep(1).then(undefined, (error) => errors.push(error)));
      yield* sleep(1);
    }
  );
  assert(errors[0] instanceof RuntimeError, String(errors[0]));
});
