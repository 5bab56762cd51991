// Generated from programs/shutdown.ts by translate.ts.
// deno-lint-ignore-file
/** Ends the main task while other work is left. */
import { createTask, currentTask, getRunningLoop, sleep, taskGroup } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Sleeps for long, logs the cancel, and takes some time for the cleanup. */
async function nap(t: Trace, name: string, cleanup = 0): Promise<void> {
  try {
    await sleep(1000);
  } catch (error) {
    t.log(name, "caught", error);
    if (cleanup > 0) {
      await sleep(cleanup);
      t.log(name, "cleaned");
    }
    throw error;
  }
}

/** Cancels all tasks that are left in one go and waits for their cleanup. */
export async function tasksAreCancelledTogether(t: Trace): Promise<void> {
  createTask(() => nap(t, "a", 10));
  createTask(() => nap(t, "b", 0));
  createTask(() => nap(t, "c", 5));
  await sleep(1);
  t.log("main over");
}

/** Starts a task created in the last step before the run ends and cancels it. */
export async function taskCreatedInTheLastStep(t: Trace): Promise<void> {
  const late = createTask(() => nap(t, "late", 0));
  late.addDoneCallback((task) => t.log("done", task.cancelled));
  t.log("main over");
}

/** Reports the error of a task that fails while it is being cancelled. */
export async function errorDuringTheShutdown(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    try {
      await sleep(1000);
    } catch {
      await sleep(5);
      throw new Boom("cleanup");
    }
  }

  createTask(() => child());
  createTask(() => nap(t, "other"));
  await sleep(1);
  t.log("main over");
}

/** Waits for a task that goes on in spite of the cancel. */
export async function swallowedCancelIsWaitedFor(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    try {
      await sleep(1000);
    } catch {
      t.log("swallowed");
    }
    await sleep(20);
    t.log("child over");
  }

  createTask(() => child());
  await sleep(1);
  t.log("main over");
}

/** Runs callbacks that are queued already and drops timers that are not due. */
export async function callbacksAndTimersAtTheEnd(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callLater(50, () => t.log("not reached"));
  await sleep(0);
  loop.callSoon(() => t.log("callback"));
  t.log("main over");
}

/** Fires timers that come due while the cleanup of a task goes on. */
export async function timersDuringTheShutdown(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  createTask(() => nap(t, "slow", 20));
  await sleep(1);
  loop.callLater(10, () => t.log("timer"));
  loop.callLater(100, () => t.log("not reached"));
  t.log("main over");
}

/** Cancels what is left when main ends cancelled. */
export async function cancelledMain(t: Trace): Promise<void> {
  createTask(() => nap(t, "left"));
  await sleep(0);
  currentTask()!.cancel("main");
  await sleep(0);
}

/** Reports the error of a task nobody joined, in the end. */
export async function failedTaskLeftBehind(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    throw new Boom("left behind");
  }

  createTask(() => child());
  await sleep(1);
  t.log("main over");
}

/** Cancels the group of a task that is left, children included. */
export async function groupLeftBehind(t: Trace): Promise<void> {
  async function family(): Promise<void> {
    try {
      await taskGroup(async function (group) {
        group.createTask(() => nap(t, "a", 5));
        group.createTask(() => nap(t, "b"));
      });
    } finally {
      t.log("family over");
    }
  }

  createTask(() => family());
  await sleep(1);
  t.log("main over");
}
