/** Cancels a gather, its waiter, and children that resist. */
// deno-lint-ignore-file require-yield
import {
  createTask,
  currentTask,
  type Future,
  gather,
  getRunningLoop,
  sleep,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, Crash, type Trace } from "../support.ts";

/** Sleeps and logs the cancel that comes instead. */
function* nap(t: Trace, name: string, ms = 100): Coroutine<string> {
  try {
    return yield* sleep(ms, name);
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Sleeps and turns the cancel into another error. */
function* convert(t: Trace, name: string, error: Error): Coroutine<string> {
  try {
    return yield* sleep(100, name);
  } catch {
    t.log(name, "converts");
    throw error;
  }
}

/** Sleeps and takes some time after the cancel. */
function* linger(t: Trace, name: string, ms: number): Coroutine<string> {
  try {
    return yield* sleep(100, name);
  } finally {
    yield* sleep(ms);
    t.log(name, "lingered");
  }
}

/** Sleeps and returns a value instead of the cancel. */
function* swallow(t: Trace, name: string): Coroutine<string> {
  try {
    return yield* sleep(100, name);
  } catch {
    t.log(name, "swallows");
    return name;
  }
}

/** Awaits what a function gathers in a task of its own and cancels that task. */
function* run(
  t: Trace,
  gathering: () => Future<unknown>,
  message?: string,
): Coroutine<void> {
  function* waiter(): Coroutine<unknown> {
    return yield* gathering();
  }

  const task = createTask(() => waiter());
  yield* sleep(5);
  t.log("cancel", task.cancel(message));
  try {
    t.log("value", yield* task);
  } catch (error) {
    t.log("ended", error, task.cancelled, task.cancelling);
  }
}

/** Cancels every child that is not done, in order, and raises. */
export function* cancelReachesEveryChild(t: Trace): Coroutine<void> {
  const children = [() => nap(t, "a"), () => nap(t, "b", 2), () => nap(t, "c")];
  yield* run(t, () => gather(children), "stop");
}

/** Raises the cancel even when errors are collected. */
export function* cancelWithCollectedErrors(t: Trace): Coroutine<void> {
  const children = [() => nap(t, "a"), () => nap(t, "b")];
  yield* run(t, () => gather(children, { returnExceptions: true }), "stop");
}

/** Raises once the first child has ended, or all when errors are collected. */
export function* cancelWaitsForLingeringChildren(t: Trace): Coroutine<void> {
  for (const returnExceptions of [false, true]) {
    const children = [() => linger(t, "slow", 10), () => nap(t, "quick")];
    yield* run(t, () => gather(children, { returnExceptions }), "stop");
    yield* sleep(20);
  }
}

/** Raises the first error that takes the place of the cancel, unless errors are collected. */
export function* childrenConvertTheCancel(t: Trace): Coroutine<void> {
  for (const returnExceptions of [false, true]) {
    const children = [
      () => convert(t, "a", new Boom("a")),
      () => convert(t, "b", new Crash("b")),
    ];
    yield* run(t, () => gather(children, { returnExceptions }));
  }
}

/** Lets the outcome that comes first win. */
export function* oneChildConverts(t: Trace): Coroutine<void> {
  const second = [() => nap(t, "a"), () => convert(t, "b", new Boom("b"))];
  yield* run(t, () => gather(second), "stop");
  const first = [() => convert(t, "a", new Boom("a")), () => nap(t, "b")];
  yield* run(t, () => gather(first), "stop");
}

/** Raises the cancel even when every child turned it into a value. */
export function* childrenSwallowTheCancel(t: Trace): Coroutine<void> {
  for (const returnExceptions of [false, true]) {
    const children = [() => swallow(t, "a"), () => swallow(t, "b")];
    yield* run(t, () => gather(children, { returnExceptions }));
  }
}

/** Cancels through the gather's own cancel(). */
export function* cancelOfTheGatherItself(t: Trace): Coroutine<void> {
  const gathered = gather([() => nap(t, "a"), () => nap(t, "b")]);
  yield* sleep(5);
  t.log("cancel", gathered.cancel("direct"), gathered.done, gathered.cancelled);
  try {
    yield* gathered;
  } catch (error) {
    t.log("raised", error, gathered.cancelled, currentTask()!.cancelling);
  }
}

/** Refuses to cancel when the children are done but the gather is not. */
export function* cancelWhenEveryChildIsDone(t: Trace): Coroutine<void> {
  const children = ["a", "b"].map((name) => createTask(() => nap(t, name, 1)));
  const gathered = gather(children);
  while (!children[1].done) yield* sleep(children[0].done ? 0 : 1);
  t.log(gathered.done, gathered.cancel());
  t.log(yield* gathered);
}

/** Refuses to cancel a finished gather; children still running stay alone. */
export function* cancelAfterTheEnd(t: Trace): Coroutine<void> {
  function* fail(): Coroutine<string> {
    throw new Boom("early");
  }

  const slow = createTask(() => nap(t, "slow", 10));
  const gathered = gather([() => fail(), slow]);
  try {
    yield* gathered;
  } catch (error) {
    t.log("raised", error);
  }
  t.log("cancel", gathered.cancel());
  t.log(yield* slow);
}

/** Lets the cancel of the waiter win over a result that is ready. */
export function* cancelInTheIterationOfTheResult(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();
  const gathered = gather([future]);

  function* waiter(): Coroutine<unknown> {
    return yield* gathered;
  }

  const task = createTask(() => waiter());
  yield* sleep(0);
  future.setResult("value");
  t.log("cancel", task.cancel("at once"));
  try {
    t.log("value", yield* task);
  } catch (error) {
    t.log("ended", error);
  }
  t.log(gathered.done, gathered.result());
}

/** Lets the cancel win when the gather is done but its waiter has not resumed. */
export function* cancelOneIterationLater(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();
  const gathered = gather([future]);

  function* waiter(): Coroutine<unknown> {
    return yield* gathered;
  }

  const task = createTask(() => waiter());
  yield* sleep(0);
  future.setResult("value");
  yield* sleep(0);
  t.log("cancel", gathered.done, task.cancel("later"));
  try {
    t.log("value", yield* task);
  } catch (error) {
    t.log("ended", error);
  }
}

/** Cancels through two levels of gathers. */
export function* nestedGathers(t: Trace): Coroutine<void> {
  const inner = () => gather([() => nap(t, "a"), () => nap(t, "b")]);
  yield* run(t, () => gather([inner(), () => nap(t, "c")]), "stop");
}

/** Cancels a child that somebody else awaits, too. */
export function* sharedChild(t: Trace): Coroutine<void> {
  const shared = createTask(() => nap(t, "shared"));

  function* other(): Coroutine<void> {
    try {
      yield* shared;
    } catch (error) {
      t.log("other", error);
    }
  }

  const watcher = createTask(() => other());
  yield* sleep(0);
  yield* run(t, () => gather([shared, () => nap(t, "own")]));
  yield* watcher;
}
