/** Nests timeout blocks, moves their deadlines and misuses them. */
import { currentTask, getRunningLoop, sleep, timeout, timeoutAt } from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import type { Deadline, Trace } from "../support.ts";

/** Converts only in the block whose deadline fired: the inner one. */
export function* nearerInside(t: Trace): Coroutine<void> {
  let outer!: Deadline;
  yield* timeout(20, function* (block) {
    outer = block;
    let inner!: Deadline;
    try {
      yield* timeout(10, function* (nested) {
        inner = nested;
        yield* sleep(100);
      });
    } catch (error) {
      t.log("inner raised", error, inner.expired, outer.expired);
    }
    yield* sleep(5);
    t.log("outer goes on");
  });
  t.log(outer.expired);
}

/** Converts only in the block whose deadline fired: the outer one. */
export function* nearerOutside(t: Trace): Coroutine<void> {
  try {
    yield* timeout(10, function* (outer) {
      let inner!: Deadline;
      try {
        yield* timeout(20, function* (nested) {
          inner = nested;
          yield* sleep(100);
        });
      } catch (error) {
        t.log("inner saw", error, inner.expired, outer.expired);
        throw error;
      }
    });
  } catch (error) {
    t.log("outer raised", error);
  }
}

/** Raises from the outermost block only, with both expired. */
export function* equalDeadlines(t: Trace): Coroutine<void> {
  const when = getRunningLoop().time() + 10;
  let outer!: Deadline;
  try {
    yield* timeoutAt(when, function* (block) {
      outer = block;
      let inner!: Deadline;
      try {
        yield* timeoutAt(when, function* (nested) {
          inner = nested;
          yield* sleep(100);
        });
      } catch (error) {
        t.log("inner saw", error, inner.expired, currentTask()!.cancelling);
        throw error;
      }
    });
  } catch (error) {
    t.log("outer raised", error, outer.expired, currentTask()!.cancelling);
  }
}

/** Undoes one request for each block on the way out. */
export function* threeEqualDeadlines(t: Trace): Coroutine<void> {
  const task = currentTask()!;
  try {
    yield* timeout(10, function* () {
      try {
        yield* timeout(10, function* () {
          try {
            yield* timeout(10, function* () {
              yield* sleep(100);
            });
          } finally {
            t.log("innermost left", task.cancelling);
          }
        });
      } finally {
        t.log("middle left", task.cancelling);
      }
    });
  } catch (error) {
    t.log("raised", error, task.cancelling);
  }
}

/** Raises from the outer block even if the inner deadline fires first. */
export function* innerDeadlineArmedFirst(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  try {
    yield* timeout(undefined, function* (outer) {
      let inner!: Deadline;
      try {
        yield* timeout(10, function* (nested) {
          inner = nested;
          outer.reschedule(loop.time() + 10);
          yield* sleep(100);
        });
      } catch (error) {
        t.log("inner saw", error, inner.expired, outer.expired);
        throw error;
      }
    });
  } catch (error) {
    t.log("outer raised", error);
  }
}

/** Converts in the inner block first when the outer deadline follows it closely. */
export function* bothOverdueInTurn(t: Trace): Coroutine<void> {
  const task = currentTask()!;
  try {
    yield* timeout(11, function* (outer) {
      let inner!: Deadline;
      try {
        yield* timeout(10, function* (nested) {
          inner = nested;
          yield* sleep(100);
        });
      } catch (error) {
        t.log("inner raised", error, inner.expired, outer.expired);
      }
      yield* sleep(100);
    });
  } catch (error) {
    t.log("outer raised", error, task.cancelling);
  }
}

/** Interrupts the outer block while the inner timeout is being handled. */
export function* innerErrorMeetsOuterDeadline(t: Trace): Coroutine<void> {
  try {
    yield* timeout(15, function* () {
      try {
        yield* timeout(10, function* () {
          yield* sleep(100);
        });
      } catch {
        t.log("handling");
        yield* sleep(100);
        t.log("not reached");
      }
    });
  } catch (error) {
    t.log("outer raised", error);
  }
}

/** Limits cleanup code while the block around it is expiring. */
export function* cleanupHasItsOwnTimeout(t: Trace): Coroutine<void> {
  try {
    yield* timeout(10, function* (outer) {
      try {
        yield* sleep(100);
      } finally {
        try {
          yield* timeout(5, function* () {
            yield* sleep(100);
          });
        } catch (error) {
          t.log("cleanup raised", error, outer.expired);
        }
      }
    });
  } catch (error) {
    t.log("outer raised", error);
  }
}

/** Moves a deadline, disables it and arms it again. */
export function* movedDeadline(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  let scope!: Deadline;
  try {
    yield* timeout(10, function* (block) {
      scope = block;
      yield* sleep(5);
      scope.reschedule(20);
      t.log(scope.when);
      yield* sleep(10);
      scope.reschedule(undefined);
      t.log(scope.when, scope.expired);
      yield* sleep(50);
      scope.reschedule(loop.time() + 5);
      yield* sleep(100);
    });
  } catch (error) {
    t.log("raised", error, scope.when);
  }
}

/** Lets a callback pull a deadline in. */
export function* movedFromOutside(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  let scope!: Deadline;
  try {
    yield* timeout(undefined, function* (block) {
      scope = block;
      loop.callLater(10, () => scope.reschedule(15));
      yield* sleep(100);
    });
  } catch (error) {
    t.log("raised", error, scope.when);
  }
}

/** Fires in the next iteration when the new deadline is over already. */
export function* movedIntoThePast(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  try {
    yield* timeout(100, function* (scope) {
      yield* sleep(10);
      scope.reschedule(5);
      loop.callSoon(() => t.log("callback", scope.expired));
      t.log("moved", scope.expired);
      yield* sleep(50);
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Refuses to move a deadline that has fired or whose block is over. */
export function* movedTooLate(t: Trace): Coroutine<void> {
  let expired!: Deadline;
  let finished!: Deadline;
  try {
    yield* timeout(10, function* (scope) {
      expired = scope;
      try {
        yield* sleep(100);
      } finally {
        try {
          scope.reschedule(50);
        } catch (error) {
          t.log("expiring", error);
        }
      }
    });
  } catch {
    // The timeout is not what this is about.
  }
  yield* timeout(10, function* (scope) {
    finished = scope;
  });
  for (const [name, scope] of Object.entries({ expired, finished })) {
    try {
      scope.reschedule(100);
    } catch (error) {
      t.log(name, error, scope.expired);
    }
  }
}

/** Uses a fresh block for each of several attempts. */
export function* timeoutInALoop(t: Trace): Coroutine<void> {
  for (const delay of [5, 50, 5]) {
    try {
      yield* timeout(10, function* () {
        yield* sleep(delay);
        t.log("in time", delay);
      });
    } catch (error) {
      t.log("raised", error, delay);
    }
  }
}
