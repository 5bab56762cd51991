/** Counts cancel requests and takes them back. */
// deno-lint-ignore-file require-yield
import { createTask, currentTask, getRunningLoop, sleep, type Task } from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Joins a task and logs how it ended. */
function* end(t: Trace, task: Task<unknown>): Coroutine<void> {
  try {
    t.log("value", yield* task);
  } catch (error) {
    t.log("ended", error, task.cancelled, task.cancelling);
  }
}

/** Delivers one error for two requests, with the first message if the task waits. */
export function* twoRequestsOneError(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    for (let i = 0; i < 2; i++) {
      try {
        yield* sleep(10);
        t.log("slept");
      } catch (error) {
        t.log("caught", error);
      }
    }
  }

  const task = createTask(() => child());
  yield* sleep(0);
  t.log(task.cancel("first"), task.cancel("second"), task.cancelling);
  yield* end(t, task);
  t.log(task.cancelling);
}

/** Delivers the last message if the task has not started. */
export function* twoRequestsBeforeTheStart(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    t.log("body");
  }

  const task = createTask(() => child());
  t.log(task.cancel("first"), task.cancel("second"), task.cancelling);
  yield* end(t, task);
}

/** Delivers the last message if the task is running. */
export function* twoRequestsWhileRunning(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    const task = currentTask()!;
    t.log(task.cancel("first"), task.cancel("second"), task.cancelling);
    yield* sleep(5);
  }

  yield* end(t, createTask(() => child()));
}

/** Delivers the last message if the task's step is scheduled. */
export function* twoRequestsAtABareYield(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    yield* sleep(0);
  }

  const task = createTask(() => child());
  yield* sleep(0);
  t.log(task.cancel("first"), task.cancel("second"));
  yield* end(t, task);
}

/** Delivers one error for each request that is delivered before the next. */
export function* requestsInDifferentIterations(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    for (let i = 0; i < 3; i++) {
      try {
        yield* sleep(10);
        t.log("slept");
      } catch (error) {
        t.log("caught", error, currentTask()!.cancelling);
      }
    }
  }

  const task = createTask(() => child());
  yield* sleep(0);
  task.cancel("first");
  yield* sleep(0);
  task.cancel("second");
  yield* end(t, task);
}

/** Brings the count to zero and is cancelled again later. */
export function* uncancelAfterCatching(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    const task = currentTask()!;
    try {
      yield* sleep(10);
    } catch (error) {
      t.log("caught", error, task.cancelling, task.uncancel(), task.cancelling);
    }
    yield* sleep(10);
  }

  const task = createTask(() => child());
  yield* sleep(5);
  t.log(task.cancel("first"));
  yield* sleep(5);
  t.log(task.cancelling, task.cancel("second"), task.cancelling);
  yield* end(t, task);
}

/** Never counts below zero. */
export function* uncancelStopsAtZero(t: Trace): Coroutine<void> {
  const task = currentTask()!;
  t.log(task.cancelling, task.uncancel(), task.uncancel(), task.cancelling);
}

/** Runs a task whose cancel is taken back before its first step. */
export function* uncancelBeforeTheStart(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    t.log("body");
    yield* sleep(5);
    return "value";
  }

  const task = createTask(() => child());
  t.log(task.cancel("early"), task.uncancel());
  yield* end(t, task);
}

/** Never throws a self-cancel that is taken back before it is delivered. */
export function* uncancelWhileRunning(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    const task = currentTask()!;
    task.cancel("self");
    t.log(task.cancelling, task.uncancel());
    yield* sleep(5);
    return "value";
  }

  yield* end(t, createTask(() => child()));
}

/** Delivers a self-cancel while one request is left. */
export function* uncancelOneOfTwo(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    const task = currentTask()!;
    task.cancel("first");
    task.cancel("second");
    t.log(task.uncancel());
    yield* sleep(5);
  }

  yield* end(t, createTask(() => child()));
}

/** Delivers the error all the same when the awaited future is cancelled already. */
export function* uncancelTooLate(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    try {
      yield* sleep(5);
    } catch (error) {
      t.log("caught", error, currentTask()!.cancelling);
    }
    return "value";
  }

  const task = createTask(() => child());
  yield* sleep(0);
  t.log(task.cancel("sent"), task.uncancel(), task.cancelling);
  yield* end(t, task);
}

/** Takes back a cancel of a task whose step is scheduled. */
export function* uncancelAtABareYield(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    yield* sleep(0);
    return "value";
  }

  const task = createTask(() => child());
  yield* sleep(0);
  t.log(task.cancel("sent"), task.uncancel());
  yield* end(t, task);
}

/** Keeps the count of requests after the task is done. */
export function* countSurvivesTheEnd(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    try {
      yield* sleep(5);
    } catch {
      throw new Boom("converted");
    }
  }

  const task = createTask(() => child());
  yield* sleep(0);
  task.cancel();
  task.cancel();
  yield* end(t, task);
  t.log(task.cancel(), task.cancelling);
}

/** Writes a timeout by hand: flag, cancel, uncancel. */
export function* handmadeTimeout(t: Trace): Coroutine<void> {
  function* limited(delay: number): Coroutine<unknown> {
    const task = currentTask()!;
    let fired = false;
    const timer = getRunningLoop().callLater(10, () => {
      fired = true;
      task.cancel("deadline");
    });
    try {
      return yield* sleep(delay, "value");
    } catch (error) {
      timer.cancel();
      if (fired && task.uncancel() === 0) return error;
      throw error;
    } finally {
      timer.cancel();
    }
  }

  t.log(yield* limited(5));
  t.log(yield* limited(50));
  t.log(currentTask()!.cancelling);
  const outer = createTask(() => limited(50));
  yield* sleep(5);
  outer.cancel("outside");
  yield* end(t, outer);
}

/** Lets an outer cancel of the same iteration win over a deadline made by hand. */
export function* handmadeTimeoutAndOuterCancel(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    const task = currentTask()!;
    getRunningLoop().callLater(10, () => task.cancel("deadline"));
    try {
      yield* sleep(100);
    } catch (error) {
      t.log("caught", error, task.uncancel());
      throw error;
    }
  }

  const task = createTask(() => child());
  yield* sleep(0);
  getRunningLoop().callLater(10, () => task.cancel("outside"));
  yield* end(t, task);
}
