/** Waits for a notification under a lock. */
import {
  Condition,
  createTask,
  gather,
  getRunningLoop,
  Lock,
  sleep,
  type Task,
  timeout,
  wait,
  waitFor,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

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

/** Notifies under the lock. */
function* notify(condition: Condition, n = 1): Coroutine<void> {
  yield* condition.acquire();
  condition.notify(n);
  condition.release();
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

/** Wakes as many as asked for, in the order of their arrival. */
export function* notifiedInOrder(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a", "b", "c", "d", "e");
  for (const n of [1, 0, 2]) {
    t.log("notify", n);
    yield* notify(condition, n);
    yield* sleep(1);
  }
  yield* end(t, condition, tasks);
}

/** Forgets the notifications that nobody waits for. */
export function* moreNotificationsThanWaiters(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a");
  yield* notify(condition, 3);
  tasks.push(createTask(() => waiter(t, condition, "late")));
  yield* end(t, condition, tasks);
}

/** Refuses to wait or to notify while nobody holds the lock. */
export function* withoutTheLock(t: Trace): Coroutine<void> {
  const condition = new Condition();
  for (const attempt of [() => condition.notify(), () => condition.notifyAll()]) {
    try {
      attempt();
    } catch (error) {
      t.log("notify", error);
    }
  }
  try {
    yield* condition.wait();
  } catch (error) {
    t.log("wait", error);
  }
  try {
    yield* condition.waitFor(() => false);
  } catch (error) {
    t.log("wait_for", error);
  }
  const met = yield* condition.waitFor(() => "met");
  t.log("wait_for", met, condition.locked);
}

/** Returns the predicate's value after as many wake-ups as it takes. */
export function* predicateIsCheckedUnderTheLock(t: Trace): Coroutine<void> {
  const condition = new Condition();
  const items: number[] = [];

  function* consumer(): Coroutine<void> {
    yield* condition.acquire();
    const value = yield* condition.waitFor(() => {
      t.log("check", items.length, condition.locked);
      return Math.floor(items.length / 2);
    });
    t.log("met", value);
    condition.release();
  }

  const task = createTask(() => consumer());
  for (const item of [1, 2]) {
    yield* sleep(1);
    items.push(item);
    yield* notify(condition);
  }
  yield* task;
}

/** Lets the predicate's error out with the lock held. */
export function* predicateRaises(t: Trace): Coroutine<void> {
  const condition = new Condition();
  let checks = 0;
  getRunningLoop().callLater(1, () => void createTask(() => notify(condition)));
  yield* condition.acquire();
  try {
    yield* condition.waitFor(() => {
      if (++checks === 2) throw new Boom("predicate");
      return false;
    });
  } catch (error) {
    t.log("caught", error, condition.locked);
  }
  condition.release();
}

/** Lets whoever waits for the lock already pass before the notified one. */
export function* notifiedWaiterQueuesForTheLock(t: Trace): Coroutine<void> {
  const [condition, tasks] = yield* waited(t, "a", "b");
  yield* condition.acquire();

  function* newcomer(name: string): Coroutine<void> {
    yield* condition.acquire();
    t.log(name, "holds");
    yield* sleep(1);
    condition.release();
  }

  tasks.push(createTask(() => newcomer("early")));
  yield* sleep(0);
  condition.notify();
  tasks.push(createTask(() => newcomer("late")));
  t.log("notified");
  yield* sleep(1);
  condition.release();
  yield* end(t, condition, tasks);
}

/** Holds the lock again when a deadline has passed. */
export function* timeoutLeavesTheLockHeld(t: Trace): Coroutine<void> {
  const condition = new Condition();
  yield* condition.acquire();
  try {
    yield* waitFor(condition.wait(), 5);
  } catch (error) {
    t.log("wait_for", error, condition.locked);
  }
  try {
    yield* timeout(5, function* () {
      yield* condition.waitFor(() => false);
    });
  } catch (error) {
    t.log("timeout", error, condition.locked);
  }
  condition.release();
  t.log("left", condition.locked);
}

/** Lets a deadline pass late when the lock is taken. */
export function* timeoutWithAContestedLock(t: Trace): Coroutine<void> {
  const condition = new Condition();

  function* holder(): Coroutine<void> {
    using _permit = yield* condition.acquire();
    t.log("holder holds");
    yield* sleep(9);
  }

  yield* condition.acquire();
  const task = createTask(() => holder());
  try {
    yield* timeout(5, function* () {
      yield* condition.wait();
    });
  } catch (error) {
    t.log("timeout", error, task.done);
  }
  condition.release();
}

/** Notifies the waiters of one condition alone. */
export function* oneLockForTwoConditions(t: Trace): Coroutine<void> {
  const lock = new Lock();
  const [full, empty] = [new Condition(lock), new Condition(lock)];
  const tasks = [
    createTask(() => waiter(t, full, "full")),
    createTask(() => waiter(t, empty, "empty")),
  ];
  yield* sleep(0);
  yield* lock.acquire();
  t.log("locked", full.locked, empty.locked);
  empty.notifyAll();
  lock.release();
  yield* end(t, full, tasks);
}

/** Moves items from a producer to two consumers. */
export function* boundedBuffer(t: Trace): Coroutine<void> {
  const condition = new Condition();
  const items: number[] = [];

  function* producer(): Coroutine<void> {
    for (let item = 0; item < 4; item++) {
      using _permit = yield* condition.acquire();
      yield* condition.waitFor(() => items.length < 2);
      items.push(item);
      t.log("produced", item);
      condition.notifyAll();
    }
  }

  function* consumer(name: string): Coroutine<void> {
    for (let turn = 0; turn < 2; turn++) {
      {
        using _permit = yield* condition.acquire();
        yield* condition.waitFor(() => items.length > 0);
        t.log(name, "consumed", items.shift());
        condition.notifyAll();
      }
      yield* sleep(1);
    }
  }

  yield* gather([() => consumer("a"), () => consumer("b"), () => producer()]);
}
