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
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Joins a task and logs how it ended. */
function* end(t: Trace, name: string, task: Task<unknown>): Coroutine<void> {
  try {
    t.log(name, "value", yield* task);
  } catch (error) {
    t.log(name, "ended", error, task.cancelled, task.cancelling);
  }
}

/** Sleeps and logs the cancel that comes instead. */
function* guardedNap(t: Trace, name: string, ms = 100): Coroutine<void> {
  try {
    yield* sleep(ms);
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Awaits a future and logs the cancel that comes instead. */
function* guarded<T>(t: Trace, name: string, future: Future<T>): Coroutine<T> {
  try {
    return yield* future;
  } catch (error) {
    if (isCancelled(error)) t.log(name, "caught", error);
    throw error;
  }
}

/** Unwinds a chain of coroutines in one step, innermost first. */
export function* throughNestedCoroutines(t: Trace): Coroutine<void> {
  function* middle(): Coroutine<void> {
    try {
      yield* guardedNap(t, "inner");
    } catch (error) {
      t.log("middle", "caught", error);
      throw error;
    }
  }

  function* outer(): Coroutine<void> {
    try {
      yield* middle();
    } catch (error) {
      t.log("outer", "caught", error);
      throw error;
    }
  }

  const task = createTask(() => outer());
  yield* sleep(5);
  task.cancel("chain");
  yield* end(t, "task", task);
}

/** Lets an outer coroutine swallow what cancelled the inner one. */
export function* swallowedByTheOuterCoroutine(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();

  function* outer(): Coroutine<string> {
    try {
      return yield* guarded(t, "inner", future);
    } catch {
      return "swallowed";
    }
  }

  const task = createTask(() => outer());
  yield* sleep(0);
  t.log(task.cancel(), future.cancelled);
  yield* end(t, "task", task);
}

/** Reaches the innermost task at once and each waiter one iteration after the task before it. */
export function* throughThreeTasks(t: Trace): Coroutine<void> {
  const inner = createTask(() => guardedNap(t, "inner"));
  const middle = createTask(() => guarded(t, "middle", inner));
  const outer = createTask(() => guarded(t, "outer", middle));
  yield* sleep(5);
  t.log(outer.cancel("deep"));
  t.log(inner.cancelling, middle.cancelling, outer.cancelling);
  yield* end(t, "outer", outer);
  t.log(inner.cancelled, middle.cancelled);
}

/** Gives the waiter the value of the task that swallowed its cancel. */
export function* innerTaskSwallows(t: Trace): Coroutine<void> {
  function* stubborn(): Coroutine<string> {
    try {
      yield* sleep(100);
    } catch {
      t.log("swallowed");
    }
    yield* sleep(5);
    return "value";
  }

  const inner = createTask(() => stubborn());
  const outer = createTask(() => guarded(t, "outer", inner));
  yield* sleep(0);
  t.log(outer.cancel());
  yield* end(t, "outer", outer);
  t.log(outer.cancelling, inner.cancelling);
}

/** Gives the waiter the error its inner task raised instead. */
export function* innerTaskConverts(t: Trace): Coroutine<void> {
  function* converting(): Coroutine<void> {
    try {
      yield* sleep(100);
    } catch {
      throw new Boom("converted");
    }
  }

  const inner = createTask(() => converting());
  const outer = createTask(() => guarded(t, "outer", inner));
  yield* sleep(0);
  outer.cancel();
  yield* end(t, "outer", outer);
}

/** Cancels the waiters of a cancelled task without counting a request. */
export function* innerTaskCancelledAlone(t: Trace): Coroutine<void> {
  function* second(): Coroutine<string> {
    return yield* sleep(10, "second sleeps");
  }

  const inner = createTask(() => guardedNap(t, "inner"));
  const first = createTask(() => guarded(t, "first", inner));
  const other = createTask(() => second());
  yield* sleep(0);
  t.log(inner.cancel("inner"));
  yield* end(t, "first", first);
  yield* end(t, "second", other);
}

/** Takes the other joiner down through the shared task. */
export function* oneOfTwoJoiners(t: Trace): Coroutine<void> {
  const shared = createTask(() => guardedNap(t, "shared"));
  const first = createTask(() => guarded(t, "first", shared));
  const second = createTask(() => guarded(t, "second", shared));
  yield* sleep(0);
  first.cancel();
  yield* wait([first, second]);
  t.log(first.cancelling, second.cancelling, second.cancelled);
}

/** Interrupts the cleanup with a second cancel. */
export function* secondCancelDuringCleanup(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    try {
      yield* sleep(100);
    } finally {
      t.log("cleanup");
      try {
        yield* sleep(50);
      } finally {
        t.log("cleanup of the cleanup");
      }
    }
  }

  const task = createTask(() => child());
  yield* sleep(1);
  task.cancel("first");
  yield* sleep(1);
  task.cancel("second");
  yield* end(t, "task", task);
}

/** Cancels a task from a done callback of what it waits on. */
export function* cancelInACallback(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();

  function* child(): Coroutine<void> {
    const value = yield* future;
    t.log("not reached", value);
  }

  future.addDoneCallback(() => t.log("cancel", task.cancel("callback")));
  const task: Task<void> = createTask(() => child());
  yield* sleep(0);
  future.setResult("lost");
  yield* end(t, "task", task);
  t.log(future.result());
}

/** Loses to the wake-up when the cancelling callback comes after it. */
export function* cancelInALaterCallback(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();

  function* child(): Coroutine<void> {
    t.log("value", yield* future);
    yield* sleep(5);
  }

  const task = createTask(() => child());
  yield* sleep(0);
  future.addDoneCallback(() => t.log("cancel", task.cancel("callback")));
  future.setResult("kept");
  yield* end(t, "task", task);
}

/** Cancels the very task that waits for the canceller. */
export function* taskCancelsItsJoiner(t: Trace): Coroutine<void> {
  const main = currentTask()!;

  function* child(): Coroutine<void> {
    t.log("cancel", main.cancel("from the child"));
    yield* guardedNap(t, "child", 5);
    t.log("not reached");
  }

  const task = createTask(() => child());
  try {
    yield* task;
  } catch (error) {
    t.log("main", error, main.uncancel(), task.cancelled);
  }
}

/** Lets the first of two tasks cancel the other before that can cancel back. */
export function* tasksCancelEachOther(t: Trace): Coroutine<void> {
  const tasks: Task<void>[] = [];

  function* child(index: number): Coroutine<void> {
    yield* sleep(5);
    t.log(index, "cancels", tasks[1 - index].cancel());
    yield* sleep(5);
    t.log(index, "slept");
  }

  tasks.push(createTask(() => child(0)), createTask(() => child(1)));
  yield* wait(tasks);
  t.log(tasks[0].cancelled, tasks[1].cancelled);
}

/** Survives three cancels by swallowing each of them. */
export function* cancelledAgainAndAgain(t: Trace): Coroutine<void> {
  function* child(): Coroutine<number> {
    let caught = 0;
    while (caught < 3) {
      try {
        yield* sleep(100);
      } catch (error) {
        caught++;
        t.log("caught", error);
      }
    }
    return caught;
  }

  const task = createTask(() => child());
  yield* sleep(0);
  for (let i = 0; i < 3; i++) {
    t.log(task.cancel(`number ${i}`));
    yield* sleep(i);
  }
  yield* end(t, "task", task);
}

/** Leaves no timer behind that would hold the clock. */
export function* sleepTimerIsWithdrawn(t: Trace): Coroutine<void> {
  function* nap(ms: number): Coroutine<void> {
    yield* sleep(ms);
  }

  const tasks = [1000, 1001, 1002].map((ms) => createTask(() => nap(ms)));
  yield* sleep(0);
  for (const task of tasks) task.cancel();
  yield* wait(tasks);
  yield* sleep(1);
  t.log("main");
}
