/** Hands a lock from task to task. */
// deno-lint-ignore-file require-yield
import {
  createTask,
  currentTask,
  getRunningLoop,
  Lock,
  sleep,
  type Task,
  timeout,
  timeoutAt,
  wait,
  waitFor,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Holds the lock for a while. */
function* hold(t: Trace, lock: Lock, name: string, ms = 1): Coroutine<void> {
  try {
    yield* lock.acquire();
  } catch (error) {
    t.log(name, "gives up", error, lock.locked);
    throw error;
  }
  t.log(name, "holds");
  try {
    yield* sleep(ms);
  } finally {
    t.log(name, "releases");
    lock.release();
  }
}

/** Starts a task for each name. */
function start(t: Trace, lock: Lock, ...names: string[]): Task<void>[] {
  return names.map((name) => createTask(() => hold(t, lock, name)));
}

/** Waits for the tasks and logs what is left. */
function* end(t: Trace, lock: Lock, tasks: Task<void>[]): Coroutine<void> {
  yield* wait(tasks);
  t.log("ended", tasks.map((task) => task.cancelled), lock.locked);
}

/** Makes a lock that is held and that a task for each name waits for. */
function* held(t: Trace, ...names: string[]): Coroutine<[Lock, Task<void>[]]> {
  const lock = new Lock();
  yield* lock.acquire();
  const tasks = start(t, lock, ...names);
  yield* sleep(0);
  return [lock, tasks];
}

/** Tells which of the tasks have ended. */
function done(tasks: Task<void>[]): boolean[] {
  return tasks.map((task) => task.done);
}

/** Serves the waiters in the order of their arrival. */
export function* handedOverInOrder(t: Trace): Coroutine<void> {
  const lock = new Lock();
  yield* end(t, lock, start(t, lock, "a", "b", "c"));
}

/** Takes a free lock in the same step. */
export function* freeLockDoesNotYield(t: Trace): Coroutine<void> {
  const lock = new Lock();
  getRunningLoop().callSoon(() => t.log("callback"));
  for (let turn = 0; turn < 2; turn++) {
    yield* lock.acquire();
    t.log("holds", lock.locked);
    lock.release();
    t.log("left", lock.locked);
  }
  yield* sleep(0);
}

/** Refuses to release what nobody holds. */
export function* releaseOfAFreeLock(t: Trace): Coroutine<void> {
  const lock = new Lock();
  for (let turn = 0; turn < 2; turn++) {
    try {
      lock.release();
    } catch (error) {
      t.log("refused", error);
    }
    yield* lock.acquire();
    lock.release();
  }
  t.log("left", lock.locked);
}

/** Refuses a second release although a waiter is about to take the lock. */
export function* secondReleaseInOneStep(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a", "b");
  lock.release();
  try {
    lock.release();
  } catch (error) {
    t.log("refused", error);
  }
  yield* end(t, lock, tasks);
}

/** Lets any task release: nobody owns a lock. */
export function* releasedByAnotherTask(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a");

  function* stranger(): Coroutine<void> {
    t.log("stranger releases");
    lock.release();
  }

  yield* createTask(() => stranger());
  t.log("joined", lock.locked);
  yield* end(t, lock, tasks);
}

/** Serves the next waiter when the first one has given up. */
export function* cancelledHeadIsSkipped(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a", "b");
  t.log(tasks[0].cancel("cancel"));
  yield* sleep(0);
  yield* sleep(0);
  lock.release();
  t.log("released");
  yield* end(t, lock, tasks);
}

/** Wakes the second waiter one iteration later when the head is cancelled just before the release. */
export function* cancelThenRelease(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a", "b", "c");
  t.log(tasks[0].cancel("cancel"));
  lock.release();
  t.log("released", lock.locked);
  yield* end(t, lock, tasks);
}

/** Passes the lock on when the head is cancelled just after the release. */
export function* releaseThenCancel(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a", "b", "c");
  lock.release();
  t.log(tasks[0].cancel("cancel"));
  yield* end(t, lock, tasks);
}

/** Leaves the lock free when everyone gives up after the release. */
export function* releaseThenCancelOfAll(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a", "b", "c");
  lock.release();
  for (const task of tasks) t.log(task.cancel());
  yield* end(t, lock, tasks);
}

/** Leaves the lock free when everyone gives up before the release. */
export function* cancelOfAllThenRelease(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a", "b");
  for (const task of tasks.toReversed()) t.log(task.cancel());
  lock.release();
  yield* end(t, lock, tasks);
}

/** Lets the head keep its turn when the one behind it gives up. */
export function* releaseThenCancelOfAnother(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a", "b", "c");
  lock.release();
  t.log(tasks[1].cancel("cancel"));
  yield* end(t, lock, tasks);
}

/** Lets a woken waiter take the lock when the cancel is taken back in time. */
export function* cancelTakenBack(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a", "b");
  lock.release();
  t.log(tasks[0].cancel(), tasks[0].uncancel());
  yield* end(t, lock, tasks);
}

/** Raises at the first suspension, not at a free lock. */
export function* cancelledBeforeWaiting(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a");

  function* late(): Coroutine<void> {
    currentTask()!.cancel("cancel");
    const other = new Lock();
    yield* other.acquire();
    t.log("took a free lock");
    other.release();
    yield* hold(t, lock, "late");
  }

  tasks.push(createTask(() => late()));
  yield* sleep(0);
  yield* sleep(0);
  lock.release();
  yield* end(t, lock, tasks);
}

/** Sends the releaser to the back of the line when others wait. */
export function* releaseAndAcquireInOneStep(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a", "b");
  lock.release();
  yield* lock.acquire();
  t.log("main holds again", done(tasks));
  lock.release();
  yield* end(t, lock, tasks);
}

/** Lets a newcomer queue although the lock is free for the moment. */
export function* newcomerBehindAWokenWaiter(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a");
  const newcomers = start(t, lock, "newcomer");
  lock.release();
  t.log("released", lock.locked);
  yield* end(t, lock, [...tasks, ...newcomers]);
}

/** Lets a newcomer pass when every waiter is cancelled but not gone yet. */
export function* newcomerBeforeCancelledWaiters(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a", "b");
  for (const task of tasks) task.cancel();
  lock.release();
  yield* lock.acquire();
  t.log("main holds again", done(tasks));
  yield* sleep(1);
  lock.release();
  yield* end(t, lock, tasks);
}

/** Lets a newcomer queue behind a woken waiter that has been cancelled since. */
export function* newcomerBeforeACancelledWokenWaiter(t: Trace): Coroutine<void> {
  const [lock, tasks] = yield* held(t, "a");
  lock.release();
  tasks[0].cancel();
  yield* lock.acquire();
  t.log("main holds again", done(tasks));
  lock.release();
  yield* end(t, lock, tasks);
}

/** Releases the lock of a holder that is cancelled. */
export function* cancelledInside(t: Trace): Coroutine<void> {
  const lock = new Lock();
  const tasks = start(t, lock, "a", "b");
  yield* sleep(0);
  t.log(tasks[0].cancel());
  yield* end(t, lock, tasks);
}

/** Passes the lock to the third when the holder and the second are cancelled at once. */
export function* cancelledInsideWithTheNext(t: Trace): Coroutine<void> {
  for (const order of [[0, 1], [1, 0]]) {
    const lock = new Lock();
    const tasks = start(t, lock, "a", "b", "c");
    yield* sleep(0);
    for (const index of order) t.log(tasks[index].cancel());
    yield* end(t, lock, tasks);
  }
}

/** Gives up at a deadline, with waitFor() and inside a timeout block. */
export function* waitingWithADeadline(t: Trace): Coroutine<void> {
  const [lock] = yield* held(t);
  try {
    yield* waitFor(lock.acquire(), 5);
  } catch (error) {
    t.log("wait_for", error, lock.locked);
  }
  try {
    yield* timeout(5, function* () {
      yield* hold(t, lock, "main");
    });
  } catch (error) {
    t.log("timeout", error, lock.locked);
  }
  lock.release();
  yield* waitFor(lock.acquire(), 5);
  t.log("holds", lock.locked);
}

/** Settles a release and a deadline of the same moment, in either order. */
export function* deadlineWithTheRelease(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  for (const releaseFirst of [true, false]) {
    const [lock] = yield* held(t);
    let tasks: Task<void>[] = [];
    const now = loop.time();
    const arm = () => loop.callAt(now + 5, () => lock.release());
    if (releaseFirst) arm();
    try {
      yield* timeoutAt(now + 5, function* () {
        if (!releaseFirst) arm();
        tasks = start(t, lock, "a");
        yield* lock.acquire();
        t.log("main holds");
        lock.release();
      });
    } catch (error) {
      t.log("main", error, lock.locked);
    }
    yield* end(t, lock, tasks);
  }
}
