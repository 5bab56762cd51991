/** Lets time pass inside a step, so that deadlines are overdue when the loop comes back. */
import {
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  timeout,
  wait,
  waitFor,
} from "../../../mod.ts";
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

/** Fires everything overdue in one iteration, by deadline, behind what is ready. */
export function* overdueTimersFireTogether(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  for (const when of [3, 1, 2, 1, 50]) {
    loop.callAt(when, () => t.log("timer", when));
  }
  t.busy(10);
  loop.callSoon(() => t.log("callback"));
  yield* sleep(0);
  t.log("main");
  yield* sleep(0);
  t.log("main again");
}

/** Measures a delay from the time at which it is asked for. */
export function* delaysCountFromNow(t: Trace): Coroutine<void> {
  t.busy(7);
  yield* sleep(5);
  t.log("slept");
  t.busy(0.5);
  getRunningLoop().callLater(1, () => t.log("timer"));
  yield* sleep(2);
  t.log("slept again");
}

/** Wakes overdue sleepers by deadline, not in the order they went to sleep. */
export function* overdueSleepersWakeByDeadline(t: Trace): Coroutine<void> {
  const tasks = [5, 3, 4].map((ms) => createTask(() => nap(t, `n${ms}`, ms)));
  yield* sleep(0);
  t.busy(20);
  yield* wait(tasks);
  t.log("main");
}

/** Lets a body win that is overdue but suspends no more. */
export function* overdueBodyWins(t: Trace): Coroutine<void> {
  let scope!: Deadline;
  yield* timeout(5, function* (block) {
    scope = block;
    t.busy(10);
  });
  t.log(scope.expired);
}

/** Interrupts an overdue body at its next suspension. */
export function* overdueBlock(t: Trace): Coroutine<void> {
  try {
    yield* timeout(5, function* () {
      t.busy(10);
      t.log("busy");
      yield* nap(t, "body", 1);
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Lets one bare yield pass in an overdue body: its step is queued before the timer. */
export function* overdueBlockWithBareYield(t: Trace): Coroutine<void> {
  try {
    yield* timeout(5, function* () {
      t.busy(10);
      yield* sleep(0);
      t.log("first step");
      yield* sleep(0);
      t.log("not reached");
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Raises from the outer of two nested blocks that are both overdue. */
export function* bothBlocksOverdue(t: Trace): Coroutine<void> {
  const task = currentTask()!;
  try {
    yield* timeout(2, function* (outer) {
      let inner!: Deadline;
      try {
        yield* timeout(1, function* (nested) {
          inner = nested;
          t.busy(5);
          yield* sleep(10);
        });
      } catch (error) {
        t.log(
          "inner saw",
          error,
          inner.expired,
          outer.expired,
          task.cancelling,
        );
        throw error;
      }
    });
  } catch (error) {
    t.log("outer raised", error, task.cancelling);
  }
}

/** Interrupts the handler of an inner timeout that makes the outer block overdue. */
export function* outerBlockOverdueInTheHandler(t: Trace): Coroutine<void> {
  try {
    yield* timeout(20, function* () {
      try {
        yield* timeout(10, function* () {
          yield* sleep(50);
        });
      } catch (error) {
        t.log("inner raised", error);
        t.busy(30);
      }
      yield* nap(t, "after", 10);
    });
  } catch (error) {
    t.log("outer raised", error);
  }
}

/** Times out although a callback of the same iteration has brought the value. */
export function* resultBeforeAnOverdueDeadline(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();

  function* limited(): Coroutine<void> {
    try {
      t.log("value", yield* waitFor(future, 5));
    } catch (error) {
      t.log("raised", error, future.cancelled);
    }
  }

  const task = createTask(() => limited());
  yield* sleep(0);
  t.busy(10);
  loop.callSoon(() => future.setResult("value"));
  yield* task;
}

/** Cancels a sleeper whose timer is overdue but has not fired. */
export function* cancelBeatsAnOverdueSleep(t: Trace): Coroutine<void> {
  const task = createTask(() => nap(t, "sleeper", 5));
  yield* sleep(0);
  t.busy(10);
  t.log("cancel", task.cancel("in time"));
  try {
    yield* task;
  } catch (error) {
    t.log("ended", error);
  }
}
