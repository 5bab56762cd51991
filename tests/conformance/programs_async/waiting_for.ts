// Generated from programs/waiting_for.ts by translate.ts.
// deno-lint-ignore-file
/** Waits for one thing with a deadline by waitFor(). */
import {
  createTask,
  currentTask,
  type Future,
  getRunningLoop,
  shield,
  sleep,
  waitFor,
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

/** Takes some time after the cancel, then raises, or returns, or lets it pass. */
async function linger(
  t: Trace,
  ms: number,
  error?: Error,
  value?: string,
): Promise<string> {
  try {
    return await sleep(100, "slept");
  } catch (cancelled) {
    t.log("cleanup");
    await sleep(ms);
    t.log("cleaned");
    if (error !== undefined) throw error;
    if (value !== undefined) return value;
    throw cancelled;
  }
}

/** Logs what waitFor returns or raises, and the cause. */
async function limited(
  t: Trace,
  awaitable: Future<string> | (() => Promise<string>),
  ms: number | undefined,
): Promise<void> {
  try {
    t.log("value", await waitFor(awaitable, ms));
  } catch (error) {
    t.log("raised", error, "cause", (error as Error).cause);
  }
}

/** Returns the value of what ends in time and leaves no timer behind. */
export async function inTime(t: Trace): Promise<void> {
  await limited(t, () => nap(t, "quick", 5), 1000);
  await sleep(1);
  t.log("slept");
}

/** Cancels what is late and raises with the cancel as the cause. */
export async function tooLate(t: Trace): Promise<void> {
  await limited(t, () => nap(t, "slow", 100), 10);
  t.log(currentTask()!.cancelling);
}

/** Cancels a task that is late. */
export async function lateTask(t: Trace): Promise<void> {
  const task = createTask(() => nap(t, "slow", 100));
  await limited(t, task, 10);
  t.log(task.cancelled, task.cancelling);
}

/** Waits as long as it takes. */
export async function withoutDeadline(t: Trace): Promise<void> {
  await limited(t, () => nap(t, "patient", 500), undefined);
}

/** Never starts a coroutine when there is no time. */
export async function zeroWithCoroutine(t: Trace): Promise<void> {
  for (const ms of [0, -5]) await limited(t, () => nap(t, "never", 1), ms);
}

/** Returns what is there already when there is no time. */
export async function zeroWithDoneFuture(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();
  future.setResult("ready");
  const failed = getRunningLoop().createFuture<string>();
  failed.setException(new Boom("ready"));
  await limited(t, future, 0);
  await limited(t, failed, -1);
}

/** Cancels a running task and waits for its cleanup when there is no time. */
export async function zeroWithRunningTask(t: Trace): Promise<void> {
  const task = createTask(() => linger(t, 10));
  await sleep(1);
  await limited(t, task, 0);
  t.log(task.cancelled);
}

/** Returns the value of a task that swallows the cancel. */
export async function zeroWithStubbornTask(t: Trace): Promise<void> {
  const task = createTask(() => linger(t, 10, undefined, "kept"));
  await sleep(1);
  await limited(t, task, 0);
}

/** Raises only after the cleanup has ended. */
export async function cleanupOutlivesTheDeadline(t: Trace): Promise<void> {
  await limited(t, () => linger(t, 30), 10);
}

/** Raises only after the cleanup of an own task has ended. */
export async function cleanupOfATaskOutlivesTheDeadline(t: Trace): Promise<void> {
  await limited(t, createTask(() => linger(t, 30)), 10);
}

/** Lets an error of the cleanup take the place of the timeout. */
export async function cleanupRaises(t: Trace): Promise<void> {
  await limited(t, () => linger(t, 5, new Boom("cleanup")), 10);
  await limited(t, createTask(() => linger(t, 5, new Boom("task"))), 10);
}

/** Returns the value that takes the place of the cancel. */
export async function cancelSuppressed(t: Trace): Promise<void> {
  await limited(t, () => linger(t, 5, undefined, "kept"), 10);
  await limited(t, createTask(() => linger(t, 5, undefined, "task")), 10);
}

/** Passes on a cancel that has nothing to do with the deadline. */
export async function innerCancelsItself(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();
  getRunningLoop().callLater(5, () => future.cancel("inner"));
  try {
    await waitFor(future, 100);
  } catch (error) {
    t.log("raised", error, currentTask()!.cancelling);
  }
}

/** Cancels the inner task with the waiter, with and without a deadline. */
export async function outerCancel(t: Trace): Promise<void> {
  async function waiter(
    inner: Future<string>,
    ms: number | undefined,
  ): Promise<void> {
    await waitFor(inner, ms);
  }

  for (const ms of [100, undefined]) {
    const inner = createTask(() => nap(t, "inner", 50));
    const outer = createTask(() => waiter(inner, ms));
    await sleep(5);
    t.log("cancel", outer.cancel("outer"));
    try {
      await outer;
    } catch (error) {
      t.log("ended", error, outer.cancelled, inner.cancelled);
    }
  }
}

/** Lets the cancel win over a value of the same iteration. */
export async function outerCancelAndResultTogether(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();

  async function waiter(): Promise<void> {
    t.log("not reached", await waitFor(future, 100));
  }

  const outer = createTask(() => waiter());
  await sleep(0);
  future.setResult("value");
  t.log("cancel", outer.cancel("together"));
  try {
    await outer;
  } catch (error) {
    t.log("ended", error);
  }
}

/** Lets an outside cancel of the same instant win over the deadline. */
export async function outerCancelAndDeadlineTogether(t: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function waiter(): Promise<void> {
    try {
      await waitFor(() => nap(t, "inner", 100), 10);
    } finally {
      t.log("count", currentTask()!.cancelling);
    }
  }

  for (const early of [true, false]) {
    const outer = createTask(() => waiter());
    if (early) loop.callLater(10, () => outer.cancel("outside"));
    await sleep(0);
    if (!early) loop.callLater(10, () => outer.cancel("outside"));
    try {
      await outer;
    } catch (error) {
      t.log("ended", error);
    }
  }
}

/** Times out when the timer runs before the wake-up, although the value is there. */
export async function resultAndDeadlineTogether(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  for (const early of [true, false]) {
    const future = loop.createFuture<string>();
    if (early) loop.callLater(10, () => future.setResult("value"));
    const waiter = createTask(() => limited(t, future, 10));
    await sleep(0);
    if (!early) loop.callLater(10, () => t.log("done", future.done));
    await waiter;
  }
}

/** Returns a value that comes an iteration before the deadline. */
export async function resultOneInstantEarlier(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();
  loop.callLater(9.5, () => future.setResult("value"));
  await limited(t, future, 10);
}

/** Leaves a shielded task running after the timeout. */
export async function shieldedTaskSurvives(t: Trace): Promise<void> {
  const task = createTask(() => nap(t, "inner", 20));
  await limited(t, shield(task), 10);
  t.log(task.done, task.cancelling);
  await limited(t, shield(task), 0);
  t.log(await task);
}

/** Lets the nearer deadline time out, inside or outside. */
export async function nestedDeadlines(t: Trace): Promise<void> {
  async function inner(name: string, ms: number): Promise<string> {
    return await waitFor(() => nap(t, name, 100), ms);
  }

  await limited(t, () => inner("inner near", 5), 10);
  await limited(t, () => inner("outer near", 10), 5);
}

/** Polls a shielded task with a short deadline again and again. */
export async function loopOfPolls(t: Trace): Promise<void> {
  const task = createTask(() => nap(t, "inner", 25));
  while (true) {
    try {
      t.log("value", await waitFor(shield(task), 10));
      break;
    } catch (error) {
      t.log("raised", error);
    }
  }
}
