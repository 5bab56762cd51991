// Generated from programs/gather_cancel.ts by translate.ts.
// deno-lint-ignore-file
/** Cancels a gather, its waiter, and children that resist. */
import {
  createTask,
  currentTask,
  type Future,
  gather,
  getRunningLoop,
  sleep,
} from "../../../mod.ts";
import { Boom, Crash, type Trace } from "../support.ts";

/** Sleeps and logs the cancel that comes instead. */
async function nap(t: Trace, name: string, ms = 100): Promise<string> {
  try {
    return await sleep(ms, name);
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Sleeps and turns the cancel into another error. */
async function convert(t: Trace, name: string, error: Error): Promise<string> {
  try {
    return await sleep(100, name);
  } catch {
    t.log(name, "converts");
    throw error;
  }
}

/** Sleeps and takes some time after the cancel. */
async function linger(t: Trace, name: string, ms: number): Promise<string> {
  try {
    return await sleep(100, name);
  } finally {
    await sleep(ms);
    t.log(name, "lingered");
  }
}

/** Sleeps and returns a value instead of the cancel. */
async function swallow(t: Trace, name: string): Promise<string> {
  try {
    return await sleep(100, name);
  } catch {
    t.log(name, "swallows");
    return name;
  }
}

/** Awaits what a function gathers in a task of its own and cancels that task. */
async function run(
  t: Trace,
  gathering: () => Future<unknown>,
  message?: string,
): Promise<void> {
  async function waiter(): Promise<unknown> {
    return await gathering();
  }

  const task = createTask(() => waiter());
  await sleep(5);
  t.log("cancel", task.cancel(message));
  try {
    t.log("value", await task);
  } catch (error) {
    t.log("ended", error, task.cancelled, task.cancelling);
  }
}

/** Cancels every child that is not done, in order, and raises. */
export async function cancelReachesEveryChild(t: Trace): Promise<void> {
  const children = [() => nap(t, "a"), () => nap(t, "b", 2), () => nap(t, "c")];
  await run(t, () => gather(children), "stop");
}

/** Raises the cancel even when errors are collected. */
export async function cancelWithCollectedErrors(t: Trace): Promise<void> {
  const children = [() => nap(t, "a"), () => nap(t, "b")];
  await run(t, () => gather(children, { returnExceptions: true }), "stop");
}

/** Raises once the first child has ended, or all when errors are collected. */
export async function cancelWaitsForLingeringChildren(t: Trace): Promise<void> {
  for (const returnExceptions of [false, true]) {
    const children = [() => linger(t, "slow", 10), () => nap(t, "quick")];
    await run(t, () => gather(children, { returnExceptions }), "stop");
    await sleep(20);
  }
}

/** Raises the first error that takes the place of the cancel, unless errors are collected. */
export async function childrenConvertTheCancel(t: Trace): Promise<void> {
  for (const returnExceptions of [false, true]) {
    const children = [
      () => convert(t, "a", new Boom("a")),
      () => convert(t, "b", new Crash("b")),
    ];
    await run(t, () => gather(children, { returnExceptions }));
  }
}

/** Lets the outcome that comes first win. */
export async function oneChildConverts(t: Trace): Promise<void> {
  const second = [() => nap(t, "a"), () => convert(t, "b", new Boom("b"))];
  await run(t, () => gather(second), "stop");
  const first = [() => convert(t, "a", new Boom("a")), () => nap(t, "b")];
  await run(t, () => gather(first), "stop");
}

/** Raises the cancel even when every child turned it into a value. */
export async function childrenSwallowTheCancel(t: Trace): Promise<void> {
  for (const returnExceptions of [false, true]) {
    const children = [() => swallow(t, "a"), () => swallow(t, "b")];
    await run(t, () => gather(children, { returnExceptions }));
  }
}

/** Cancels through the gather's own cancel(). */
export async function cancelOfTheGatherItself(t: Trace): Promise<void> {
  const gathered = gather([() => nap(t, "a"), () => nap(t, "b")]);
  await sleep(5);
  t.log("cancel", gathered.cancel("direct"), gathered.done, gathered.cancelled);
  try {
    await gathered;
  } catch (error) {
    t.log("raised", error, gathered.cancelled, currentTask()!.cancelling);
  }
}

/** Refuses to cancel when the children are done but the gather is not. */
export async function cancelWhenEveryChildIsDone(t: Trace): Promise<void> {
  const children = ["a", "b"].map((name) => createTask(() => nap(t, name, 1)));
  const gathered = gather(children);
  while (!children[1].done) await sleep(children[0].done ? 0 : 1);
  t.log(gathered.done, gathered.cancel());
  t.log(await gathered);
}

/** Refuses to cancel a finished gather; children still running stay alone. */
export async function cancelAfterTheEnd(t: Trace): Promise<void> {
  async function fail(): Promise<string> {
    throw new Boom("early");
  }

  const slow = createTask(() => nap(t, "slow", 10));
  const gathered = gather([() => fail(), slow]);
  try {
    await gathered;
  } catch (error) {
    t.log("raised", error);
  }
  t.log("cancel", gathered.cancel());
  t.log(await slow);
}

/** Lets the cancel of the waiter win over a result that is ready. */
export async function cancelInTheIterationOfTheResult(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();
  const gathered = gather([future]);

  async function waiter(): Promise<unknown> {
    return await gathered;
  }

  const task = createTask(() => waiter());
  await sleep(0);
  future.setResult("value");
  t.log("cancel", task.cancel("at once"));
  try {
    t.log("value", await task);
  } catch (error) {
    t.log("ended", error);
  }
  t.log(gathered.done, gathered.result());
}

/** Lets the cancel win when the gather is done but its waiter has not resumed. */
export async function cancelOneIterationLater(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();
  const gathered = gather([future]);

  async function waiter(): Promise<unknown> {
    return await gathered;
  }

  const task = createTask(() => waiter());
  await sleep(0);
  future.setResult("value");
  await sleep(0);
  t.log("cancel", gathered.done, task.cancel("later"));
  try {
    t.log("value", await task);
  } catch (error) {
    t.log("ended", error);
  }
}

/** Cancels through two levels of gathers. */
export async function nestedGathers(t: Trace): Promise<void> {
  const inner = () => gather([() => nap(t, "a"), () => nap(t, "b")]);
  await run(t, () => gather([inner(), () => nap(t, "c")]), "stop");
}

/** Cancels a child that somebody else awaits, too. */
export async function sharedChild(t: Trace): Promise<void> {
  const shared = createTask(() => nap(t, "shared"));

  async function other(): Promise<void> {
    try {
      await shared;
    } catch (error) {
      t.log("other", error);
    }
  }

  const watcher = createTask(() => other());
  await sleep(0);
  await run(t, () => gather([shared, () => nap(t, "own")]));
  await watcher;
}
