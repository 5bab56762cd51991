// Generated from programs/cancel_race.ts by translate.ts.
// deno-lint-ignore-file
/** Lets a cancel and something else happen in one iteration. */
import {
  createTask,
  type Future,
  getRunningLoop,
  isCancelled,
  sleep,
  type Task,
} from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Joins a task and logs how it ended. */
async function end(t: Trace, task: Task<unknown>): Promise<void> {
  try {
    t.log("value", await task);
  } catch (error) {
    t.log("ended", error, task.cancelled, task.cancelling);
  }
}

/** Awaits a future and logs the cancel that comes instead. */
async function waiter<T>(t: Trace, future: Future<T>): Promise<T> {
  try {
    return await future;
  } catch (error) {
    if (isCancelled(error)) t.log("caught", error);
    throw error;
  }
}

/** Starts a task that waits on a new future. */
async function start(t: Trace): Promise<[Future<string>, Task<string>]> {
  const future = getRunningLoop().createFuture<string>();
  const task = createTask(() => waiter(t, future));
  await sleep(0);
  return [future, task];
}

/** Cancels a task that is woken already: its value is lost to it, not to the future. */
export async function resultThenCancel(t: Trace): Promise<void> {
  const [future, task] = await start(t);
  future.setResult("value");
  t.log(task.cancel("cancel"));
  await end(t, task);
  t.log(future.result());
}

/** Refuses the value of a future that the cancel reached first. */
export async function cancelThenResult(t: Trace): Promise<void> {
  const [future, task] = await start(t);
  t.log(task.cancel("cancel"));
  try {
    future.setResult("value");
  } catch (error) {
    t.log("refused", error);
  }
  await end(t, task);
}

/** Lets the cancel replace an error that was on its way. */
export async function errorThenCancel(t: Trace): Promise<void> {
  const [future, task] = await start(t);
  future.setException(new Boom("error"));
  t.log(task.cancel("cancel"));
  await end(t, task);
  t.log(future.exception());
}

/** Reaches a task that went on to its next wait. */
export async function cancelAfterTheWakeUp(t: Trace): Promise<void> {
  const [future, task] = await start(t);

  async function longer(): Promise<void> {
    const value = await task;
    t.log("first", value);
    await sleep(5);
  }

  const outer = createTask(() => longer());
  await sleep(0);
  future.setResult("value");
  await sleep(0);
  await sleep(0);
  t.log(task.done, outer.cancel("cancel"));
  await end(t, outer);
}

/** Cancels a task that ends in the same iteration, before and after its step. */
export async function cancelInTheStepOfTheEnd(t: Trace): Promise<void> {
  async function quick(): Promise<string> {
    await sleep(0);
    return "value";
  }

  const loop = getRunningLoop();
  const first = createTask(() => quick());
  await sleep(0);
  loop.callSoon(() => t.log("after", first.cancel("after")));
  await end(t, first);

  const second = createTask(() => quick());
  loop.callSoon(() => {
    loop.callSoon(() => t.log("nothing to do"));
  });
  await sleep(0);
  t.log("before", second.cancel("before"));
  await end(t, second);
}

/** Lets the handle that was armed first decide. */
export async function timerAndCancelAtOneInstant(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  for (const cancelFirst of [true, false]) {
    const [future, task] = await start(t);
    const calls = [
      () => {
        if (!future.done) future.setResult("value");
      },
      () => t.log("cancel", task.cancel("cancel")),
    ];
    if (cancelFirst) calls.reverse();
    for (const call of calls) loop.callLater(10, call);
    await end(t, task);
  }
}

/** Cancels a sleeper whose timer is due in the same iteration. */
export async function sleepEndsWhenCancelled(t: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(): Promise<string> {
    try {
      return await sleep(10, "slept");
    } catch (error) {
      t.log("caught", error);
      throw error;
    }
  }

  const early = createTask(() => child());
  loop.callLater(10, () => t.log("cancel early", early.cancel("early")));
  await end(t, early);
  const late = createTask(() => child());
  await sleep(0);
  loop.callLater(10, () => t.log("cancel late", late.cancel("late")));
  await end(t, late);
}

/** Cancels a joiner whose task ended in the iteration before. */
export async function cancelOfAWokenJoiner(t: Trace): Promise<void> {
  async function quick(): Promise<string> {
    await sleep(0);
    return "value";
  }

  const inner = createTask(() => quick());
  const outer = createTask(() => waiter(t, inner));
  await sleep(0);
  await sleep(0);
  t.log(inner.done, outer.done, outer.cancel("woken"));
  await end(t, outer);
  t.log(inner.result());
}

/** Gives the value to a woken task whose cancel is taken back in time. */
export async function cancelAndUncancelOfAWokenTask(t: Trace): Promise<void> {
  const [future, task] = await start(t);
  future.setResult("value");
  t.log(task.cancel("cancel"), task.uncancel());
  await end(t, task);
}

/** Goes on after a swallowed cancel that took the place of a value. */
export async function swallowedLoss(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();

  async function child(): Promise<void> {
    try {
      t.log("first", await future);
    } catch {
      t.log("swallowed");
    }
    t.log("second", await future);
  }

  const task = createTask(() => child());
  await sleep(0);
  future.setResult("value");
  task.cancel();
  await end(t, task);
}

/** Delivers between two waits what came while the task was woken. */
export async function cancelBeforeTheNextSuspension(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const futures = [0, 1, 2].map(() => loop.createFuture<number>());

  async function child(): Promise<void> {
    for (const [index, future] of futures.entries()) {
      t.log(index, await future);
    }
  }

  const task = createTask(() => child());
  await sleep(0);
  futures[0].setResult(0);
  futures[1].setResult(1);
  loop.callSoon(() => t.log("cancel", task.cancel("between")));
  await end(t, task);
  t.log(futures[2].cancelled);
}
