/** Ends the main task while other work is left. */
// deno-lint-ignore-file require-yield
import { createTask, currentTask, getRunningLoop, sleep, taskGroup } from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Sleeps for long, logs the cancel, and takes some time for the cleanup. */
function* nap(t: Trace, name: string, cleanup = 0): Coroutine<void> {
  try {
    yield* sleep(1000);
  } catch (error) {
    t.log(name, "caught", error);
    if (cleanup > 0) {
      yield* sleep(cleanup);
      t.log(name, "cleaned");
    }
    throw error;
  }
}

/** Cancels all tasks that are left in one go and waits for their cleanup. */
export function* tasksAreCancelledTogether(t: Trace): Coroutine<void> {
  createTask(() => nap(t, "a", 10));
  createTask(() => nap(t, "b", 0));
  createTask(() => nap(t, "c", 5));
  yield* sleep(1);
  t.log("main over");
}

/** Starts a task created in the last step before the run ends and cancels it. */
export function* taskCreatedInTheLastStep(t: Trace): Coroutine<void> {
  const late = createTask(() => nap(t, "late", 0));
  late.addDoneCallback((task) => t.log("done", task.cancelled));
  t.log("main over");
}

/** Reports the error of a task that fails while it is being cancelled. */
export function* errorDuringTheShutdown(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    try {
      yield* sleep(1000);
    } catch {
      yield* sleep(5);
      throw new Boom("cleanup");
    }
  }

  createTask(() => child());
  createTask(() => nap(t, "other"));
  yield* sleep(1);
  t.log("main over");
}

/** Waits for a task that goes on in spite of the cancel. */
export function* swallowedCancelIsWaitedFor(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    try {
      yield* sleep(1000);
    } catch {
      t.log("swallowed");
    }
    yield* sleep(20);
    t.log("child over");
  }

  createTask(() => child());
  yield* sleep(1);
  t.log("main over");
}

/** Runs callbacks that are queued already and drops timers that are not due. */
export function* callbacksAndTimersAtTheEnd(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  loop.callLater(50, () => t.log("not reached"));
  yield* sleep(0);
  loop.callSoon(() => t.log("callback"));
  t.log("main over");
}

/** Fires timers that come due while the cleanup of a task goes on. */
export function* timersDuringTheShutdown(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  createTask(() => nap(t, "slow", 20));
  yield* sleep(1);
  loop.callLater(10, () => t.log("timer"));
  loop.callLater(100, () => t.log("not reached"));
  t.log("main over");
}

/** Cancels what is left when main ends cancelled. */
export function* cancelledMain(t: Trace): Coroutine<void> {
  createTask(() => nap(t, "left"));
  yield* sleep(0);
  currentTask()!.cancel("main");
  yield* sleep(0);
}

/** Reports the error of a task nobody joined, in the end. */
export function* failedTaskLeftBehind(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    throw new Boom("left behind");
  }

  createTask(() => child());
  yield* sleep(1);
  t.log("main over");
}

/** Cancels the group of a task that is left, children included. */
export function* groupLeftBehind(t: Trace): Coroutine<void> {
  function* family(): Coroutine<void> {
    try {
      yield* taskGroup(function* (group) {
        group.createTask(() => nap(t, "a", 5));
        group.createTask(() => nap(t, "b"));
      });
    } finally {
      t.log("family over");
    }
  }

  createTask(() => family());
  yield* sleep(1);
  t.log("main over");
}
