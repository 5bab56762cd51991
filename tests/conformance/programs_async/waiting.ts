// Generated from programs/waiting.ts by translate.ts.
// deno-lint-ignore-file
/** Waits for sets of futures with wait(). */
import { createTask, type Future, getRunningLoop, sleep, type Task, wait } from "../../../mod.ts";
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

/** Lists the names of tasks in the order of the set. */
function names(tasks: Iterable<Future<unknown>>): string[] {
  return Array.from(tasks, (task) => (task as Task<unknown>).name);
}

/** Makes a named task that sleeps. */
function napping(name: string, ms: number): Task<string | undefined> {
  return createTask(() => nap(ms), { name });
}

/** Makes a named task that sleeps and fails with its name. */
function failing(name: string, ms: number): Task<string | undefined> {
  return createTask(() => fail(ms, name), { name });
}

/** Waits for all, and returns at once the second time. */
export async function allCompleted(t: Trace): Promise<void> {
  const tasks = [napping("a", 20), napping("b", 10)];
  const first = await wait(tasks);
  t.log(names(first.done), names(first.pending));
  const second = await wait(tasks);
  t.log(names(second.done), names(second.pending));
}

/** Returns at the first end and leaves the others running. */
export async function firstCompleted(t: Trace): Promise<void> {
  const tasks = [napping("a", 20), napping("b", 10), napping("c", 30)];
  const first = await wait(tasks, { returnWhen: "first" });
  t.log(names(first.done), names(first.pending));
  const second = await wait(first.pending, { returnWhen: "first" });
  t.log(names(second.done), names(second.pending));
  await wait(second.pending);
  t.log("over");
}

/** Reports everything that is done by the time the waiter resumes. */
export async function firstCompletedAmongDone(t: Trace): Promise<void> {
  const tasks = [napping("a", 10), napping("b", 10), napping("c", 30)];
  const first = await wait(tasks, { returnWhen: "first" });
  t.log(names(first.done), names(first.pending));
  const second = await wait(tasks, { returnWhen: "first" });
  t.log(names(second.done), names(second.pending));
  await wait(second.pending);
}

/** Counts as done what finishes between the trigger and the resumption. */
export async function finishedBeforeTheResumption(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [first, second, third] = [1, 2, 3].map(() => loop.createFuture<number>());
  first.addDoneCallback(() => {
    t.log("settle the second");
    second.setResult(2);
  });
  loop.callLater(5, () => first.setResult(1));
  const { done, pending } = await wait([third, second, first], {
    returnWhen: "first",
  });
  t.log(done.has(second), done.has(first), pending.has(third), done.size);
}

/** Goes on waiting after a success and ends with the first failure. */
export async function firstException(t: Trace): Promise<void> {
  const tasks = [napping("a", 5), failing("b", 10), napping("c", 30)];
  const { done, pending } = await wait(tasks, { returnWhen: "exception" });
  t.log(names(done), names(pending), tasks[1].exception());
  await wait(pending);
}

/** Ends with a failure that is older than the wait. */
export async function firstExceptionThatWasThere(t: Trace): Promise<void> {
  const tasks = [failing("a", 5), napping("b", 30)];
  await sleep(10);
  const { done, pending } = await wait(tasks, { returnWhen: "exception" });
  t.log(names(done), names(pending), tasks[0].exception());
  await wait(pending);
}

/** Goes on waiting when a task is cancelled. */
export async function cancelledTaskIsNoException(t: Trace): Promise<void> {
  const tasks = [napping("a", 20), napping("b", 10)];
  getRunningLoop().callLater(5, () => tasks[0].cancel());
  const { done, pending } = await wait(tasks, { returnWhen: "exception" });
  t.log(names(done), names(pending), tasks[0].cancelled);
}

/** Waits for all when none fails. */
export async function withoutAnyException(t: Trace): Promise<void> {
  const tasks = [napping("a", 5), napping("b", 10)];
  const { done, pending } = await wait(tasks, { returnWhen: "exception" });
  t.log(names(done), names(pending));
}

/** Returns both sets at the deadline and raises nothing. */
export async function timeoutSplits(t: Trace): Promise<void> {
  const tasks = [napping("a", 30), napping("b", 5), napping("c", 10)];
  for (const timeout of [10, 0, 100]) {
    const { done, pending } = await wait(tasks, { timeout });
    t.log(names(done), names(pending));
  }
}

/** Leaves no timer behind once everything is done. */
export async function timeoutWithdrawn(t: Trace): Promise<void> {
  await wait([napping("a", 5)], { timeout: 1000 });
  t.log("waited");
  await sleep(1);
  t.log("slept");
}

/** Refuses nothing to wait for, coroutines, single futures and unknown modes. */
export async function badArguments(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<string>();
  for (
    const [name, argument, returnWhen] of [
      ["empty", [], "all"],
      ["coroutine", [() => nap(1)], "all"],
      ["single", future, "all"],
      ["mode", [future], "whenever"],
    ] as const
  ) {
    try {
      await wait(argument as never, { returnWhen: returnWhen as never });
    } catch (error) {
      t.log(name, error);
    }
  }
}

/** Counts a future once however often it is given. */
export async function duplicatesCollapse(t: Trace): Promise<void> {
  const task = napping("a", 5);
  const { done, pending } = await wait([task, task, task]);
  t.log(names(done), names(pending));
}

/** Takes an iterable of futures. */
export async function anyIterable(t: Trace): Promise<void> {
  const { done } = await wait(
    new Set([napping("a", 5), napping("b", 1)]).values(),
  );
  t.log(names(done));
}

/** Leaves the tasks running when the wait is cancelled. */
export async function cancelledWaitLeavesTheTasks(t: Trace): Promise<void> {
  const task = createTask(() => nap(20, "value"));

  async function waiter(): Promise<void> {
    try {
      await wait([task]);
    } catch (error) {
      t.log("caught", error);
      throw error;
    }
  }

  const waiting = createTask(() => waiter());
  await sleep(5);
  t.log(waiting.cancel("enough"));
  await wait([waiting]);
  t.log(waiting.cancelled, task.done, task.cancelling);
  t.log(await task);
}

/** Hands over failed tasks without raising. */
export async function failuresAreNotRaised(t: Trace): Promise<void> {
  const { done } = await wait([failing("a", 5), failing("b", 6)]);
  t.log(Array.from(done, (task) => task.exception()));
}
