/** Settles futures and watches their callbacks. */
// deno-lint-ignore-file require-yield
import { createTask, currentTask, type Future, getRunningLoop, sleep, wait } from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
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
export function* states(t: Trace): Coroutine<void> {
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
export function* settledTwice(t: Trace): Coroutine<void> {
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
export function* callbacksInOrder(t: Trace): Coroutine<void> {
  const future = fresh();
  for (const name of ["a", "b", "c"]) {
    future.addDoneCallback((f) => t.log(name, f === future, f.result()));
  }
  future.setResult(1);
  t.log("set");
  yield* sleep(0);
  t.log("main");
}

/** Delivers through the ready queue even when the future is done. */
export function* callbackAddedAfterDone(t: Trace): Coroutine<void> {
  const future = fresh();
  future.setResult(1);
  future.addDoneCallback(() => t.log("callback"));
  t.log("added");
  yield* sleep(0);
  t.log("main");
}

/** Delivers one iteration later what a callback adds. */
export function* callbackAddedByCallback(t: Trace): Coroutine<void> {
  const future = fresh();
  future.addDoneCallback(() => {
    t.log("outer");
    future.addDoneCallback(() => t.log("inner"));
  });
  future.addDoneCallback(() => t.log("second"));
  future.setResult(1);
  yield* sleep(0);
  t.log("main");
  yield* sleep(0);
  t.log("main again");
}

/** Removes every equal registration and says how many there were. */
export function* callbackRemovalCounts(t: Trace): Coroutine<void> {
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
  yield* sleep(0);
  t.log("main");
}

/** Calls a callback that is removed after the future was settled. */
export function* callbackRemovedByCallback(t: Trace): Coroutine<void> {
  const future = fresh();
  const second = () => t.log("second");
  future.addDoneCallback(() => t.log("removed", future.removeDoneCallback(second)));
  future.addDoneCallback(second);
  future.setResult(1);
  yield* sleep(0);
  t.log("main");
}

/** Takes one iteration for each link of a chain of callbacks. */
export function* callbackSettlesAnother(t: Trace): Coroutine<void> {
  const futures = [fresh(), fresh(), fresh(), fresh()];
  for (let i = 0; i < 3; i++) {
    futures[i].addDoneCallback((f) => futures[i + 1].setResult(f.result() + 1));
  }
  futures[0].setResult(0);
  t.log("set");
  t.log(yield* futures[3]);
}

/** Reports the error of a callback and calls the others. */
export function* callbackRaises(t: Trace): Coroutine<void> {
  const future = fresh();
  future.addDoneCallback(() => {
    t.log("bad");
    throw new Boom("callback");
  });
  future.addDoneCallback(() => t.log("good"));
  future.setResult(1);
  t.log(yield* future);
}

/** Runs callbacks after a cancel, too. */
export function* cancelCallsBack(t: Trace): Coroutine<void> {
  const future = fresh();
  future.addDoneCallback((f) => t.log("callback", f.cancelled));
  t.log("cancel", future.cancel("why"));
  t.log("cancelled", future.cancelled);
  try {
    yield* future;
  } catch (error) {
    t.log("caught", error);
  }
  yield* sleep(0);
  t.log("main");
}

/** Raises at once for a future cancelled before, and leaves the task alone. */
export function* awaitingACancelledFuture(t: Trace): Coroutine<void> {
  const future = fresh();
  future.cancel("old");
  try {
    yield* future;
  } catch (error) {
    t.log("caught", error, currentTask()!.cancelling);
  }
  yield* sleep(0);
  t.log("alive");
}

/** Raises the very error that was set, each time. */
export function* errorIdentity(t: Trace): Coroutine<void> {
  const future = fresh();
  const boom = new Boom("same");
  future.setException(boom);
  for (let i = 0; i < 2; i++) {
    try {
      yield* future;
    } catch (error) {
      t.log(error, error === boom);
    }
  }
  t.log(future.exception() === boom);
}

/** Reports failures nobody looked at, and only those. */
export function* neverRetrieved(t: Trace): Coroutine<void> {
  for (const name of ["ignored", "read", "raised", "awaited"]) {
    const future = fresh();
    future.setException(new Boom(name));
    if (name === "read") {
      future.exception();
    } else if (name === "raised") {
      attempt(t, name, () => future.result());
    } else if (name === "awaited") {
      try {
        yield* future;
      } catch (error) {
        t.log(error);
      }
    }
  }

  function* fail(name: string): Coroutine<void> {
    throw new Boom(name);
  }

  const ignored = createTask(() => fail("task ignored"));
  const awaited = createTask(() => fail("task awaited"));
  yield* wait([ignored, awaited]);
  try {
    yield* awaited;
  } catch (error) {
    t.log(error);
  }
}

/** Keeps quiet about a failure that was cancelled afterwards. */
export function* failedThenCancelled(t: Trace): Coroutine<void> {
  const future = fresh();
  future.setException(new Boom("quiet"));
  t.log("cancel", future.cancel());
}

/** Refuses to await another loop's future, inside the task. */
export function* futureOfAnotherLoop(t: Trace): Coroutine<void> {
  try {
    yield* foreignFuture();
  } catch (error) {
    t.log("refused", error);
  }
  yield* sleep(0);
  t.log("alive");
}
