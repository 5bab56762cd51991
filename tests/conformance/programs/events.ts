/** Waits for an event to be set. */
import {
  createTask,
  Event,
  getRunningLoop,
  sleep,
  type Task,
  timeout,
  timeoutAt,
  wait,
  waitFor,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Waits once and logs how it ends. */
function* pass(t: Trace, event: Event, name: string): Coroutine<void> {
  try {
    yield* event.wait();
  } catch (error) {
    t.log(name, "gives up", error, event.isSet);
    throw error;
  }
  t.log(name, "passes", event.isSet);
}

/** Makes an event that a task for each name waits for. */
function* waited(t: Trace, ...names: string[]): Coroutine<[Event, Task<void>[]]> {
  const event = new Event();
  const tasks = names.map((name) => createTask(() => pass(t, event, name)));
  yield* sleep(0);
  return [event, tasks];
}

/** Waits for the tasks and logs how they ended. */
function* end(t: Trace, tasks: Task<void>[]): Coroutine<void> {
  yield* wait(tasks);
  t.log("ended", tasks.map((task) => task.cancelled));
}

/** Wakes every waiter, in the order of their arrival. */
export function* setWakesAllInOrder(t: Trace): Coroutine<void> {
  const [event, tasks] = yield* waited(t, "a", "b", "c");
  event.set();
  t.log("set", event.isSet);
  yield* end(t, tasks);
}

/** Passes a set event in the same step, and again after clear() only when it is set again. */
export function* setEventDoesNotYield(t: Trace): Coroutine<void> {
  const event = new Event();
  event.set();
  event.set();
  getRunningLoop().callSoon(() => t.log("callback"));
  yield* event.wait();
  yield* event.wait();
  t.log("passed twice");
  event.clear();
  event.clear();
  getRunningLoop().callLater(5, () => event.set());
  yield* event.wait();
  t.log("passed again");
}

/** Wakes the present waiters, although the event is clear again when they run. */
export function* setThenClear(t: Trace): Coroutine<void> {
  const [event, tasks] = yield* waited(t, "a", "b");
  event.set();
  event.clear();
  tasks.push(createTask(() => pass(t, event, "late")));
  yield* sleep(5);
  t.log("set again");
  event.set();
  yield* end(t, tasks);
}

/** Lets a woken waiter clear the event for itself, not for those woken with it. */
export function* clearThenWaitInAWokenTask(t: Trace): Coroutine<void> {
  const event = new Event();

  function* consumer(name: string): Coroutine<void> {
    for (let turn = 0; turn < 2; turn++) {
      yield* event.wait();
      t.log(name, "passes", event.isSet);
      event.clear();
    }
  }

  const tasks = ["a", "b"].map((name) => createTask(() => consumer(name)));
  for (let turn = 0; turn < 3; turn++) {
    yield* sleep(5);
    t.log("set");
    event.set();
  }
  yield* end(t, tasks);
}

/** Forgets a cancelled waiter. */
export function* cancelledWaiterLeaves(t: Trace): Coroutine<void> {
  const [event, tasks] = yield* waited(t, "a", "b");
  t.log(tasks[0].cancel("cancel"));
  yield* sleep(1);
  event.set();
  yield* end(t, tasks);
}

/** Cancels a waiter that is woken already: its wake-up is nobody else's. */
export function* setThenCancel(t: Trace): Coroutine<void> {
  const [event, tasks] = yield* waited(t, "a", "b");
  event.set();
  t.log(tasks[0].cancel("cancel"));
  yield* end(t, tasks);
}

/** Sets the event after a waiter was cancelled, before it runs. */
export function* cancelThenSet(t: Trace): Coroutine<void> {
  const [event, tasks] = yield* waited(t, "a", "b");
  t.log(tasks[0].cancel("cancel"));
  event.set();
  yield* end(t, tasks);
}

/** Lets a woken waiter pass when the cancel is taken back in time. */
export function* setThenCancelTakenBack(t: Trace): Coroutine<void> {
  const [event, tasks] = yield* waited(t, "a");
  event.set();
  t.log(tasks[0].cancel(), tasks[0].uncancel());
  yield* end(t, tasks);
}

/** Lets a cancelled waiter wake the others. */
export function* setInTheCleanupOfAWaiter(t: Trace): Coroutine<void> {
  const [event, tasks] = yield* waited(t, "a", "b");

  function* setter(): Coroutine<void> {
    try {
      yield* event.wait();
    } finally {
      t.log("setter sets");
      event.set();
    }
  }

  tasks.unshift(createTask(() => setter()));
  yield* sleep(0);
  tasks[0].cancel();
  yield* end(t, tasks);
}

/** Gives up at a deadline, with waitFor() and inside a timeout block. */
export function* waitingWithADeadline(t: Trace): Coroutine<void> {
  const [event] = yield* waited(t);
  try {
    yield* waitFor(event.wait(), 5);
  } catch (error) {
    t.log("wait_for", error);
  }
  try {
    yield* timeout(5, function* () {
      yield* pass(t, event, "main");
    });
  } catch (error) {
    t.log("timeout", error);
  }
  getRunningLoop().callLater(5, () => event.set());
  yield* waitFor(event.wait(), 10);
  t.log("passed");
}

/** Settles a set() and a deadline of the same moment, in either order. */
export function* deadlineWithTheSet(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  for (const setFirst of [true, false]) {
    const [event] = yield* waited(t);
    const now = loop.time();
    const arm = () => loop.callAt(now + 5, () => event.set());
    if (setFirst) arm();
    try {
      yield* timeoutAt(now + 5, function* () {
        if (!setFirst) arm();
        yield* pass(t, event, "main");
      });
    } catch (error) {
      t.log("main", error);
    }
  }
}
