// Generated from programs/cancel_chain.ts by translate.ts.
// deno-lint-ignore-file
/** Follows a cancel through coroutines, tasks that await tasks, and callbacks. */
import {
  createTask,
  currentTask,
  type Future,
  getRunningLoop,
  isCancelled,
  sleep,
  type Task,
  wait,
} from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Joins a task and logs how it ended. */
async function end(t: Trace, name: string, task: Task<unknown>): Promise<void> {
  try {
    t.log(name, "value", await task);
  } catch (error) {
    t.log(name, "ended", error, task.cancelled, task.cancelling);
  }
}

/** Sleeps and logs the cancel that comes instead. */
async function guardedNap(t: Trace, name: string, ms = 100): Promise<void> {
  try {
    await sleep(ms);
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Awaits a future and logs the cancel that comes instead. */
async function guarded<T>(t: Trace, name: string, future: Future<T>): Promise<T> {
  try {
    return await future;
  } catch (error) {
    if (isCancelled(error)) t.log(name, "caught", error);
    throw error;
  }
}

/** Unwinds a chain of coroutines in one step, innermost first. */
export async function throughNestedCoroutines(t: Trace): Promise<void> {
  async function middle(): Promise<void> {
    try {
      await guardedNap(t, "inner");
    } catch (error) {
      t.log("middle", "caught", error);
      throw error;
    }
  }

  async function outer(): Promise<void> {
    try {
      await middle();
    } catch (error) {
      t.log("outer", "caught", error);
      throw error;
    }
  }

  const task = createTask(() => outer());
  await sleep(5);
  task.cancel("chain");
  await end(t, "task", task);
}

/** Lets an outer coroutine swallow what cancelled the inner one. */
export async function swallowedByTheOuterCoroutine(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();

  async function outer(): Promise<string> {
    try {
      return await guarded(t, "inner", future);
    } catch {
      return "swallowed";
    }
  }

  const task = createTask(() => outer());
  await sleep(0);
  t.log(task.cancel(), future.cancelled);
  await end(t, "task", task);
}

/** Reaches the innermost task at once and each waiter one iteration after the task before it. */
export async function throughThreeTasks(t: Trace): Promise<void> {
  const inner = createTask(() => guardedNap(t, "inner"));
  const middle = createTask(() => guarded(t, "middle", inner));
  const outer = createTask(() => guarded(t, "outer", middle));
  await sleep(5);
  t.log(outer.cancel("deep"));
  t.log(inner.cancelling, middle.cancelling, outer.cancelling);
  await end(t, "outer", outer);
  t.log(inner.cancelled, middle.cancelled);
}

/** Gives the waiter the value of the task that swallowed its cancel. */
export async function innerTaskSwallows(t: Trace): Promise<void> {
  async function stubborn(): Promise<string> {
    try {
      await sleep(100);
    } catch {
      t.log("swallowed");
    }
    await sleep(5);
    return "value";
  }

  const inner = createTask(() => stubborn());
  const outer = createTask(() => guarded(t, "outer", inner));
  await sleep(0);
  t.log(outer.cancel());
  await end(t, "outer", outer);
  t.log(outer.cancelling, inner.cancelling);
}

/** Gives the waiter the error its inner task raised instead. */
export async function innerTaskConverts(t: Trace): Promise<void> {
  async function converting(): Promise<void> {
    try {
      await sleep(100);
    } catch {
      throw new Boom("converted");
    }
  }

  const inner = createTask(() => converting());
  const outer = createTask(() => guarded(t, "outer", inner));
  await sleep(0);
  outer.cancel();
  await end(t, "outer", outer);
}

/** Cancels the waiters of a cancelled task without counting a request. */
export async function innerTaskCancelledAlone(t: Trace): Promise<void> {
  async function second(): Promise<string> {
    return await sleep(10, "second sleeps");
  }

  const inner = createTask(() => guardedNap(t, "inner"));
  const first = createTask(() => guarded(t, "first", inner));
  const other = createTask(() => second());
  await sleep(0);
  t.log(inner.cancel("inner"));
  await end(t, "first", first);
  await end(t, "second", other);
}

/** Takes the other joiner down through the shared task. */
export async function oneOfTwoJoiners(t: Trace): Promise<void> {
  const shared = createTask(() => guardedNap(t, "shared"));
  const first = createTask(() => guarded(t, "first", shared));
  const second = createTask(() => guarded(t, "second", shared));
  await sleep(0);
  first.cancel();
  await wait([first, second]);
  t.log(first.cancelling, second.cancelling, second.cancelled);
}

/** Interrupts the cleanup with a second cancel. */
export async function secondCancelDuringCleanup(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    try {
      await sleep(100);
    } finally {
      t.log("cleanup");
      try {
        await sleep(50);
      } finally {
        t.log("cleanup of the cleanup");
      }
    }
  }

  const task = createTask(() => child());
  await sleep(1);
  task.cancel("first");
  await sleep(1);
  task.cancel("second");
  await end(t, "task", task);
}

/** Cancels a task from a done callback of what it waits on. */
export async function cancelInACallback(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();

  async function child(): Promise<void> {
    const value = await future;
    t.log("not reached", value);
  }

  future.addDoneCallback(() => t.log("cancel", task.cancel("callback")));
  const task: Task<void> = createTask(() => child());
  await sleep(0);
  future.setResult("lost");
  await end(t, "task", task);
  t.log(future.result());
}

/** Loses to the wake-up when the cancelling callback comes after it. */
export async function cancelInALaterCallback(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();

  async function child(): Promise<void> {
    t.log("value", await future);
    await sleep(5);
  }

  const task = createTask(() => child());
  await sleep(0);
  future.addDoneCallback(() => t.log("cancel", task.cancel("callback")));
  future.setResult("kept");
  await end(t, "task", task);
}

/** Cancels the very task that waits for the canceller. */
export async function taskCancelsItsJoiner(t: Trace): Promise<void> {
  const main = currentTask()!;

  async function child(): Promise<void> {
    t.log("cancel", main.cancel("from the child"));
    await guardedNap(t, "child", 5);
    t.log("not reached");
  }

  const task = createTask(() => child());
  try {
    await task;
  } catch (error) {
    t.log("main", error, main.uncancel(), task.cancelled);
  }
}

/** Lets the first of two tasks cancel the other before that can cancel back. */
export async function tasksCancelEachOther(t: Trace): Promise<void> {
  const tasks: Task<void>[] = [];

  async function child(index: number): Promise<void> {
    await sleep(5);
    t.log(index, "cancels", tasks[1 - index].cancel());
    await sleep(5);
    t.log(index, "slept");
  }

  tasks.push(createTask(() => child(0)), createTask(() => child(1)));
  await wait(tasks);
  t.log(tasks[0].cancelled, tasks[1].cancelled);
}

/** Survives three cancels by swallowing each of them. */
export async function cancelledAgainAndAgain(t: Trace): Promise<void> {
  async function child(): Promise<number> {
    let caught = 0;
    while (caught < 3) {
      try {
        await sleep(100);
      } catch (error) {
        caught++;
        t.log("caught", error);
      }
    }
    return caught;
  }

  const task = createTask(() => child());
  await sleep(0);
  for (let i = 0; i < 3; i++) {
    t.log(task.cancel(`number ${i}`));
    await sleep(i);
  }
  await end(t, "task", task);
}

/** Leaves no timer behind that would hold the clock. */
export async function sleepTimerIsWithdrawn(t: Trace): Promise<void> {
  async function nap(ms: number): Promise<void> {
    await sleep(ms);
  }

  const tasks = [1000, 1001, 1002].map((ms) => createTask(() => nap(ms)));
  await sleep(0);
  for (const task of tasks) task.cancel();
  await wait(tasks);
  await sleep(1);
  t.log("main");
}
