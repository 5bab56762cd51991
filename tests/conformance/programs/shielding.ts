/** Protects a task from the cancel of its waiter with shield(). */
// deno-lint-ignore-file require-yield
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

/** Raises after a sleep. */
function* fail(ms: number, message: string): Coroutine<string> {
  yield* sleep(ms);
  throw new Boom(message);
}

/** Awaits something behind a shield and logs the cancel that comes instead. */
function* shielded<T>(t: Trace, future: Future<T>): Coroutine<T> {
  try {
    return yield* shield(future);
  } catch (error) {
    if (isCancelled(error)) t.log("shield", error);
    throw error;
  }
}

/** Joins a task and logs how it ended. */
function* end(t: Trace, task: Task<unknown>): Coroutine<void> {
  try {
    t.log("value", yield* task);
  } catch (error) {
    t.log("ended", error, task.cancelled);
  }
}

/** Cancels the waiter at once and lets the inner task finish. */
export function* waiterCancelled(t: Trace): Coroutine<void> {
  const inner = createTask(() => nap(t, "inner", 20));
  const outer = createTask(() => shielded(t, inner));
  yield* sleep(5);
  t.log("cancel", outer.cancel("outer"));
  yield* end(t, outer);
  t.log(inner.done, inner.cancelling);
  t.log(yield* inner);
}

/** Cancels the waiter when somebody else cancels the inner task. */
export function* innerCancelled(t: Trace): Coroutine<void> {
  const inner = createTask(() => nap(t, "inner", 20));
  const outer = createTask(() => shielded(t, inner));
  yield* sleep(5);
  t.log("cancel", inner.cancel());
  yield* end(t, outer);
  t.log(outer.cancelling);
}

/** Passes values and errors on. */
export function* transparentOtherwise(t: Trace): Coroutine<void> {
  t.log(yield* shield(() => nap(t, "value", 5)));
  try {
    yield* shield(() => fail(5, "error"));
  } catch (error) {
    t.log("raised", error);
  }
}

/** Returns a done task itself instead of a new future. */
export function* doneInnerIsReturned(t: Trace): Coroutine<void> {
  const task = createTask(() => nap(t, "inner", 0));
  yield* task;
  t.log(Object.is(shield(task), task));
  const pending = createTask(() => nap(t, "pending", 1));
  t.log(Object.is(shield(pending), pending));
  yield* pending;
}

/** Reports an error that has lost its waiter. */
export function* innerFailsAfterTheCancel(t: Trace): Coroutine<void> {
  const inner = createTask(() => fail(10, "lost"));
  const outer = createTask(() => shielded(t, inner));
  yield* sleep(5);
  outer.cancel();
  yield* end(t, outer);
  yield* sleep(10);
  t.log("over");
}

/** Starts a bare coroutine in a task of its own, before it is awaited. */
export function* coroutineIsStartedAsATask(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    t.log("child");
  }

  const pending = shield(() => child());
  t.log("called");
  yield* sleep(0);
  t.log("main", pending.done);
  yield* pending;
  t.log("over");
}

/** Raises the cancel although the inner task has just ended. */
export function* cancelAndResultTogether(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();
  const outer = createTask(() => shielded(t, future));
  yield* sleep(0);
  future.setResult("value");
  t.log("cancel", outer.cancel("together"));
  yield* end(t, outer);
  t.log(future.result());
}

/** Raises the cancel although the shield is done, too. */
export function* cancelOneIterationAfterTheResult(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();
  const outer = createTask(() => shielded(t, future));
  yield* sleep(0);
  future.setResult("value");
  yield* sleep(0);
  t.log("cancel", outer.cancel("after"));
  yield* end(t, outer);
}

/** Lets the waiter wait for the inner task before it gives in. */
export function* waitingOnAfterTheCancel(t: Trace): Coroutine<void> {
  const inner = createTask(() => nap(t, "inner", 20));

  function* careful(): Coroutine<string> {
    try {
      return yield* shield(inner);
    } catch (error) {
      t.log("waiting on");
      yield* inner;
      throw error;
    }
  }

  const task = createTask(() => careful());
  yield* sleep(5);
  task.cancel("careful");
  yield* end(t, task);
}

/** Cancels the shields inside a gather, not what they protect. */
export function* cancelledGatherOfShields(t: Trace): Coroutine<void> {
  const inner = ["a", "b"].map((name) => createTask(() => nap(t, name, 20)));

  function* waiter(): Coroutine<void> {
    yield* gather(inner.map((task) => shield(task)));
  }

  const task = createTask(() => waiter());
  yield* sleep(5);
  task.cancel("gather");
  yield* end(t, task);
  t.log(inner[0].done, inner[1].done);
  yield* wait(inner);
}

/** Protects all the children of a gather. */
export function* shieldedGather(t: Trace): Coroutine<void> {
  const gathered = gather([() => nap(t, "a", 20), () => nap(t, "b", 10)]);
  const task = createTask(() => shielded(t, gathered));
  yield* sleep(5);
  task.cancel("outer");
  yield* end(t, task);
  t.log(yield* gathered);
}

/** Cancels one of two waiters behind shields of their own. */
export function* twoShieldsOfOneTask(t: Trace): Coroutine<void> {
  const inner = createTask(() => nap(t, "inner", 10));
  const first = createTask(() => shielded(t, inner));
  const second = createTask(() => shielded(t, inner));
  yield* sleep(5);
  first.cancel("first");
  yield* end(t, first);
  yield* end(t, second);
}
