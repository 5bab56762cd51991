// Generated from programs/gathering.ts by translate.ts.
// deno-lint-ignore-file
/** Gathers results, errors and cancelled children with gather(). */
import {
  CancelledError,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  sleep,
  wait,
} from "../../../mod.ts";
import { Boom, Crash, foreignFuture, type Trace } from "../support.ts";

/** Returns a value after a sleep. */
async function nap(ms: number, result?: string): Promise<string | undefined> {
  return await sleep(ms, result);
}

/** Raises after a sleep. */
async function fail(t: Trace, ms: number, error: Error): Promise<undefined> {
  await sleep(ms);
  t.log("raise", error);
  throw error;
}

/** Returns the results in the order of the arguments. */
export async function resultsInArgumentOrder(t: Trace): Promise<void> {
  t.log(
    await gather([() => nap(30, "a"), () => nap(10, "b"), () => nap(20, "c")]),
  );
}

/** Starts the children in order of the arguments, when gather() is called. */
export async function childrenStartInOrder(t: Trace): Promise<void> {
  async function child(name: string): Promise<void> {
    t.log("start", name);
  }

  const gathered = gather([() => child("a"), () => child("b")]);
  createTask(() => child("c"));
  t.log("called");
  await sleep(0);
  t.log("main");
  t.log(await gathered);
}

/** Takes coroutines, tasks, pending and done futures. */
export async function mixedArguments(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();
  const done = getRunningLoop().createFuture<string>();
  done.setResult("done");
  getRunningLoop().callLater(5, () => future.setResult("future"));
  const task = createTask(() => nap(10, "task"));
  t.log(await gather([() => nap(1, "coroutine"), task, future, done]));
}

/** Returns an empty list at once. */
export async function nothingToGather(t: Trace): Promise<void> {
  const gathered = gather([]);
  t.log(gathered.done, await gathered);
}

/** Runs a task given twice once and lists its result twice. */
export async function sameTaskTwice(t: Trace): Promise<void> {
  async function child(): Promise<string> {
    t.log("child");
    return "once";
  }

  const task = createTask(() => child());
  t.log(await gather([task, () => nap(1, "other"), task]));
}

/** Raises the first error at once and leaves the others running. */
export async function firstErrorIsRaisedAtOnce(t: Trace): Promise<void> {
  const slow = createTask(() => nap(20, "slow"));
  try {
    await gather([slow, () => fail(t, 10, new Boom("first"))]);
  } catch (error) {
    t.log("raised", error);
  }
  t.log(slow.done, await slow);
}

/** Reports no error that comes after the first as lost. */
export async function laterErrorsAreSilent(t: Trace): Promise<void> {
  try {
    await gather([
      () => fail(t, 5, new Boom("first")),
      () => fail(t, 10, new Crash("second")),
      () => fail(t, 5, new Crash("third")),
    ]);
  } catch (error) {
    t.log("raised", error);
  }
  await sleep(20);
  t.log("over");
}

/** Lists errors among the results when asked to. */
export async function errorsInPlace(t: Trace): Promise<void> {
  const children = [
    () => nap(5, "a"),
    () => fail(t, 10, new Boom("b")),
    () => fail(t, 1, new Crash("c")),
  ];
  t.log(await gather(children, { returnExceptions: true }));
}

/** Raises the cancel of a child without cancelling anybody else. */
export async function cancelledChildIsAnError(t: Trace): Promise<void> {
  const child = createTask(() => nap(100));
  const other = createTask(() => nap(20, "other"));
  getRunningLoop().callLater(5, () => child.cancel("child"));
  const gathered = gather([child, other]);
  try {
    await gathered;
  } catch (error) {
    t.log("raised", error, gathered.cancelled, gathered.done);
  }
  t.log(currentTask()!.cancelling, other.done, await other);
}

/** Lists the cancel of a child among the results. */
export async function cancelledChildInPlace(t: Trace): Promise<void> {
  const child = createTask(() => nap(100));
  getRunningLoop().callLater(5, () => child.cancel());
  t.log(
    await gather([child, () => nap(20, "other")], { returnExceptions: true }),
  );
}

/** Treats an own CancelledError of a child as its cancel. */
export async function childRaisesCancelledError(t: Trace): Promise<void> {
  async function child(): Promise<string> {
    throw new CancelledError();
  }

  const children = [() => child(), () => nap(1, "other")];
  t.log(await gather(children, { returnExceptions: true }));
  try {
    await gather(children);
  } catch (error) {
    t.log("raised", error);
  }
}

/** Raises the error of a child that had failed before the call. */
export async function failedBefore(t: Trace): Promise<void> {
  const failed = createTask(() => fail(t, 0, new Boom("old")));
  await wait([failed]);
  const other = createTask(() => nap(1, "other"));
  const gathered = gather([other, failed]);
  t.log(gathered.done);
  try {
    await gathered;
  } catch (error) {
    t.log("raised", error);
  }
  t.log(await other);
}

/** Gathers gathers, each level one iteration later. */
export async function nested(t: Trace): Promise<void> {
  async function child(name: string): Promise<string> {
    t.log(name);
    return name;
  }

  t.log(
    await gather([
      gather([() => child("a"), () => child("b")]),
      gather([gather([() => child("c")])]),
      () => child("d"),
    ]),
  );
}

/** Wakes every waiter of one gather. */
export async function awaitedByTwoTasks(t: Trace): Promise<void> {
  const gathered = gather([() => nap(5, "a"), () => nap(10, "b")]);

  async function waiter(name: string): Promise<void> {
    t.log(name, await gathered);
  }

  await wait(["x", "y"].map((name) => createTask(() => waiter(name))));
}

/** Raises the error of the child that ended first. */
export async function errorsAtOneInstant(t: Trace): Promise<void> {
  try {
    await gather([
      () => fail(t, 5, new Boom("a")),
      () => fail(t, 5, new Crash("b")),
    ]);
  } catch (error) {
    t.log("raised", error);
  }
}

/** Refuses a future of another loop. */
export async function mixedLoops(t: Trace): Promise<void> {
  const own = getRunningLoop().createFuture<void>();
  try {
    gather([own, foreignFuture()]);
  } catch {
    t.log("refused");
  }
  own.cancel();
}

/** Refuses what cannot be awaited. */
export async function badArgument(t: Trace): Promise<void> {
  try {
    await gather([5 as never]);
  } catch (error) {
    t.log("refused", error);
  }
}
