import {
  CancelledError,
  createTask,
  currentTask,
  EventLoop,
  getRunningLoop,
  isCancelled,
  RuntimeError,
  sleep,
  type Timeout,
  timeout,
  timeoutAt,
  TimeoutError,
  yieldNow,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertError, Boom, caught, failure, trial } from "./trial.ts";

trial("timeout() gives the body's result in time, and leaves no timer", function* (as) {
  const quick = as(function* () {
    yield sleep(5);
    return "quick";
  });
  for (const ms of [10, undefined, Infinity]) assertEquals(yield timeout(ms, quick), "quick");
  assertEquals(yield timeoutAt(100, quick), "quick");
  assertEquals(yield timeoutAt(undefined, quick), "quick");
  assertEquals(getRunningLoop().metrics().timers, 0);
});

trial("timeout() hands on the body's failure", function* (as) {
  const bad = as(function* () {
    yield sleep(1);
    throw new Boom("b");
  });
  yield* failure(timeout(10, bad), Boom, "b");
});

trial("timeout() cancels the body at the deadline, and says which it was", function* (as) {
  const scopes: Timeout[] = [];
  let cleaned = false;
  const slow = as(function* (scope: Timeout) {
    scopes.push(scope);
    assertEquals([scope.when, scope.expired], [10, false]);
    try {
      yield sleep(1000);
    } finally {
      yield sleep(3);
      cleaned = true;
    }
  });
  const error = yield* failure(timeout(10, slow), TimeoutError, "10");
  assertError(error.cause, CancelledError);
  assertEquals([scopes[0].expired, cleaned, getRunningLoop().time()], [true, true, 13]);
  assertEquals(currentTask()!.cancelling, 0);
});

trial("timeout() whose body swallows the cancellation ends without an error", function* (as) {
  let expired = false;
  const stubborn = as(function* (scope: Timeout) {
    yield* caught(sleep(1000));
    yield sleep(5);
    expired = scope.expired;
    return "went on";
  });
  assertEquals(yield timeout(10, stubborn), "went on");
  assertEquals([expired, getRunningLoop().time(), currentTask()!.cancelling], [true, 15, 0]);
});

trial("timeout() whose body fails while it is cancelled hands on that failure", function* (as) {
  const bad = as(function* () {
    try {
      yield sleep(1000);
    } catch {
      throw new Boom("cleanup");
    }
  });
  yield* failure(timeout(10, bad), Boom, "cleanup");
  assertEquals(currentTask()!.cancelling, 0);
});

trial(
  "timeout() leaves a cancellation from outside one, before and while it waits",
  function* (as) {
    for (const ms of [0, 5]) {
      const task = createTask(as(function* () {
        yield timeout(
          10,
          as(function* () {
            yield sleep(1000);
          }),
        );
      }));
      if (ms > 0) yield sleep(ms);
      task.cancel("outside");
      yield* failure(task, CancelledError, "outside");
    }
  },
);

trial("timeout() does not swallow a cancellation at the very same moment", function* (as) {
  const counts: number[] = [];
  const task = createTask(as(function* () {
    try {
      yield timeout(
        10,
        as(function* () {
          yield sleep(1000);
        }),
      );
    } finally {
      counts.push(currentTask()!.cancelling);
    }
  }));
  getRunningLoop().callAt(10, () => task.cancel("same moment"));
  const error = yield* caught(task);
  assert(isCancelled(error), String(error));
  assertEquals(counts, [1]);
});

trial("timeout(0) does not swallow a cancellation requested before it", function* (as) {
  for (const ms of [0, -5]) {
    const task = createTask(as(function* () {
      currentTask()!.cancel("before");
      yield timeout(
        ms,
        as(function* () {
          yield sleep(1000);
        }),
      );
    }));
    const error = yield* caught(task);
    assert(isCancelled(error), String(error));
  }
});

