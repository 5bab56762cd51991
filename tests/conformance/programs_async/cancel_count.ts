// Generated from programs/cancel_count.ts by translate.ts.
// deno-lint-ignore-file
/** Counts cancel requests and takes them back. */
import { createTask, currentTask, getRunningLoop, sleep, type Task } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Joins a task and logs how it ended. */
async function end(t: Trace, task: Task<unknown>): Promise<void> {
  try {
    t.log("value", await task);
  } catch (error) {
    t.log("ended", error, task.cancelled, task.cancelling);
  }
}

/** Delivers one error for two requests, with the first message if the task waits. */
export async function twoRequestsOneError(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    for (let i = 0; i < 2; i++) {
      try {
        await sleep(10);
        t.log("slept");
      } catch (error) {
        t.log("caught", error);
      }
    }
  }

  const task = createTask(() => child());
  await sleep(0);
  t.log(task.cancel("first"), task.cancel("second"), task.cancelling);
  await end(t, task);
  t.log(task.cancelling);
}

/** Delivers the last message if the task has not started. */
export async function twoRequestsBeforeTheStart(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    t.log("body");
  }

  const task = createTask(() => child());
  t.log(task.cancel("first"), task.cancel("second"), task.cancelling);
  await end(t, task);
}

/** Delivers the last message if the task is running. */
export async function twoRequestsWhileRunning(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    const task = currentTask()!;
    t.log(task.cancel("first"), task.cancel("second"), task.cancelling);
    await sleep(5);
  }

  await end(t, createTask(() => child()));
}

/** Delivers the last message if the task's step is scheduled. */
export async function twoRequestsAtABareYield(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    await sleep(0);
  }

  const task = createTask(() => child());
  await sleep(0);
  t.log(task.cancel("first"), task.cancel("second"));
  await end(t, task);
}

/** Delivers one error for each request that is delivered before the next. */
export async function requestsInDifferentIterations(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      try {
        await sleep(10);
        t.log("slept");
      } catch (error) {
        t.log("caught", error, currentTask()!.cancelling);
      }
    }
  }

  const task = createTask(() => child());
  await sleep(0);
  task.cancel("first");
  await sleep(0);
  task.cancel("second");
  await end(t, task);
}

/** Brings the count to zero and is cancelled again later. */
export async function uncancelAfterCatching(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    const task = currentTask()!;
    try {
      await sleep(10);
    } catch (error) {
      t.log("caught", error, task.cancelling, task.uncancel(), task.cancelling);
    }
    await sleep(10);
  }

  const task = createTask(() => child());
  await sleep(5);
  t.log(task.cancel("first"));
  await sleep(5);
  t.log(task.cancelling, task.cancel("second"), task.cancelling);
  await end(t, task);
}

/** Never counts below zero. */
export async function uncancelStopsAtZero(t: Trace): Promise<void> {
  const task = currentTask()!;
  t.log(task.cancelling, task.uncancel(), task.uncancel(), task.cancelling);
}

/** Runs a task whose cancel is taken back before its first step. */
export async function uncancelBeforeTheStart(t: Trace): Promise<void> {
  async function child(): Promise<string> {
    t.log("body");
    await sleep(5);
    return "value";
  }

  const task = createTask(() => child());
  t.log(task.cancel("early"), task.uncancel());
  await end(t, task);
}

/** Never throws a self-cancel that is taken back before it is delivered. */
export async function uncancelWhileRunning(t: Trace): Promise<void> {
  async function child(): Promise<string> {
    const task = currentTask()!;
    task.cancel("self");
    t.log(task.cancelling, task.uncancel());
    await sleep(5);
    return "value";
  }

  await end(t, createTask(() => child()));
}

/** Delivers a self-cancel while one request is left. */
export async function uncancelOneOfTwo(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    const task = currentTask()!;
    task.cancel("first");
    task.cancel("second");
    t.log(task.uncancel());
    await sleep(5);
  }

  await end(t, createTask(() => child()));
}

/** Delivers the error all the same when the awaited future is cancelled already. */
export async function uncancelTooLate(t: Trace): Promise<void> {
  async function child(): Promise<string> {
    try {
      await sleep(5);
    } catch (error) {
      t.log("caught", error, currentTask()!.cancelling);
    }
    return "value";
  }

  const task = createTask(() => child());
  await sleep(0);
  t.log(task.cancel("sent"), task.uncancel(), task.cancelling);
  await end(t, task);
}

/** Takes back a cancel of a task whose step is scheduled. */
export async function uncancelAtABareYield(t: Trace): Promise<void> {
  async function child(): Promise<string> {
    await sleep(0);
    return "value";
  }

  const task = createTask(() => child());
  await sleep(0);
  t.log(task.cancel("sent"), task.uncancel());
  await end(t, task);
}

/** Keeps the count of requests after the task is done. */
export async function countSurvivesTheEnd(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    try {
      await sleep(5);
    } catch {
      throw new Boom("converted");
    }
  }

  const task = createTask(() => child());
  await sleep(0);
  task.cancel();
  task.cancel();
  await end(t, task);
  t.log(task.cancel(), task.cancelling);
}

/** Writes a timeout by hand: flag, cancel, uncancel. */
export async function handmadeTimeout(t: Trace): Promise<void> {
  async function limited(delay: number): Promise<unknown> {
    const task = currentTask()!;
    let fired = false;
    const timer = getRunningLoop().callLater(10, () => {
      fired = true;
      task.cancel("deadline");
    });
    try {
      return await sleep(delay, "value");
    } catch (error) {
      timer.cancel();
      if (fired && task.uncancel() === 0) return error;
      throw error;
    } finally {
      timer.cancel();
    }
  }

  t.log(await limited(5));
  t.log(await limited(50));
  t.log(currentTask()!.cancelling);
  const outer = createTask(() => limited(50));
  await sleep(5);
  outer.cancel("outside");
  await end(t, outer);
}

/** Lets an outer cancel of the same iteration win over a deadline made by hand. */
export async function handmadeTimeoutAndOuterCancel(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    const task = currentTask()!;
    getRunningLoop().callLater(10, () => task.cancel("deadline"));
    try {
      await sleep(100);
    } catch (error) {
      t.log("caught", error, task.uncancel());
      throw error;
    }
  }

  const task = createTask(() => child());
  await sleep(0);
  getRunningLoop().callLater(10, () => task.cancel("outside"));
  await end(t, task);
}
