/** Tells the deadline of a timeout block from a cancel that comes from outside. */
import { createTask, currentTask, getRunningLoop, sleep, timeout, wait } from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import type { Deadline, Trace } from "../support.ts";

/** Sleeps and logs the end or the cancel. */
function* nap(t: Trace, name: string, ms: number): Coroutine<void> {
  try {
    yield* sleep(ms);
    t.log(name, "slept");
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Keeps an outside cancel a cancel. */
export function* cancelFromOutside(t: Trace): Coroutine<void> {
  function* body(): Coroutine<void> {
    yield* timeout(100, function* (scope) {
      try {
        yield* nap(t, "body", 200);
      } finally {
        t.log(scope.expired);
      }
    });
  }

  const task = createTask(() => body());
  yield* sleep(5);
  task.cancel("outside");
  try {
    yield* task;
  } catch (error) {
    t.log("ended", error, task.cancelling);
  }
}

/** Keeps an outside cancel a cancel while the block is expiring. */
export function* cancelDuringTheCleanup(t: Trace): Coroutine<void> {
  function* body(): Coroutine<void> {
    yield* timeout(10, function* () {
      try {
        yield* sleep(100);
      } catch {
        t.log("cleanup");
        yield* sleep(10);
      }
    });
  }

  const task = createTask(() => body());
  yield* sleep(15);
  task.cancel("outside");
  try {
    yield* task;
  } catch (error) {
    t.log("ended", error, task.cancelling);
  }
}

/** Lets an outside cancel of the same instant win, whichever comes first. */
export function* cancelAndDeadlineTogether(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();

  function* body(): Coroutine<void> {
    let scope!: Deadline;
    try {
      yield* timeout(10, function* (block) {
        scope = block;
        yield* sleep(100);
      });
    } finally {
      t.log(scope.expired, currentTask()!.cancelling);
    }
  }

  for (const early of [true, false]) {
    const task = createTask(() => body());
    if (early) loop.callLater(10, () => task.cancel());
    yield* sleep(0);
    if (!early) loop.callLater(10, () => task.cancel());
    try {
      yield* task;
    } catch (error) {
      t.log("ended", error, task.cancelled);
    }
  }
}

/** Limits the cleanup of a cancelled task. */
export function* timeoutAfterACancel(t: Trace): Coroutine<void> {
  function* body(): Coroutine<void> {
    try {
      yield* sleep(100);
    } finally {
      try {
        yield* timeout(10, () => nap(t, "cleanup", 100));
      } catch (error) {
        t.log("raised", error, currentTask()!.cancelling);
      }
    }
  }

  const task = createTask(() => body());
  yield* sleep(5);
  task.cancel("first");
  try {
    yield* task;
  } catch (error) {
    t.log("ended", error);
  }
}

/** Tells a second cancel from the deadline of the cleanup. */
export function* cancelInATimeoutAfterACancel(t: Trace): Coroutine<void> {
  function* body(): Coroutine<void> {
    try {
      yield* sleep(100);
    } finally {
      yield* timeout(10, function* (scope) {
        try {
          yield* sleep(100);
        } finally {
          t.log(scope.expired, currentTask()!.cancelling);
        }
      });
    }
  }

  const task = createTask(() => body());
  yield* sleep(5);
  task.cancel("first");
  yield* sleep(2);
  task.cancel("second");
  try {
    yield* task;
  } catch (error) {
    t.log("ended", error, task.cancelling);
  }
}

/** Leaves a task uncancelled that handled its timeout. */
export function* handledTimeoutLeavesNoTrace(t: Trace): Coroutine<void> {
  function* body(): Coroutine<string> {
    try {
      yield* timeout(10, function* () {
        yield* sleep(100);
      });
    } catch {
      t.log("handled");
    }
    yield* sleep(5);
    return "value";
  }

  const task = createTask(() => body());
  t.log(yield* task);
  t.log(task.cancelled, task.cancelling);
}

/** Fails the task with the timeout, not as cancelled. */
export function* unhandledTimeout(t: Trace): Coroutine<void> {
  function* body(): Coroutine<void> {
    yield* timeout(10, function* () {
      yield* sleep(100);
    });
  }

  const task = createTask(() => body());
  yield* wait([task]);
  t.log(task.cancelled, task.exception());
}
