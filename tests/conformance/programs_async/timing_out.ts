// Generated from programs/timing_out.ts by translate.ts.
// deno-lint-ignore-file
/** Limits a block with timeout() and timeoutAt(). */
import { currentTask, sleep, timeout, timeoutAt } from "../../../mod.ts";
import { Boom, type Deadline, type Trace } from "../support.ts";

/** Sleeps and logs the end or the cancel. */
async function nap(t: Trace, name: string, ms: number): Promise<void> {
  try {
    await sleep(ms);
    t.log(name, "slept");
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Leaves a block that is in time, and its timer with it. */
export async function inTime(t: Trace): Promise<void> {
  let scope!: Deadline;
  await timeout(1000, async function (block) {
    scope = block;
    await nap(t, "body", 5);
  });
  t.log(scope.expired, scope.when);
  await sleep(1);
  t.log("slept");
}

/** Cancels a body that is late and raises with the cancel as the cause. */
export async function tooLate(t: Trace): Promise<void> {
  let scope!: Deadline;
  try {
    await timeout(10, async function (block) {
      scope = block;
      await nap(t, "body", 100);
    });
  } catch (error) {
    t.log("raised", error, "cause", (error as Error).cause);
  }
  t.log(scope.expired, currentTask()!.cancelling);
}

/** Takes a point of the loop's time. */
export async function absoluteDeadline(t: Trace): Promise<void> {
  await sleep(5);
  try {
    await timeoutAt(12, async function (scope) {
      t.log(scope.when);
      await nap(t, "body", 100);
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Lets the body take its time without a deadline. */
export async function disabled(t: Trace): Promise<void> {
  let scope!: Deadline;
  await timeout(undefined, async function (block) {
    scope = block;
    await nap(t, "body", 500);
  });
  t.log(scope.expired, scope.when);
}

/** Fires at the first suspension when there is no time left. */
export async function zeroAndPast(t: Trace): Promise<void> {
  async function body(name: string): Promise<void> {
    t.log(name);
    await nap(t, name, 100);
  }

  await sleep(5);
  for (const name of ["zero", "negative", "past"]) {
    try {
      if (name === "zero") {
        await timeout(0, () => body(name));
      } else if (name === "negative") {
        await timeout(-3, () => body(name));
      } else {
        await timeoutAt(1, () => body(name));
      }
    } catch (error) {
      t.log("raised", error);
    }
  }
}

/** Fires before the step that follows a bare yield. */
export async function zeroWithBareYield(t: Trace): Promise<void> {
  try {
    await timeout(0, async function () {
      await nap(t, "first", 0);
      await nap(t, "second", 0);
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Lets a body win that never suspends. */
export async function zeroWithoutSuspension(t: Trace): Promise<void> {
  let scope!: Deadline;
  await timeout(0, async function (block) {
    scope = block;
    t.log("body");
  });
  t.log(scope.expired);
  await sleep(1);
  t.log("slept", currentTask()!.cancelling);
}

/** Says nothing when the body ends with bare yields before time moves. */
export async function busyPastTheDeadline(t: Trace): Promise<void> {
  let scope!: Deadline;
  await timeout(1, async function (block) {
    scope = block;
    for (let i = 0; i < 5; i++) await sleep(0);
  });
  t.log(scope.expired);
}

/** Passes the body's own error on. */
export async function otherErrorPasses(t: Trace): Promise<void> {
  let scope!: Deadline;
  try {
    await timeout(10, async function (block) {
      scope = block;
      throw new Boom("body");
    });
  } catch (error) {
    t.log("raised", error, scope.expired);
  }
}

/** Passes on an error that the body raises instead of the cancel. */
export async function errorInTheCleanup(t: Trace): Promise<void> {
  let scope!: Deadline;
  try {
    await timeout(10, async function (block) {
      scope = block;
      try {
        await sleep(100);
      } catch {
        throw new Boom("cleanup");
      }
    });
  } catch (error) {
    t.log("raised", error, scope.expired, currentTask()!.cancelling);
  }
}

/** Leaves the block normally when the body swallows the cancel. */
export async function swallowed(t: Trace): Promise<void> {
  let scope!: Deadline;
  await timeout(10, async function (block) {
    scope = block;
    try {
      await sleep(100);
    } catch {
      t.log("swallowed", scope.expired);
    }
    await sleep(5);
    t.log("body goes on");
  });
  t.log(scope.expired, currentTask()!.cancelling);
}

/** Goes on with what the body computed. */
export async function valueOfTheBody(t: Trace): Promise<void> {
  async function body(): Promise<string> {
    return await timeout(10, async function () {
      return await sleep(5, "value");
    });
  }

  t.log(await body());
}
