/** Takes results as they come with asCompleted(). */
import { asCompleted, createTask, each, getRunningLoop, sleep } from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Returns a value after a sleep. */
function* nap(ms: number, result?: string): Coroutine<string | undefined> {
  return yield* sleep(ms, result);
}

/** Raises after a sleep. */
function* fail(ms: number, message: string): Coroutine<undefined> {
  yield* sleep(ms);
  throw new Boom(message);
}

/** Yields in the order of completion. */
export function* orderOfCompletion(t: Trace): Coroutine<void> {
  const naps = [() => nap(30, "a"), () => nap(10, "b"), () => nap(20, "c")];
  yield* each(asCompleted(naps), function* (task) {
    t.log(yield* task);
  });
  t.log("over");
}

/** Yields together, in the order they ended, what ends together. */
export function* equalDeadlines(t: Trace): Coroutine<void> {
  const naps = [() => nap(10, "a"), () => nap(10, "b"), () => nap(10, "c")];
  yield* each(asCompleted(naps), function* (task) {
    t.log(yield* task);
  });
}

/** Yields the very tasks and futures that were given. */
export function* yieldsTheTasksGiven(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string | undefined>();
  getRunningLoop().callLater(5, () => future.setResult("future"));
  const task = createTask(() => nap(10, "task"));
  yield* each(asCompleted([task, future]), function* (item) {
    t.log(item === task, item === future, item.done, item.result());
  });
}

/** Yields what is done before what is not. */
export function* doneAlready(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string | undefined>();
  future.setResult("ready");
  yield* each(asCompleted([() => nap(5, "later"), future]), function* (item) {
    t.log(yield* item);
  });
}

/** Yields failed and cancelled tasks like the others. */
export function* failuresAreItems(t: Trace): Coroutine<void> {
  const slow = createTask(() => nap(100));
  getRunningLoop().callLater(15, () => slow.cancel("stop"));
  const items = [() => fail(10, "bad"), slow, () => nap(20, "good")];
  yield* each(asCompleted(items), function* (item) {
    try {
      t.log(yield* item);
    } catch (error) {
      t.log("raised", error);
    }
  });
}

/** Yields a task once however often it is given. */
export function* duplicatesCollapse(t: Trace): Coroutine<void> {
  const task = createTask(() => nap(5, "once"));
  yield* each(asCompleted([task, task]), function* (item) {
    t.log(yield* item);
  });
}

/** Ends at once without items. */
export function* nothingToWaitFor(t: Trace): Coroutine<void> {
  yield* each(asCompleted([]), function* (item) {
    t.log("not reached", item);
  });
  t.log("over");
}

/** Keeps items that end while the body is busy. */
export function* bodySlowerThanItems(t: Trace): Coroutine<void> {
  const naps = [() => nap(10, "a"), () => nap(11, "b"), () => nap(40, "c")];
  yield* each(asCompleted(naps), function* (task) {
    t.log(yield* task);
    yield* sleep(15);
  });
  t.log("over");
}

/** Raises at the deadline and leaves the tasks running. */
export function* deadlineRaises(t: Trace): Coroutine<void> {
  const slow = createTask(() => nap(30, "slow"));
  try {
    const items = asCompleted([() => nap(5, "quick"), slow], { timeout: 10 });
    yield* each(items, function* (item) {
      t.log(yield* item);
    });
  } catch (error) {
    t.log("raised", error);
  }
  t.log(slow.done, slow.cancelling);
  t.log(yield* slow);
}

/** Leaves no timer behind when everything is in time. */
export function* deadlineNotReached(t: Trace): Coroutine<void> {
  const items = asCompleted([() => nap(5, "quick")], { timeout: 1000 });
  yield* each(items, function* (item) {
    t.log(yield* item);
  });
  yield* sleep(1);
  t.log("slept");
}

/** Leaves the tasks running when the loop over them is cancelled. */
export function* cancelledWhileWaiting(t: Trace): Coroutine<void> {
  const slow = createTask(() => nap(30, "slow"));

  function* consume(): Coroutine<void> {
    yield* each(asCompleted([slow, () => nap(5, "quick")]), function* (item) {
      t.log(yield* item);
    });
  }

  const consumer = createTask(() => consume());
  yield* sleep(10);
  t.log(consumer.cancel("stop"));
  try {
    yield* consumer;
  } catch (error) {
    t.log("ended", error);
  }
  t.log(yield* slow);
}
