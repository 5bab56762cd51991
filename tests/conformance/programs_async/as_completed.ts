// Generated from programs/as_completed.ts by translate.ts.
// deno-lint-ignore-file
/** Takes results as they come with asCompleted(). */
import { asCompleted, createTask, each, getRunningLoop, sleep } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Returns a value after a sleep. */
async function nap(ms: number, result?: string): Promise<string | undefined> {
  return await sleep(ms, result);
}

/** Raises after a sleep. */
async function fail(ms: number, message: string): Promise<undefined> {
  await sleep(ms);
  throw new Boom(message);
}

/** Yields in the order of completion. */
export async function orderOfCompletion(t: Trace): Promise<void> {
  const naps = [() => nap(30, "a"), () => nap(10, "b"), () => nap(20, "c")];
  await each(asCompleted(naps), async function (task) {
    t.log(await task);
  });
  t.log("over");
}

/** Yields together, in the order they ended, what ends together. */
export async function equalDeadlines(t: Trace): Promise<void> {
  const naps = [() => nap(10, "a"), () => nap(10, "b"), () => nap(10, "c")];
  await each(asCompleted(naps), async function (task) {
    t.log(await task);
  });
}

/** Yields the very tasks and futures that were given. */
export async function yieldsTheTasksGiven(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string | undefined>();
  getRunningLoop().callLater(5, () => future.setResult("future"));
  const task = createTask(() => nap(10, "task"));
  await each(asCompleted([task, future]), async function (item) {
    t.log(item === task, item === future, item.done, item.result());
  });
}

/** Yields what is done before what is not. */
export async function doneAlready(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string | undefined>();
  future.setResult("ready");
  await each(asCompleted([() => nap(5, "later"), future]), async function (item) {
    t.log(await item);
  });
}

/** Yields failed and cancelled tasks like the others. */
export async function failuresAreItems(t: Trace): Promise<void> {
  const slow = createTask(() => nap(100));
  getRunningLoop().callLater(15, () => slow.cancel("stop"));
  const items = [() => fail(10, "bad"), slow, () => nap(20, "good")];
  await each(asCompleted(items), async function (item) {
    try {
      t.log(await item);
    } catch (error) {
      t.log("raised", error);
    }
  });
}

/** Yields a task once however often it is given. */
export async function duplicatesCollapse(t: Trace): Promise<void> {
  const task = createTask(() => nap(5, "once"));
  await each(asCompleted([task, task]), async function (item) {
    t.log(await item);
  });
}

/** Ends at once without items. */
export async function nothingToWaitFor(t: Trace): Promise<void> {
  await each(asCompleted([]), async function (item) {
    t.log("not reached", item);
  });
  t.log("over");
}

/** Keeps items that end while the body is busy. */
export async function bodySlowerThanItems(t: Trace): Promise<void> {
  const naps = [() => nap(10, "a"), () => nap(11, "b"), () => nap(40, "c")];
  await each(asCompleted(naps), async function (task) {
    t.log(await task);
    await sleep(15);
  });
  t.log("over");
}

/** Raises at the deadline and leaves the tasks running. */
export async function deadlineRaises(t: Trace): Promise<void> {
  const slow = createTask(() => nap(30, "slow"));
  try {
    const items = asCompleted([() => nap(5, "quick"), slow], { timeout: 10 });
    await each(items, async function (item) {
      t.log(await item);
    });
  } catch (error) {
    t.log("raised", error);
  }
  t.log(slow.done, slow.cancelling);
  t.log(await slow);
}

/** Leaves no timer behind when everything is in time. */
export async function deadlineNotReached(t: Trace): Promise<void> {
  const items = asCompleted([() => nap(5, "quick")], { timeout: 1000 });
  await each(items, async function (item) {
    t.log(await item);
  });
  await sleep(1);
  t.log("slept");
}

/** Leaves the tasks running when the loop over them is cancelled. */
export async function cancelledWhileWaiting(t: Trace): Promise<void> {
  const slow = createTask(() => nap(30, "slow"));

  async function consume(): Promise<void> {
    await each(asCompleted([slow, () => nap(5, "quick")]), async function (item) {
      t.log(await item);
    });
  }

  const consumer = createTask(() => consume());
  await sleep(10);
  t.log(consumer.cancel("stop"));
  try {
    await consumer;
  } catch (error) {
    t.log("ended", error);
  }
  t.log(await slow);
}
