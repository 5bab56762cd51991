import {
  CancelledError,
  createTask,
  Future,
  getRunningLoop,
  shield,
  sleep,
  TimeoutError,
  waitFor,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertError, Boom, failure, trial } from "./trial.ts";

trial("waitFor() gives the result in time, and leaves no timer", function* (as) {
  assertEquals(yield waitFor(sleep(5, "a"), 10), "a");
  assertEquals(yield waitFor(createTask(() => sleep(5, "b")), 10), "b");
  const coroutine = as(function* () {
    yield sleep(5);
    return "c";
  });
  assertEquals(yield waitFor(coroutine, 10), "c");
  assertEquals(yield waitFor(sleep(5, "d"), undefined), "d");
  assertEquals(yield waitFor(sleep(5, "e"), Infinity), "e");
  assertEquals([getRunningLoop().metrics().timers, getRunningLoop().time()], [0, 25]);
});

trial("waitFor() hands on the failure of what it waits for", function* (as) {
  const bad = as(function* () {
    yield sleep(1);
    throw new Boom("b");
  });
  yield* failure(waitFor(bad, 10), Boom, "b");
  yield* failure(waitFor(createTask(bad), undefined), Boom, "b");
});

trial("waitFor() cancels what takes too long, and waits for its cleanup", function* (as) {
  let cleaned = false;
  const task = createTask(as(function* () {
    try {
      yield sleep(100);
    } finally {
      yield sleep(7);
      cleaned = true;
    }
  }));
  const error = yield* failure(waitFor(task, 10), TimeoutError, "10");
  assertError(error.cause, CancelledError);
  assertEquals([task.cancelled, cleaned, getRunningLoop().time()], [true, true, 17]);
});

trial("waitFor() with no time never starts a coroutine, and takes what is done", function* () {
  let began = false;
  // deno-lint-ignore require-yield -- it must not run
  const coroutine = function* () {
    began = true;
  };
  for (const ms of [0, -1, -Infinity]) {
    yield* failure(waitFor(coroutine, ms), TimeoutError);
  }
  const done = new Future<number>();
  done.setResult(3);
  assertEquals([yield waitFor(done, 0), began], [3, false]);
});

trial("waitFor() that is cancelled cancels what it waits for, unless shielded", function* (as) {
  for (const shielded of [false, true]) {
    const work = createTask(() => sleep(20, "kept"));
    const waiting = createTask(as(function* () {
      yield waitFor(shielded ? shield(work) : work, 1000);
    }));
    yield sleep(1);
    assert(waiting.cancel("outer"));
    yield* failure(waiting, CancelledError, "outer");
    if (shielded) assertEquals(yield work, "kept");
    else assert(work.cancelled);
  }
});

trial("waitFor() cancelled before it begins starts nothing", function* (as) {
  let began = false;
  const waiting = createTask(as(function* () {
    yield waitFor(
      as(function* () {
        began = true;
        yield sleep(1);
      }),
      10,
    );
  }));
  waiting.cancel();
  yield* failure(waiting, CancelledError);
  assertEquals(began, false);
});

trial("waitFor() refuses ill-typed arguments and says what they are", function* () {
  assertThrows(() => waitFor(sleep(1), NaN), RangeError, "NaN");
  assertThrows(() => waitFor(sleep(1), "5" as unknown as number), TypeError, '"5"');
  assertThrows(() => waitFor(sleep(1), null as unknown as number), TypeError, "null");
  for (const ms of [0, 10, undefined]) {
    const wait = (value: unknown) => () => waitFor(value as never, ms);
    yield* failure(createTask(wait(5)), TypeError, "5");
    yield* failure(createTask(wait(Promise.resolve())), TypeError, "() => f()");
  }
});
