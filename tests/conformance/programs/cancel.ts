/** Cancels a task in each of the states it can be in. */
// deno-lint-ignore-file require-yield
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
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Joins a task and logs how it ended. */
function* end(t: Trace, task: Task<unknown>): Coroutine<void> {
  try {
    t.log("value", yield* task);
  } catch (error) {
    t.log("ended", error, task.cancelled);
  }
}

/** Returns a value after a sleep. */
function* nap(ms: number, result = "slept"): Coroutine<string> {
  return yield* sleep(ms, result);
}

/** Ends a sleeper without waiting; a second cancel is refused. */
export function* sleepingTask(t: Trace): Coroutine<void> {
  const task = createTask(() => nap(10_000));
  yield* sleep(5);
  t.log("cancel", task.cancel());
  yield* end(t, task);
  t.log("cancel", task.cancel());
}

/** Never runs the body of a task cancelled before its first step. */
export function* notStartedTask(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    t.log("body");
  }

  const task = createTask(() => child());
  t.log("cancel", task.cancel("early"), task.cancelling, task.cancelled);
  yield* end(t, task);
}

/** Delivers the message, or none, to whoever reads the outcome. */
export function* messagesTravel(t: Trace): Coroutine<void> {
  for (const message of ["text", undefined]) {
    for (const way of ["await", "result", "exception"] as const) {
      const task = createTask(() => nap(100));
      yield* sleep(0);
      task.cancel(message);
      yield* wait([task]);
      try {
        if (way === "await") {
          yield* task;
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
export function* bareYield(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    t.log("child");
    try {
      yield* sleep(0);
    } catch (error) {
      t.log("caught", error);
      throw error;
    }
  }

  const task = createTask(() => child());
  yield* sleep(0);
  t.log("cancel", task.cancel("now"));
  yield* end(t, task);
}

/** Cancels the waiting task by cancelling the future it waits on. */
export function* awaitedFuture(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<void>();

  function* child(): Coroutine<void> {
    yield* future;
  }

  const task = createTask(() => child());
  yield* sleep(0);
  t.log("cancel", future.cancel("future"), task.cancelling);
  yield* end(t, task);
}

/** Delivers one error when both are cancelled in one iteration. */
export function* taskAndItsFuture(t: Trace): Coroutine<void> {
  function* child(future: Future<void>): Coroutine<void> {
    try {
      yield* future;
    } catch (error) {
      t.log("caught", error);
      yield* sleep(0);
      t.log("went on");
      throw error;
    }
  }

  for (const taskFirst of [true, false]) {
    const future = getRunningLoop().createFuture<void>();
    const task = createTask(() => child(future));
    yield* sleep(0);
    if (taskFirst) {
      t.log(task.cancel("task"), future.cancel("future"));
    } else {
      t.log(future.cancel("future"), task.cancel("task"));
    }
    yield* end(t, task);
  }
}

/** Finishes with the value of a task that catches the cancel. */
export function* caughtAndReturned(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    try {
      yield* sleep(100);
      return "slept";
    } catch (error) {
      t.log("caught", error);
      return "kept";
    }
  }

  const task = createTask(() => child());
  yield* sleep(0);
  task.cancel("once");
  yield* end(t, task);
  t.log(task.cancelled, task.cancelling);
}

/** Lets a task that swallowed the cancel wait for other things. */
export function* swallowedThenAwaits(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();

  function* child(): Coroutine<string> {
    try {
      yield* sleep(100);
    } catch {
      t.log("swallowed");
    }
    yield* sleep(10);
    t.log("slept");
    return yield* future;
  }

  const task = createTask(() => child());
  yield* sleep(0);
  task.cancel();
  getRunningLoop().callLater(20, () => future.setResult("value"));
  yield* end(t, task);
  t.log(future.cancelled, task.cancelling);
}

/** Delivers a self-cancel at the very next suspension. */
export function* ownTask(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    currentTask()!.cancel("self");
    t.log("still running");
    yield* sleep(0);
    t.log("not reached");
  }

  yield* end(t, createTask(() => child()));
}

/** Keeps a self-cancel pending while nothing really suspends. */
export function* ownTaskBeforeADoneFuture(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();
  future.setResult("value");

  function* child(): Coroutine<void> {
    currentTask()!.cancel("self");
    t.log(yield* future);
    t.log("past the done future");
    yield* sleep(5);
    t.log("not reached");
  }

  yield* end(t, createTask(() => child()));
}

/** Drops the value of a task that cancels itself and returns. */
export function* ownTaskAtTheEnd(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    currentTask()!.cancel("self");
    return "value";
  }

  yield* end(t, createTask(() => child()));
}

/** Keeps the error of a task that cancels itself and fails. */
export function* ownTaskThenRaises(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    currentTask()!.cancel("self");
    throw new Boom("error");
  }

  yield* end(t, createTask(() => child()));
}

/** Cancels the child that a self-cancelled task joins next, and its future. */
export function* ownTaskThenJoins(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<void>();

  function* inner(): Coroutine<void> {
    yield* future;
  }

  function* child(): Coroutine<void> {
    const task = createTask(() => inner());
    yield* sleep(0);
    currentTask()!.cancel("self");
    try {
      yield* task;
    } finally {
      t.log("inner", task.cancelled, "future", future.cancelled);
    }
  }

  yield* end(t, createTask(() => child()));
}

/** Refuses to cancel what is done, whatever the outcome. */
export function* finishedTask(t: Trace): Coroutine<void> {
  function* fail(): Coroutine<string> {
    throw new Boom("error");
  }

  const done = createTask(() => nap(0, "value"));
  const failed = createTask(() => fail());
  yield* wait([done, failed]);
  t.log(done.cancel(), failed.cancel(), done.cancelling);
  yield* end(t, done);
  yield* end(t, failed);
}

/** Waits for a cleanup that takes its time. */
export function* cleanupMayWait(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    try {
      yield* sleep(100);
    } finally {
      t.log("cleanup");
      yield* sleep(10);
      t.log("cleaned");
    }
  }

  const task = createTask(() => child());
  yield* sleep(1);
  t.log("cancel", task.cancel());
  yield* end(t, task);
}

/** Lets an error of the cleanup replace the cancel. */
export function* cleanupRaises(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    try {
      yield* sleep(100);
    } catch {
      throw new Boom("cleanup");
    }
  }

  const task = createTask(() => child());
  yield* sleep(1);
  t.log("cancel", task.cancel());
  yield* end(t, task);
}

/** Counts a task as cancelled that raises the error by itself. */
export function* spontaneousCancelledError(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    throw new CancelledError("own idea");
  }

  const task = createTask(() => child());
  yield* end(t, task);
  t.log(task.cancelling);
}

/** Ends the run with the cancel of main. */
export function* mainTask(t: Trace): Coroutine<void> {
  const main = currentTask()!;
  getRunningLoop().callLater(10, () => main.cancel("main"));
  try {
    yield* sleep(100);
  } finally {
    t.log("cleanup", main.cancelling);
  }
}
