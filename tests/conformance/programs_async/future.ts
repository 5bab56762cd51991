// Generated from programs/future.ts by translate.ts.
// deno-lint-ignore-file
/** Settles futures and watches their callbacks. */
import { createTask, currentTask, type Future, getRunningLoop, sleep, wait } from "../../../mod.ts";
import { Boom, foreignFuture, type Trace } from "../support.ts";

/** Logs what a call returns or raises. */
function attempt(t: Trace, name: string, call: () => unknown): void {
  try {
    t.log(name, call());
  } catch (error) {
    t.log(name, "raised", error);
  }
}

/** Makes a future of the running loop. */
function fresh(): Future<number> {
  return getRunningLoop().createFuture<number>();
}

/** Answers the state questions before and after each way to settle. */
export async function states(t: Trace): Promise<void> {
  const [pending, result, failed, cancelled] = [
    fresh(),
    fresh(),
    fresh(),
    fresh(),
  ];
  result.setResult(1);
  failed.setException(new Boom("failed"));
  t.log("cancel", cancelled.cancel("stop"), cancelled.cancel());
  for (
    const [name, future] of Object.entries({
      pending,
      result,
      failed,
      cancelled,
    })
  ) {
    t.log(name, future.done, future.cancelled);
    attempt(t, name, () => future.result());
    attempt(t, name, () => future.exception());
  }
}

/** Refuses a second outcome of either kind. */
export async function settledTwice(t: Trace): Promise<void> {
  const future = fresh();
  future.setResult(1);
  attempt(t, "result", () => future.setResult(2));
  attempt(t, "exception", () => future.setException(new Boom("late")));
  t.log("cancel", future.cancel());
  const cancelled = fresh();
  cancelled.cancel();
  attempt(t, "result", () => cancelled.setResult(2));
  t.log(future.result());
}

/** Calls the callbacks in the order of registration, one iteration later. */
export async function callbacksInOrder(t: Trace): Promise<void> {
  const future = fresh();
  for (const name of ["a", "b", "c"]) {
    future.addDoneCallback((f) => t.log(name, f === future, f.result()));
  }
  future.setResult(1);
  t.log("set");
  await sleep(0);
  t.log("main");
}

/** Delivers through the ready queue even when the future is done. */
export async function callbackAddedAfterDone(t: Trace): Promise<void> {
  const future = fresh();
  future.setResult(1);
  future.addDoneCallback(() => t.log("callback"));
  t.log("added");
  await sleep(0);
  t.log("main");
}

/** Delivers one iteration later what a callback adds. */
export async function callbackAddedByCallback(t: Trace): Promise<void> {
  const future = fresh();
  future.addDoneCallback(() => {
    t.log("outer");
    future.addDoneCallback(() => t.log("inner"));
  });
  future.addDoneCallback(() => t.log("second"));
  future.setResult(1);
  await sleep(0);
  t.log("main");
  await sleep(0);
  t.log("main again");
}

/** Removes every equal registration and says how many there were. */
export async function callbackRemovalCounts(t: Trace): Promise<void> {
  const future = fresh();
  const first = () => t.log("first");
  const second = () => t.log("second");
  for (const callback of [first, second, first]) {
    future.addDoneCallback(callback);
  }
  t.log("removed", future.removeDoneCallback(first));
  t.log("removed", future.removeDoneCallback(first));
  future.addDoneCallback(first);
  future.setResult(1);
  t.log("removed", future.removeDoneCallback(second));
  await sleep(0);
  t.log("main");
}

/** Calls a callback that is removed after the future was settled. */
export async function callbackRemovedByCallback(t: Trace): Promise<void> {
  const future = fresh();
  const second = () => t.log("second");
  future.addDoneCallback(() => t.log("removed", future.removeDoneCallback(second)));
  future.addDoneCallback(second);
  future.setResult(1);
  await sleep(0);
  t.log("main");
}

/** Takes one iteration for each link of a chain of callbacks. */
export async function callbackSettlesAnother(t: Trace): Promise<void> {
  const futures = [fresh(), fresh(), fresh(), fresh()];
  for (let i = 0; i < 3; i++) {
    futures[i].addDoneCallback((f) => futures[i + 1].setResult(f.result() + 1));
  }
  futures[0].setResult(0);
  t.log("set");
  t.log(await futures[3]);
}

/** Reports the error of a callback and calls the others. */
export async function callbackRaises(t: Trace): Promise<void> {
  const future = fresh();
  future.addDoneCallback(() => {
    t.log("bad");
    throw new Boom("callback");
  });
  future.addDoneCallback(() => t.log("good"));
  future.setResult(1);
  t.log(await future);
}

/** Runs callbacks after a cancel, too. */
export async function cancelCallsBack(t: Trace): Promise<void> {
  const future = fresh();
  future.addDoneCallback((f) => t.log("callback", f.cancelled));
  t.log("cancel", future.cancel("why"));
  t.log("cancelled", future.cancelled);
  try {
    await future;
  } catch (error) {
    t.log("caught", error);
  }
  await sleep(0);
  t.log("main");
}

/** Raises at once for a future cancelled before, and leaves the task alone. */
export async function awaitingACancelledFuture(t: Trace): Promise<void> {
  const future = fresh();
  future.cancel("old");
  try {
    await future;
  } catch (error) {
    t.log("caught", error, currentTask()!.cancelling);
  }
  await sleep(0);
  t.log("alive");
}

/** Raises the very error that was set, each time. */
export async function errorIdentity(t: Trace): Promise<void> {
  const future = fresh();
  const boom = new Boom("same");
  future.setException(boom);
  for (let i = 0; i < 2; i++) {
    try {
      await future;
    } catch (error) {
      t.log(error, error === boom);
    }
  }
  t.log(future.exception() === boom);
}

/** Reports failures nobody looked at, and only those. */
export async function neverRetrieved(t: Trace): Promise<void> {
  for (const name of ["ignored", "read", "raised", "awaited"]) {
    const future = fresh();
    future.setException(new Boom(name));
    if (name === "read") {
      future.exception();
    } else if (name === "raised") {
      attempt(t, name, () => future.result());
    } else if (name === "awaited") {
      try {
        await future;
      } catch (error) {
        t.log(error);
      }
    }
  }

  async function fail(name: string): Promise<void> {
    throw new Boom(name);
  }

  const ignored = createTask(() => fail("task ignored"));
  const awaited = createTask(() => fail("task awaited"));
  await wait([ignored, awaited]);
  try {
    await awaited;
  } catch (error) {
    t.log(error);
  }
}

/** Keeps quiet about a failure that was cancelled afterwards. */
export async function failedThenCancelled(t: Trace): Promise<void> {
  const future = fresh();
  future.setException(new Boom("quiet"));
  t.log("cancel", future.cancel());
}

/** Refuses to await another loop's future, inside the task. */
export async function futureOfAnotherLoop(t: Trace): Promise<void> {
  try {
    await foreignFuture();
  } catch (error) {
    t.log("refused", error);
  }
  await sleep(0);
  t.log("alive");
}
