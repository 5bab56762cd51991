// Generated from programs/timeout_nesting.ts by translate.ts.
// deno-lint-ignore-file
/** Nests timeout blocks, moves their deadlines and misuses them. */
import { currentTask, getRunningLoop, sleep, timeout, timeoutAt } from "../../../mod.ts";
import type { Deadline, Trace } from "../support.ts";

/** Converts only in the block whose deadline fired: the inner one. */
export async function nearerInside(t: Trace): Promise<void> {
  let outer!: Deadline;
  await timeout(20, async function (block) {
    outer = block;
    let inner!: Deadline;
    try {
      await timeout(10, async function (nested) {
        inner = nested;
        await sleep(100);
      });
    } catch (error) {
      t.log("inner raised", error, inner.expired, outer.expired);
    }
    await sleep(5);
    t.log("outer goes on");
  });
  t.log(outer.expired);
}

/** Converts only in the block whose deadline fired: the outer one. */
export async function nearerOutside(t: Trace): Promise<void> {
  try {
    await timeout(10, async function (outer) {
      let inner!: Deadline;
      try {
        await timeout(20, async function (nested) {
          inner = nested;
          await sleep(100);
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
export async function equalDeadlines(t: Trace): Promise<void> {
  const when = getRunningLoop().time() + 10;
  let outer!: Deadline;
  try {
    await timeoutAt(when, async function (block) {
      outer = block;
      let inner!: Deadline;
      try {
        await timeoutAt(when, async function (nested) {
          inner = nested;
          await sleep(100);
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
export async function threeEqualDeadlines(t: Trace): Promise<void> {
  const task = currentTask()!;
  try {
    await timeout(10, async function () {
      try {
        await timeout(10, async function () {
          try {
            await timeout(10, async function () {
              await sleep(100);
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
export async function innerDeadlineArmedFirst(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  try {
    await timeout(undefined, async function (outer) {
      let inner!: Deadline;
      try {
        await timeout(10, async function (nested) {
          inner = nested;
          outer.reschedule(loop.time() + 10);
          await sleep(100);
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
export async function bothOverdueInTurn(t: Trace): Promise<void> {
  const task = currentTask()!;
  try {
    await timeout(11, async function (outer) {
      let inner!: Deadline;
      try {
        await timeout(10, async function (nested) {
          inner = nested;
          await sleep(100);
        });
      } catch (error) {
        t.log("inner raised", error, inner.expired, outer.expired);
      }
      await sleep(100);
    });
  } catch (error) {
    t.log("outer raised", error, task.cancelling);
  }
}

/** Interrupts the outer block while the inner timeout is being handled. */
export async function innerErrorMeetsOuterDeadline(t: Trace): Promise<void> {
  try {
    await timeout(15, async function () {
      try {
        await timeout(10, async function () {
          await sleep(100);
        });
      } catch {
        t.log("handling");
        await sleep(100);
        t.log("not reached");
      }
    });
  } catch (error) {
    t.log("outer raised", error);
  }
}

/** Limits cleanup code while the block around it is expiring. */
export async function cleanupHasItsOwnTimeout(t: Trace): Promise<void> {
  try {
    await timeout(10, async function (outer) {
      try {
        await sleep(100);
      } finally {
        try {
          await timeout(5, async function () {
            await sleep(100);
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
export async function movedDeadline(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  let scope!: Deadline;
  try {
    await timeout(10, async function (block) {
      scope = block;
      await sleep(5);
      scope.reschedule(20);
      t.log(scope.when);
      await sleep(10);
      scope.reschedule(undefined);
      t.log(scope.when, scope.expired);
      await sleep(50);
      scope.reschedule(loop.time() + 5);
      await sleep(100);
    });
  } catch (error) {
    t.log("raised", error, scope.when);
  }
}

/** Lets a callback pull a deadline in. */
export async function movedFromOutside(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  let scope!: Deadline;
  try {
    await timeout(undefined, async function (block) {
      scope = block;
      loop.callLater(10, () => scope.reschedule(15));
      await sleep(100);
    });
  } catch (error) {
    t.log("raised", error, scope.when);
  }
}

/** Fires in the next iteration when the new deadline is over already. */
export async function movedIntoThePast(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  try {
    await timeout(100, async function (scope) {
      await sleep(10);
      scope.reschedule(5);
      loop.callSoon(() => t.log("callback", scope.expired));
      t.log("moved", scope.expired);
      await sleep(50);
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Refuses to move a deadline that has fired or whose block is over. */
export async function movedTooLate(t: Trace): Promise<void> {
  let expired!: Deadline;
  let finished!: Deadline;
  try {
    await timeout(10, async function (scope) {
      expired = scope;
      try {
        await sleep(100);
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
  await timeout(10, async function (scope) {
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
export async function timeoutInALoop(t: Trace): Promise<void> {
  for (const delay of [5, 50, 5]) {
    try {
      await timeout(10, async function () {
        await sleep(delay);
        t.log("in time", delay);
      });
    } catch (error) {
      t.log("raised", error, delay);
    }
  }
}
