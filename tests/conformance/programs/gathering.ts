/** Gathers results, errors and cancelled children with gather(). */
// deno-lint-ignore-file require-yield
import {
  CancelledError,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  sleep,
  wait,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, Crash, foreignFuture, type Trace } from "../support.ts";

/** Returns a value after a sleep. */
function* nap(ms: number, result?: string): Coroutine<string | undefined> {
  return yield* sleep(ms, result);
}

/** Raises after a sleep. */
function* fail(t: Trace, ms: number, error: Error): Coroutine<undefined> {
  yield* sleep(ms);
  t.log("raise", error);
  throw error;
}

/** Returns the results in the order of the arguments. */
export function* resultsInArgumentOrder(t: Trace): Coroutine<void> {
  t.log(
    yield* gather([() => nap(30, "a"), () => nap(10, "b"), () => nap(20, "c")]),
  );
}

/** Starts the children in order of the arguments, when gather() is called. */
export function* childrenStartInOrder(t: Trace): Coroutine<void> {
  function* child(name: string): Coroutine<void> {
    t.log("start", name);
  }

  const gathered = gather([() => child("a"), () => child("b")]);
  createTask(() => child("c"));
  t.log("called");
  yield* sleep(0);
  t.log("main");
  t.log(yield* gathered);
}

/** Takes coroutines, tasks, pending and done futures. */
export function* mixedArguments(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<string>();
  const done = getRunningLoop().createFuture<string>();
  done.setResult("done");
  getRunningLoop().callLater(5, () => future.setResult("future"));
  const task = createTask(() => nap(10, "task"));
  t.log(yield* gather([() => nap(1, "coroutine"), task, future, done]));
}

/** Returns an empty list at once. */
export function* nothingToGather(t: Trace): Coroutine<void> {
  const gathered = gather([]);
  t.log(gathered.done, yield* gathered);
}

/** Runs a task given twice once and lists its result twice. */
export function* sameTaskTwice(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    t.log("child");
    return "once";
  }

  const task = createTask(() => child());
  t.log(yield* gather([task, () => nap(1, "other"), task]));
}

/** Raises the first error at once and leaves the others running. */
export function* firstErrorIsRaisedAtOnce(t: Trace): Coroutine<void> {
  const slow = createTask(() => nap(20, "slow"));
  try {
    yield* gather([slow, () => fail(t, 10, new Boom("first"))]);
  } catch (error) {
    t.log("raised", error);
  }
  t.log(slow.done, yield* slow);
}

/** Reports no error that comes after the first as lost. */
export function* laterErrorsAreSilent(t: Trace): Coroutine<void> {
  try {
    yield* gather([
      () => fail(t, 5, new Boom("first")),
      () => fail(t, 10, new Crash("second")),
      () => fail(t, 5, new Crash("third")),
    ]);
  } catch (error) {
    t.log("raised", error);
  }
  yield* sleep(20);
  t.log("over");
}

/** Lists errors among the results when asked to. */
export function* errorsInPlace(t: Trace): Coroutine<void> {
  const children = [
    () => nap(5, "a"),
    () => fail(t, 10, new Boom("b")),
    () => fail(t, 1, new Crash("c")),
  ];
  t.log(yield* gather(children, { returnExceptions: true }));
}

/** Raises the cancel of a child without cancelling anybody else. */
export function* cancelledChildIsAnError(t: Trace): Coroutine<void> {
  const child = createTask(() => nap(100));
  const other = createTask(() => nap(20, "other"));
  getRunningLoop().callLater(5, () => child.cancel("child"));
  const gathered = gather([child, other]);
  try {
    yield* gathered;
  } catch (error) {
    t.log("raised", error, gathered.cancelled, gathered.done);
  }
  t.log(currentTask()!.cancelling, other.done, yield* other);
}

/** Lists the cancel of a child among the results. */
export function* cancelledChildInPlace(t: Trace): Coroutine<void> {
  const child = createTask(() => nap(100));
  getRunningLoop().callLater(5, () => child.cancel());
  t.log(
    yield* gather([child, () => nap(20, "other")], { returnExceptions: true }),
  );
}

/** Treats an own CancelledError of a child as its cancel. */
export function* childRaisesCancelledError(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    throw new CancelledError();
  }

  const children = [() => child(), () => nap(1, "other")];
  t.log(yield* gather(children, { returnExceptions: true }));
  try {
    yield* gather(children);
  } catch (error) {
    t.log("raised", error);
  }
}

/** Raises the error of a child that had failed before the call. */
export function* failedBefore(t: Trace): Coroutine<void> {
  const failed = createTask(() => fail(t, 0, new Boom("old")));
  yield* wait([failed]);
  const other = createTask(() => nap(1, "other"));
  const gathered = gather([other, failed]);
  t.log(gathered.done);
  try {
    yield* gathered;
  } catch (error) {
    t.log("raised", error);
  }
  t.log(yield* other);
}

/** Gathers gathers, each level one iteration later. */
export function* nested(t: Trace): Coroutine<void> {
  function* child(name: string): Coroutine<string> {
    t.log(name);
    return name;
  }

  t.log(
    yield* gather([
      gather([() => child("a"), () => child("b")]),
      gather([gather([() => child("c")])]),
      () => child("d"),
    ]),
  );
}

/** Wakes every waiter of one gather. */
export function* awaitedByTwoTasks(t: Trace): Coroutine<void> {
  const gathered = gather([() => nap(5, "a"), () => nap(10, "b")]);

  function* waiter(name: string): Coroutine<void> {
    t.log(name, yield* gathered);
  }

  yield* wait(["x", "y"].map((name) => createTask(() => waiter(name))));
}

/** Raises the error of the child that ended first. */
export function* errorsAtOneInstant(t: Trace): Coroutine<void> {
  try {
    yield* gather([
      () => fail(t, 5, new Boom("a")),
      () => fail(t, 5, new Crash("b")),
    ]);
  } catch (error) {
    t.log("raised", error);
  }
}

/** Refuses a future of another loop. */
export function* mixedLoops(t: Trace): Coroutine<void> {
  const own = getRunningLoop().createFuture<void>();
  try {
    gather([own, foreignFuture()]);
  } catch {
    t.log("refused");
  }
  own.cancel();
}

/** Refuses what cannot be awaited. */
export function* badArgument(t: Trace): Coroutine<void> {
  try {
    yield* gather([5 as never]);
  } catch (error) {
    t.log("refused", error);
  }
}
