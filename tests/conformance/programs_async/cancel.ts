// Generated from programs/cancel.ts by translate.ts.
// deno-lint-ignore-file
/** Cancels a task in each of the states it can be in. */
import {
  CancelledError,
  createTask,
  currentTask,
  type Future,
  getRunningLoop,
  sleep,
  type Task,
  wait,
} from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Joins a task and logs how it ended. */
async function end(t: Trace, task: Task<unknown>): Promise<void> {
  try {
    t.log("value", await task);
  } catch (error) {
    t.log("ended", error, task.cancelled);
  }
}

/** Returns a value after a sleep. */
async function nap(ms: number, result = "slept"): Promise<string> {
  return await sleep(ms, result);
}

/** Ends a sleeper without waiting; a second cancel is refused. */
export async function sleepingTask(t: Trace): Promise<void> {
  const task = createTask(() => nap(10_000));
  await sleep(5);
  t.log("cancel", task.cancel());
  await end(t, task);
  t.log("cancel", task.cancel());
}

/** Never runs the body of a task cancelled before its first step. */
export async function notStartedTask(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    t.log("body");
  }

  const task = createTask(() => child());
  t.log("cancel", task.cancel("early"), task.cancelling, task.cancelled);
  await end(t, task);
}

/** Delivers the message, or none, to whoever reads the outcome. */
export async function messagesTravel(t: Trace): Promise<void> {
  for (const message of ["text", undefined]) {
    for (const way of ["await", "result", "exception"] as const) {
      const task = createTask(() => nap(100));
      await sleep(0);
      task.cancel(message);
      await wait([task]);
      try {
        if (way === "await") {
          await task;
        } else {
          task[way]();
        }
      } catch (error) {
        t.log(way, error);
      }
    }
  }
}

/** Cancels a task paused by a zero sleep. */
export async function bareYield(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    t.log("child");
    try {
      await sleep(0);
    } catch (error) {
      t.log("caught", error);
      throw error;
    }
  }

  const task = createTask(() => child());
  await sleep(0);
  t.log("cancel", task.cancel("now"));
  await end(t, task);
}

/** Cancels the waiting task by cancelling the future it waits on. */
export async function awaitedFuture(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<void>();

  async function child(): Promise<void> {
    await future;
  }

  const task = createTask(() => child());
  await sleep(0);
  t.log("cancel", future.cancel("future"), task.cancelling);
  await end(t, task);
}

/** Delivers one error when both are cancelled in one iteration. */
export async function taskAndItsFuture(t: Trace): Promise<void> {
  async function child(future: Future<void>): Promise<void> {
    try {
      await future;
    } catch (error) {
      t.log("caught", error);
      await sleep(0);
      t.log("went on");
      throw error;
    }
  }

  for (const taskFirst of [true, false]) {
    const future = getRunningLoop().createFuture<void>();
    const task = createTask(() => child(future));
    await sleep(0);
    if (taskFirst) {
      t.log(task.cancel("task"), future.cancel("future"));
    } else {
      t.log(future.cancel("future"), task.cancel("task"));
    }
    await end(t, task);
  }
}

/** Finishes with the value of a task that catches the cancel. */
export async function caughtAndReturned(t: Trace): Promise<void> {
  async function child(): Promise<string> {
    try {
      await sleep(100);
      return "slept";
    } catch (error) {
      t.log("caught", error);
      return "kept";
    }
  }

  const task = createTask(() => child());
  await sleep(0);
  task.cancel("once");
  await end(t, task);
  t.log(task.cancelled, task.cancelling);
}

/** Lets a task that swallowed the cancel wait for other things. */
export async function swallowedThenAwaits(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();

  async function child(): Promise<string> {
    try {
      await sleep(100);
    } catch {
      t.log("swallowed");
    }
    await sleep(10);
    t.log("slept");
    return await future;
  }

  const task = createTask(() => child());
  await sleep(0);
  task.cancel();
  getRunningLoop().callLater(20, () => future.setResult("value"));
  await end(t, task);
  t.log(future.cancelled, task.cancelling);
}

/** Delivers a self-cancel at the very next suspension. */
export async function ownTask(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    currentTask()!.cancel("self");
    t.log("still running");
    await sleep(0);
    t.log("not reached");
  }

  await end(t, createTask(() => child()));
}

/** Keeps a self-cancel pending while nothing really suspends. */
export async function ownTaskBeforeADoneFuture(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();
  future.setResult("value");

  async function child(): Promise<void> {
    currentTask()!.cancel("self");
    t.log(await future);
    t.log("past the done future");
    await sleep(5);
    t.log("not reached");
  }

  await end(t, createTask(() => child()));
}

/** Drops the value of a task that cancels itself and returns. */
export async function ownTaskAtTheEnd(t: Trace): Promise<void> {
  async function child(): Promise<string> {
    currentTask()!.cancel("self");
    return "value";
  }

  await end(t, createTask(() => child()));
}

/** Keeps the error of a task that cancels itself and fails. */
export async function ownTaskThenRaises(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    currentTask()!.cancel("self");
    throw new Boom("error");
  }

  await end(t, createTask(() => child()));
}

/** Cancels the child that a self-cancelled task joins next, and its future. */
export async function ownTaskThenJoins(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<void>();

  async function inner(): Promise<void> {
    await future;
  }

  async function child(): Promise<void> {
    const task = createTask(() => inner());
    await sleep(0);
    currentTask()!.cancel("self");
    try {
      await task;
    } finally {
      t.log("inner", task.cancelled, "future", future.cancelled);
    }
  }

  await end(t, createTask(() => child()));
}

/** Refuses to cancel what is done, whatever the outcome. */
export async function finishedTask(t: Trace): Promise<void> {
  async function fail(): Promise<string> {
    throw new Boom("error");
  }

  const done = createTask(() => nap(0, "value"));
  const failed = createTask(() => fail());
  await wait([done, failed]);
  t.log(done.cancel(), failed.cancel(), done.cancelling);
  await end(t, done);
  await end(t, failed);
}

/** Waits for a cleanup that takes its time. */
export async function cleanupMayWait(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    try {
      await sleep(100);
    } finally {
      t.log("cleanup");
      await sleep(10);
      t.log("cleaned");
    }
  }

  const task = createTask(() => child());
  await sleep(1);
  t.log("cancel", task.cancel());
  await end(t, task);
}

/** Lets an error of the cleanup replace the cancel. */
export async function cleanupRaises(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    try {
      await sleep(100);
    } catch {
      throw new Boom("cleanup");
    }
  }

  const task = createTask(() => child());
  await sleep(1);
  t.log("cancel", task.cancel());
  await end(t, task);
}

/** Counts a task as cancelled that raises the error by itself. */
export async function spontaneousCancelledError(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    throw new CancelledError("own idea");
  }

  const task = createTask(() => child());
  await end(t, task);
  t.log(task.cancelling);
}

/** Ends the run with the cancel of main. */
export async function mainTask(t: Trace): Promise<void> {
  const main = currentTask()!;
  getRunningLoop().callLater(10, () => main.cancel("main"));
  try {
    await sleep(100);
  } finally {
    t.log("cleanup", main.cancelling);
  }
}
