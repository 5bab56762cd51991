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
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Sleeps and logs the end or the cancel. */
function* nap(t: Trace, name: string, ms: number): Coroutine<string> {
  try {
    yield* sleep(ms);
    t.log(name, "slept");
    return name;
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Takes some time after the cancel, then raises, or returns, or lets it pass. */
function* linger(
  t: Trace,
  ms: number,
  error?: Error,
  value?: string,
): Coroutine<string> {
  try {
    return yield* sleep(100, "slept");
  } catch (cancelled) {
    t.log("cleanup");
    yield* sleep(ms);
    t.log("cleaned");
    if (error !== undefined) throw error;
    if (value !== undefined) return value;
    throw cancelled;
  }
}

/** Logs what waitFor returns or raises, and the cause. */
function* limited(
  t: Trace,
  awaitable: Future<string> | (() => Coroutine<string>),
  ms: number | undefined,
): Coroutine<void> {
  try {
    t.log("value", yield* waitFor(awaitable, ms));
  } catch (error) {
    t.log("raised", error, "cause", (error as Error).cause);
  }
}

/** Returns the value of what ends in time and leaves no timer behind. */
export function* inTime(t: Trace): Coroutine<void> {
  yield* limited(t, () => nap(t, "quick", 5), 1000);
  yield* sleep(1);
  t.log("slept");
}

/** Cancels what is late and raises with the cancel as the cause. */
export function* tooLate(t: Trace): Coroutine<void> {
  yield* limited(t, () => nap(t, "slow", 100), 10);
  t.log(currentTask()!.cancelling);
}

/** Cancels a task that is late. */
export function* lateTask(t: Trace): Coroutine<void> {
  const task = createTask(() => nap(t, "slow", 100));
  yield* limited(t, task, 10);
  t.log(task.cancelled, task.cancelling);
}

/** Waits as long as it takes. */
export function* withoutDeadline(t: Trace): Coroutine<void> {
  yield* limited(t, () => nap(t, "patient", 500), undefined);
}

/** Never starts a coroutine when there is no time. */
export function* zeroWithCoroutine(t: Trace): Coroutine<void> {
  for (const ms of [0, -5]) yield* limited(t, () => nap(t, "never", 1), ms);
}

/** Returns what is there already when there is no time. */
export function* zeroWithDoneFuture(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();
  future.setResult("ready");
  const failed = getRunningLoop().createFuture<string>();
  failed.setException(new Boom("ready"));
  yield* limited(t, future, 0);
  yield* limited(t, failed, -1);
}

/** Cancels a running task and waits for its cleanup when there is no time. */
export function* zeroWithRunningTask(t: Trace): Coroutine<void> {
  const task = createTask(() => linger(t, 10));
  yield* sleep(1);
  yield* limited(t, task, 0);
  t.log(task.cancelled);
}

/** Returns the value of a task that swallows the cancel. */
export function* zeroWithStubbornTask(t: Trace): Coroutine<void> {
  const task = createTask(() => linger(t, 10, undefined, "kept"));
  yield* sleep(1);
  yield* limited(t, task, 0);
}

/** Raises only after the cleanup has ended. */
export function* cleanupOutlivesTheDeadline(t: Trace): Coroutine<void> {
  yield* limited(t, () => linger(t, 30), 10);
}

/** Raises only after the cleanup of an own task has ended. */
export function* cleanupOfATaskOutlivesTheDeadline(t: Trace): Coroutine<void> {
  yield* limited(t, createTask(() => linger(t, 30)), 10);
}

/** Lets an error of the cleanup take the place of the timeout. */
export function* cleanupRaises(t: Trace): Coroutine<void> {
  yield* limited(t, () => linger(t, 5, new Boom("cleanup")), 10);
  yield* limited(t, createTask(() => linger(t, 5, new Boom("task"))), 10);
}

/** Returns the value that takes the place of the cancel. */
export function* cancelSuppressed(t: Trace): Coroutine<void> {
  yield* limited(t, () => linger(t, 5, undefined, "kept"), 10);
  yield* limited(t, createTask(() => linger(t, 5, undefined, "task")), 10);
}

/** Passes on a cancel that has nothing to do with the deadline. */
export function* innerCancelsItself(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();
  getRunningLoop().callLater(5, () => future.cancel("inner"));
  try {
    yield* waitFor(future, 100);
  } catch (error) {
    t.log("raised", error, currentTask()!.cancelling);
  }
}

/** Cancels the inner task with the waiter, with and without a deadline. */
export function* outerCancel(t: Trace): Coroutine<void> {
  function* waiter(
    inner: Future<string>,
    ms: number | undefined,
  ): Coroutine<void> {
    yield* waitFor(inner, ms);
  }

  for (const ms of [100, undefined]) {
    const inner = createTask(() => nap(t, "inner", 50));
    const outer = createTask(() => waiter(inner, ms));
    yield* sleep(5);
    t.log("cancel", outer.cancel("outer"));
    try {
      yield* outer;
    } catch (error) {
      t.log("ended", error, outer.cancelled, inner.cancelled);
    }
  }
}

/** Lets the cancel win over a value of the same iteration. */
export function* outerCancelAndResultTogether(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();

  function* waiter(): Coroutine<void> {
    t.log("not reached", yield* waitFor(future, 100));
  }

  const outer = createTask(() => waiter());
  yield* sleep(0);
  future.setResult("value");
  t.log("cancel", outer.cancel("together"));
  try {
    yield* outer;
  } catch (error) {
    t.log("ended", error);
  }
}

/** Lets an outside cancel of the same instant win over the deadline. */
export function* outerCancelAndDeadlineTogether(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();

  function* waiter(): Coroutine<void> {
    try {
      yield* waitFor(() => nap(t, "inner", 100), 10);
    } finally {
      t.log("count", currentTask()!.cancelling);
    }
  }

  for (const early of [true, false]) {
    const outer = createTask(() => waiter());
    if (early) loop.callLater(10, () => outer.cancel("outside"));
    yield* sleep(0);
    if (!early) loop.callLater(10, () => outer.cancel("outside"));
    try {
      yield* outer;
    } catch (error) {
      t.log("ended", error);
    }
  }
}

/** Times out when the timer runs before the wake-up, although the value is there. */
export function* resultAndDeadlineTogether(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  for (const early of [true, false]) {
    const future = loop.createFuture<string>();
    if (early) loop.callLater(10, () => future.setResult("value"));
    const waiter = createTask(() => limited(t, future, 10));
    yield* sleep(0);
    if (!early) loop.callLater(10, () => t.log("done", future.done));
    yield* waiter;
  }
}

/** Returns a value that comes an iteration before the deadline. */
export function* resultOneInstantEarlier(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();
  loop.callLater(9.5, () => future.setResult("value"));
  yield* limited(t, future, 10);
}

/** Leaves a shielded task running after the timeout. */
export function* shieldedTaskSurvives(t: Trace): Coroutine<void> {
  const task = createTask(() => nap(t, "inner", 20));
  yield* limited(t, shield(task), 10);
  t.log(task.done, task.cancelling);
  yield* limited(t, shield(task), 0);
  t.log(yield* task);
}

/** Lets the nearer deadline time out, inside or outside. */
export function* nestedDeadlines(t: Trace): Coroutine<void> {
  function* inner(name: string, ms: number): Coroutine<string> {
    return yield* waitFor(() => nap(t, name, 100), ms);
  }

  yield* limited(t, () => inner("inner near", 5), 10);
  yield* limited(t, () => inner("outer near", 10), 5);
}

/** Polls a shielded task with a short deadline again and again. */
export function* loopOfPolls(t: Trace): Coroutine<void> {
  const task = createTask(() => nap(t, "inner", 25));
  while (true) {
    try {
      t.log("value", yield* waitFor(shield(task), 10));
      break;
    } catch (error) {
      t.log("raised", error);
    }
  }
}