trial("timeout(0) lets a body that never waits win", function* (as) {
  assertEquals(
    yield timeout(
      0,
      as(function* () {
        return "won";
      }),
    ),
    "won",
  );
  yield* failure(
    timeout(
      0,
      as(function* () {
        yield yieldNow();
        yield yieldNow();
      }),
    ),
    TimeoutError,
  );
});

trial("timeout() inside of another: only the one that expired throws", function* (as) {
  const nested = (outer: number, inner: number) =>
    timeout(
      outer,
      as(function* () {
        const error = yield* caught(timeout(
          inner,
          as(function* () {
            yield sleep(1000);
          }),
        ));
        return (error as Error).name;
      }),
    );
  assertEquals(yield nested(20, 10), "TimeoutError");
  // The body of the outer one swallows its cancellation, as a name.
  assertEquals(yield nested(10, 20), "CancelledError");
});

trial("timeout() can be moved, removed and set again by its body", function* (as) {
  const patient = as(function* (scope: Timeout) {
    scope.reschedule(50);
    yield sleep(30);
    scope.reschedule(undefined);
    assertEquals(scope.when, undefined);
    yield sleep(100);
    scope.reschedule(getRunningLoop().time() + 5);
    yield sleep(1000);
  });
  yield* failure(timeout(10, patient), TimeoutError);
  assertEquals(getRunningLoop().time(), 135);
});

trial("timeout() moved to the past expires in the next turn", function* (as) {
  const late = as(function* (scope: Timeout) {
    yield sleep(5);
    scope.reschedule(1);
    yield sleep(1000);
  });
  yield* failure(timeout(100, late), TimeoutError);
  assertEquals(getRunningLoop().time(), 5);
});

trial("timeout() refuses to be moved once it has expired or ended", function* (as) {
  const scopes: Timeout[] = [];
  const body = as(function* (scope: Timeout) {
    scopes.push(scope);
    for (const when of [NaN, "1", null]) {
      assertThrows(() => scope.reschedule(when as number), Error, "when");
    }
    yield* caught(sleep(100));
    assertThrows(() => scope.reschedule(5), RuntimeError, "expiring");
  });
  yield timeout(1, body);
  assertThrows(() => scopes[0].reschedule(5), RuntimeError, "expired");
  yield timeout(
    1,
    as(function* (scope: Timeout) {
      scopes.push(scope);
    }),
  );
  assertThrows(() => scopes[1].reschedule(5), RuntimeError, "finished");
});

trial("timeout() refuses ill-typed arguments", function* () {
  const body = function* () {};
  for (const scoped of [timeout, timeoutAt]) {
    assertThrows(() => scoped(NaN, body), RangeError, "NaN");
    assertThrows(() => scoped("5" as never, body), TypeError, '"5"');
    assertThrows(() => scoped(null as never, body), TypeError, "null");
    assertThrows(() => scoped(5, 5 as never), TypeError, "body");
    assertThrows(() => scoped(5, Promise.resolve() as never), TypeError, "() => f()");
    yield* failure(scoped(5, (() => 5) as never), TypeError, "5");
  }
});

trial("timeout() whose task ends with its loop leaves nothing", function* (as) {
  const other = new EventLoop();
  const task = other.createTask(() =>
    timeout(
      1e9,
      as(function* () {
        yield sleep(1e9);
      }),
    )
  );
  assertEquals(task.done, false);
  other.close();
  assertEquals(other.closed, true);
  yield sleep(0);
});

trial("timeout() expires as it should after a cancellation that was taken back", function* (as) {
  const task = currentTask()!;
  // deno-lint-ignore require-yield -- nothing is interrupted
  const thinksBetterOfIt = as(function* () {
    task.cancel();
    task.uncancel();
  });
  const slow = as(function* () {
    yield sleep(1000);
  });
  yield timeout(0, thinksBetterOfIt);
  yield* failure(timeout(0, slow), TimeoutError, "timed out after 0 ms");
  assertEquals(task.cancelling, 0);
});
