// Generated from programs/shielding.ts by translate.ts.
// deno-lint-ignore-file
/** Protects a task from the cancel of its waiter with shield(). */
import {
  createTask,
  type Future,
  gather,
  getRunningLoop,
  isCancelled,
  shield,
  sleep,
  type Task,
  wait,
} from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Sleeps and logs the end or the cancel. */
async function nap(t: Trace, name: string, ms: number): Promise<string> {
  try {
    await sleep(ms);
    t.log(name, "slept");
    return name;
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Raises after a sleep. */
async function fail(ms: number, message: string): Promise<string> {
  await sleep(ms);
  throw new Boom(message);
}

/** Awaits something behind a shield and logs the cancel that comes instead. */
async function shielded<T>(t: Trace, future: Future<T>): Promise<T> {
  try {
    return await shield(future);
  } catch (error) {
    if (isCancelled(error)) t.log("shield", error);
    throw error;
  }
}

/** Joins a task and logs how it ended. */
async function end(t: Trace, task: Task<unknown>): Promise<void> {
  try {
    t.log("value", await task);
  } catch (error) {
    t.log("ended", error, task.cancelled);
  }
}

/** Cancels the waiter at once and lets the inner task finish. */
export async function waiterCancelled(t: Trace): Promise<void> {
  const inner = createTask(() => nap(t, "inner", 20));
  const outer = createTask(() => shielded(t, inner));
  await sleep(5);
  t.log("cancel", outer.cancel("outer"));
  await end(t, outer);
  t.log(inner.done, inner.cancelling);
  t.log(await inner);
}

/** Cancels the waiter when somebody else cancels the inner task. */
export async function innerCancelled(t: Trace): Promise<void> {
  const inner = createTask(() => nap(t, "inner", 20));
  const outer = createTask(() => shielded(t, inner));
  await sleep(5);
  t.log("cancel", inner.cancel());
  await end(t, outer);
  t.log(outer.cancelling);
}

/** Passes values and errors on. */
export async function transparentOtherwise(t: Trace): Promise<void> {
  t.log(await shield(() => nap(t, "value", 5)));
  try {
    await shield(() => fail(5, "error"));
  } catch (error) {
    t.log("raised", error);
  }
}

/** Returns a done task itself instead of a new future. */
export async function doneInnerIsReturned(t: Trace): Promise<void> {
  const task = createTask(() => nap(t, "inner", 0));
  await task;
  t.log(Object.is(shield(task), task));
  const pending = createTask(() => nap(t, "pending", 1));
  t.log(Object.is(shield(pending), pending));
  await pending;
}

/** Reports an error that has lost its waiter. */
export async function innerFailsAfterTheCancel(t: Trace): Promise<void> {
  const inner = createTask(() => fail(10, "lost"));
  const outer = createTask(() => shielded(t, inner));
  await sleep(5);
  outer.cancel();
  await end(t, outer);
  await sleep(10);
  t.log("over");
}

/** Starts a bare coroutine in a task of its own, before it is awaited. */
export async function coroutineIsStartedAsATask(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    t.log("child");
  }

  const pending = shield(() => child());
  t.log("called");
  await sleep(0);
  t.log("main", pending.done);
  await pending;
  t.log("over");
}

/** Raises the cancel although the inner task has just ended. */
export async function cancelAndResultTogether(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();
  const outer = createTask(() => shielded(t, future));
  await sleep(0);
  future.setResult("value");
  t.log("cancel", outer.cancel("together"));
  await end(t, outer);
  t.log(future.result());
}

/** Raises the cancel although the shield is done, too. */
export async function cancelOneIterationAfterTheResult(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();
  const outer = createTask(() => shielded(t, future));
  await sleep(0);
  future.setResult("value");
  await sleep(0);
  t.log("cancel", outer.cancel("after"));
  await end(t, outer);
}

/** Lets the waiter wait for the inner task before it gives in. */
export async function waitingOnAfterTheCancel(t: Trace): Promise<void> {
  const inner = createTask(() => nap(t, "inner", 20));

  async function careful(): Promise<string> {
    try {
      return await shield(inner);
    } catch (error) {
      t.log("waiting on");
      await inner;
      throw error;
    }
  }

  const task = createTask(() => careful());
  await sleep(5);
  task.cancel("careful");
  await end(t, task);
}

/** Cancels the shields inside a gather, not what they protect. */
export async function cancelledGatherOfShields(t: Trace): Promise<void> {
  const inner = ["a", "b"].map((name) => createTask(() => nap(t, name, 20)));

  async function waiter(): Promise<void> {
    await gather(inner.map((task) => shield(task)));
  }

  const task = createTask(() => waiter());
  await sleep(5);
  task.cancel("gather");
  await end(t, task);
  t.log(inner[0].done, inner[1].done);
  await wait(inner);
}

/** Protects all the children of a gather. */
export async function shieldedGather(t: Trace): Promise<void> {
  const gathered = gather([() => nap(t, "a", 20), () => nap(t, "b", 10)]);
  const task = createTask(() => shielded(t, gathered));
  await sleep(5);
  task.cancel("outer");
  await end(t, task);
  t.log(await gathered);
}

/** Cancels one of two waiters behind shields of their own. */
export async function twoShieldsOfOneTask(t: Trace): Promise<void> {
  const inner = createTask(() => nap(t, "inner", 10));
  const first = createTask(() => shielded(t, inner));
  const second = createTask(() => shielded(t, inner));
  await sleep(5);
  first.cancel("first");
  await end(t, first);
  await end(t, second);
}
