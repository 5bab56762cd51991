/** Cancels what waits for a notification: it holds the lock again, and the notification is not lost. */
import { Condition, createTask, currentTask, sleep, type Task, wait } from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Waits once for a notification and logs how it ends. */
function* waiter(t: Trace, condition: Condition, name: string): Coroutine<void> {
  yield* condition.acquire();
  try {
    try {
      yield* condition.wait();
    } catch (error) {
      t.log(name, "gives up", error, condition.locked);
      throw error;
    }
    t.log(name, "goes on", condition.locked);
  } finally {
    condition.release();
  }
  t.log(name, "left");
}

/** Makes a condition that a task for each name waits on. */
function* waited(t: Trace, ...names: string[]): Coroutine<[Condition, Task<void>[]]> {
  const condition = new Condition();
  const tasks = names.map((name) => createTask(() => waiter(t, condition, name)));
  yield* sleep(0);
  return [condition, tasks];
}

/** Notifies whoever still waits, waits for the tasks and logs how they ended. */
function* end(t: Trace, condition: Condition, tasks: Task<void>[]): Coroutine<void> {
  yield* sleep(5);
  t.log("notify all", tasks.map((task) => task.done));
  yield* condition.acquire();
  condition.notifyAll();
  condition.release();
  yield* wait(tasks);
  t.log("ended", tasks.map((task) => task.cancelled), condition.locked);
}

/** Takes the lock again before the cancel is raised; whoever waits too is notified for nothing. */
export function* cancelledWithAFreeLock(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a", "b", "c");
  t.log(tasks[0].cancel("cancel"));
  yield* end(t, condition, tasks);
}

/** Raises the cancel only when the lock is free again. */
export function* cancelledWithAContestedLock(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a");
  yield* condition.acquire();
  t.log(tasks[0].cancel("cancel"));
  yield* sleep(3);
  t.log("main leaves");
  condition.release();
  yield* end(t, condition, tasks);
}

/** Passes the notification on when the notified waiter is cancelled before it has the lock. */
export function* cancelledWhileTakingTheLockAgain(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a", "b", "c");
  yield* condition.acquire();
  condition.notify();
  yield* sleep(1);
  t.log(tasks[0].cancel("cancel"));
  yield* sleep(1);
  t.log("main leaves");
  condition.release();
  yield* end(t, condition, tasks);
}

/** Keeps on taking the lock through any number of cancels and raises the last one. */
export function* latestCancelIsRaised(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a");
  yield* condition.acquire();
  for (const message of ["first", "second", "third"]) {
    t.log(tasks[0].cancel(message), tasks[0].cancelling);
    yield* sleep(1);
  }
  t.log("main leaves");
  condition.release();
  yield* end(t, condition, tasks);
}

/** Counts two requests of one step as one cancel. */
export function* twoCancelsInOneStep(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a");
  yield* condition.acquire();
  condition.notify();
  yield* sleep(1);
  t.log(tasks[0].cancel("first"), tasks[0].cancel("second"), tasks[0].cancelling);
  yield* sleep(1);
  condition.release();
  yield* end(t, condition, tasks);
}

/** Passes the notification on when the waiter is cancelled in the same step. */
export function* notifyThenCancel(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a", "b", "c");
  yield* condition.acquire();
  condition.notify();
  t.log(tasks[0].cancel("cancel"));
  condition.release();
  yield* end(t, condition, tasks);
}

/** Notifies the next one when the first is cancelled already. */
export function* cancelThenNotify(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a", "b", "c");
  yield* condition.acquire();
  t.log(tasks[0].cancel("cancel"));
  condition.notify();
  condition.release();
  yield* end(t, condition, tasks);
}

/** Passes two notifications on. */
export function* cancelOfTwoNotified(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a", "b", "c", "d", "e");
  yield* condition.acquire();
  condition.notify(2);
  for (const task of tasks.slice(0, 2)) task.cancel();
  condition.release();
  yield* end(t, condition, tasks);
}

/** Cancels a notified waiter in the step that releases the lock, before and after the release. */
export function* cancelWithTheRelease(t: Trace): Coroutine<void> {
  for (const cancelFirst of [true, false]) {
    const [condition, tasks] = yield* waited(t, "a", "b");
    yield* condition.acquire();
    condition.notify();
    yield* sleep(1);
    if (cancelFirst) tasks[0].cancel();
    condition.release();
    if (!cancelFirst) tasks[0].cancel();
    yield* end(t, condition, tasks);
  }
}

/** Releases the lock for a moment although the cancel is known already. */
export function* cancelledBeforeWaiting(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a");

  function* late(): Coroutine<void> {
    yield* condition.acquire();
    try {
      currentTask()!.cancel("late");
      yield* condition.wait();
    } finally {
      condition.release();
    }
  }

  tasks.push(createTask(() => late()));
  yield* sleep(0);
  t.log("after its step", condition.locked);
  yield* end(t, condition, tasks);
}
