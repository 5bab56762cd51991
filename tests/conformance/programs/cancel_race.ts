/** Lets a cancel and something else happen in one iteration. */
import {
  createTask,
  type Future,
  getRunningLoop,
  isCancelled,
  sleep,
  type Task,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Joins a task and logs how it ended. */
function* end(t: Trace, task: Task<unknown>): Coroutine<void> {
  try {
    t.log("value", yield* task);
  } catch (error) {
    t.log("ended", error, task.cancelled, task.cancelling);
  }
}

/** Awaits a future and logs the cancel that comes instead. */
function* waiter<T>(t: Trace, future: Future<T>): Coroutine<T> {
  try {
    return yield* future;
  } catch (error) {
    if (isCancelled(error)) t.log("caught", error);
    throw error;
  }
}

/** Starts a task that waits on a new future. */
function* start(t: Trace): Coroutine<[Future<string>, Task<string>]> {
  const future = getRunningLoop().createFuture<string>();
  const task = createTask(() => waiter(t, future));
  yield* sleep(0);
  return [future, task];
}

/** Cancels a task that is woken already: its value is lost to it, not to the future. */
export function* resultThenCancel(t: Trace): Coroutine<void> {
  const [future, task] = yield* start(t);
  future.setResult("value");
  t.log(task.cancel("cancel"));
  yield* end(t, task);
  t.log(future.result());
}

/** Refuses the value of a future that the cancel reached first. */
export function* cancelThenResult(t: Trace): Coroutine<void> {
  const [future, task] = yield* start(t);
  t.log(task.cancel("cancel"));
  try {
    future.setResult("value");
  } catch (error) {
    t.log("refused", error);
  }
  yield* end(t, task);
}

/** Lets the cancel replace an error that was on its way. */
export function* errorThenCancel(t: Trace): Coroutine<void> {
  const [future, task] = yield* start(t);
  future.setException(new Boom("error"));
  t.log(task.cancel("cancel"));
  yield* end(t, task);
  t.log(future.exception());
}

/** Reaches a task that went on to its next wait. */
export function* cancelAfterTheWakeUp(t: Trace): Coroutine<void> {
  const [future, task] = yield* start(t);

  function* longer(): Coroutine<void> {
    const value = yield* task;
    t.log("first", value);
    yield* sleep(5);
  }

  const outer = createTask(() => longer());
  yield* sleep(0);
  future.setResult("value");
  yield* sleep(0);
  yield* sleep(0);
  t.log(task.done, outer.cancel("cancel"));
  yield* end(t, outer);
}

/** Cancels a task that ends in the same iteration, before and after its step. */
export function* cancelInTheStepOfTheEnd(t: Trace): Coroutine<void> {
  function* quick(): Coroutine<string> {
    yield* sleep(0);
    return "value";
  }

  const loop = getRunningLoop();
  const first = createTask(() => quick());
  yield* sleep(0);
  loop.callSoon(() => t.log("after", first.cancel("after")));
  yield* end(t, first);

  const second = createTask(() => quick());
  loop.callSoon(() => {
    loop.callSoon(() => t.log("nothing to do"));
  });
  yield* sleep(0);
  t.log("before", second.cancel("before"));
  yield* end(t, second);
}

/** Lets the handle that was armed first decide. */
export function* timerAndCancelAtOneInstant(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  for (const cancelFirst of [true, false]) {
    const [future, task] = yield* start(t);
    const calls = [
      () => {
        if (!future.done) future.setResult("value");
      },
      () => t.log("cancel", task.cancel("cancel")),
    ];
    if (cancelFirst) calls.reverse();
    for (const call of calls) loop.callLater(10, call);
    yield* end(t, task);
  }
}

/** Cancels a sleeper whose timer is due in the same iteration. */
export function* sleepEndsWhenCancelled(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();

  function* child(): Coroutine<string> {
    try {
      return yield* sleep(10, "slept");
    } catch (error) {
      t.log("caught", error);
      throw error;
    }
  }

  const early = createTask(() => child());
  loop.callLater(10, () => t.log("cancel early", early.cancel("early")));
  yield* end(t, early);
  const late = createTask(() => child());
  yield* sleep(0);
  loop.callLater(10, () => t.log("cancel late", late.cancel("late")));
  yield* end(t, late);
}

/** Cancels a joiner whose task ended in the iteration before. */
export function* cancelOfAWokenJoiner(t: Trace): Coroutine<void> {
  function* quick(): Coroutine<string> {
    yield* sleep(0);
    return "value";
  }

  const inner = createTask(() => quick());
  const outer = createTask(() => waiter(t, inner));
  yield* sleep(0);
  yield* sleep(0);
  t.log(inner.done, outer.done, outer.cancel("woken"));
  yield* end(t, outer);
  t.log(inner.result());
}

/** Gives the value to a woken task whose cancel is taken back in time. */
export function* cancelAndUncancelOfAWokenTask(t: Trace): Coroutine<void> {
  const [future, task] = yield* start(t);
  future.setResult("value");
  t.log(task.cancel("cancel"), task.uncancel());
  yield* end(t, task);
}

/** Goes on after a swallowed cancel that took the place of a value. */
export function* swallowedLoss(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();

  function* child(): Coroutine<void> {
    try {
      t.log("first", yield* future);
    } catch {
      t.log("swallowed");
    }
    t.log("second", yield* future);
  }

  const task = createTask(() => child());
  yield* sleep(0);
  future.setResult("value");
  task.cancel();
  yield* end(t, task);
}

/** Delivers between two waits what came while the task was woken. */
export function* cancelBeforeTheNextSuspension(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  const futures = [0, 1, 2].map(() => loop.createFuture<number>());

  function* child(): Coroutine<void> {
    for (const [index, future] of futures.entries()) {
      t.log(index, yield* future);
    }
  }

  const task = createTask(() => child());
  yield* sleep(0);
  futures[0].setResult(0);
  futures[1].setResult(1);
  loop.callSoon(() => t.log("cancel", task.cancel("between")));
  yield* end(t, task);
  t.log(futures[2].cancelled);
}
