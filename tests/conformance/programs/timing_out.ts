/** Limits a block with timeout() and timeoutAt(). */
import { currentTask, sleep, timeout, timeoutAt } from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Deadline, type Trace } from "../support.ts";

/** Sleeps and logs the end or the cancel. */
function* nap(t: Trace, name: string, ms: number): Coroutine<void> {
  try {
    yield* sleep(ms);
    t.log(name, "slept");
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Leaves a block that is in time, and its timer with it. */
export function* inTime(t: Trace): Coroutine<void> {
  let scope!: Deadline;
  yield* timeout(1000, function* (block) {
    scope = block;
    yield* nap(t, "body", 5);
  });
  t.log(scope.expired, scope.when);
  yield* sleep(1);
  t.log("slept");
}

/** Cancels a body that is late and raises with the cancel as the cause. */
export function* tooLate(t: Trace): Coroutine<void> {
  let scope!: Deadline;
  try {
    yield* timeout(10, function* (block) {
      scope = block;
      yield* nap(t, "body", 100);
    });
  } catch (error) {
    t.log("raised", error, "cause", (error as Error).cause);
  }
  t.log(scope.expired, currentTask()!.cancelling);
}

/** Takes a point of the loop's time. */
export function* absoluteDeadline(t: Trace): Coroutine<void> {
  yield* sleep(5);
  try {
    yield* timeoutAt(12, function* (scope) {
      t.log(scope.when);
      yield* nap(t, "body", 100);
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Lets the body take its time without a deadline. */
export function* disabled(t: Trace): Coroutine<void> {
  let scope!: Deadline;
  yield* timeout(undefined, function* (block) {
    scope = block;
    yield* nap(t, "body", 500);
  });
  t.log(scope.expired, scope.when);
}

/** Fires at the first suspension when there is no time left. */
export function* zeroAndPast(t: Trace): Coroutine<void> {
  function* body(name: string): Coroutine<void> {
    t.log(name);
    yield* nap(t, name, 100);
  }

  yield* sleep(5);
  for (const name of ["zero", "negative", "past"]) {
    try {
      if (name === "zero") {
        yield* timeout(0, () => body(name));
      } else if (name === "negative") {
        yield* timeout(-3, () => body(name));
      } else {
        yield* timeoutAt(1, () => body(name));
      }
    } catch (error) {
      t.log("raised", error);
    }
  }
}

/** Fires before the step that follows a bare yield. */
export function* zeroWithBareYield(t: Trace): Coroutine<void> {
  try {
    yield* timeout(0, function* () {
      yield* nap(t, "first", 0);
      yield* nap(t, "second", 0);
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Lets a body win that never suspends. */
export function* zeroWithoutSuspension(t: Trace): Coroutine<void> {
  let scope!: Deadline;
  yield* timeout(0, function* (block) {
    scope = block;
    t.log("body");
  });
  t.log(scope.expired);
  yield* sleep(1);
  t.log("slept", currentTask()!.cancelling);
}

/** Says nothing when the body ends with bare yields before time moves. */
export function* busyPastTheDeadline(t: Trace): Coroutine<void> {
  let scope!: Deadline;
  yield* timeout(1, function* (block) {
    scope = block;
    for (let i = 0; i < 5; i++) yield* sleep(0);
  });
  t.log(scope.expired);
}

/** Passes the body's own error on. */
export function* otherErrorPasses(t: Trace): Coroutine<void> {
  let scope!: Deadline;
  try {
    yield* timeout(10, function* (block) {
      scope = block;
      throw new Boom("body");
    });
  } catch (error) {
    t.log("raised", error, scope.expired);
  }
}

/** Passes on an error that the body raises instead of the cancel. */
export function* errorInTheCleanup(t: Trace): Coroutine<void> {
  let scope!: Deadline;
  try {
    yield* timeout(10, function* (block) {
      scope = block;
      try {
        yield* sleep(100);
      } catch {
        throw new Boom("cleanup");
      }
    });
  } catch (error) {
    t.log("raised", error, scope.expired, currentTask()!.cancelling);
  }
}

/** Leaves the block normally when the body swallows the cancel. */
export function* swallowed(t: Trace): Coroutine<void> {
  let scope!: Deadline;
  yield* timeout(10, function* (block) {
    scope = block;
    try {
      yield* sleep(100);
    } catch {
      t.log("swallowed", scope.expired);
    }
    yield* sleep(5);
    t.log("body goes on");
  });
  t.log(scope.expired, currentTask()!.cancelling);
}

/** Goes on with what the body computed. */
export function* valueOfTheBody(t: Trace): Coroutine<void> {
  function* body(): Coroutine<string> {
    return yield* timeout(10, function* () {
      return yield* sleep(5, "value");
    });
  }

  t.log(yield* body());
}
