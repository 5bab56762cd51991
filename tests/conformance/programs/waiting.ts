/** Waits for sets of futures with wait(). */
import { createTask, type Future, getRunningLoop, sleep, type Task, wait } from "../../../mod.ts";
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
export function* allCompleted(t: Trace): Coroutine<void> {
  const tasks = [napping("a", 20), napping("b", 10)];
  const first = yield* wait(tasks);
  t.log(names(first.done), names(first.pending));
  const second = yield* wait(tasks);
  t.log(names(second.done), names(second.pending));
}

/** Returns at the first end and leaves the others running. */
export function* firstCompleted(t: Trace): Coroutine<void> {
  const tasks = [napping("a", 20), napping("b", 10), napping("c", 30)];
  const first = yield* wait(tasks, { returnWhen: "first" });
  t.log(names(first.done), names(first.pending));
  const second = yield* wait(first.pending, { returnWhen: "first" });
  t.log(names(second.done), names(second.pending));
  yield* wait(second.pending);
  t.log("over");
}

/** Reports everything that is done by the time the waiter resumes. */
export function* firstCompletedAmongDone(t: Trace): Coroutine<void> {
  const tasks = [napping("a", 10), napping("b", 10), napping("c", 30)];
  const first = yield* wait(tasks, { returnWhen: "first" });
  t.log(names(first.done), names(first.pending));
  const second = yield* wait(tasks, { returnWhen: "first" });
  t.log(names(second.done), names(second.pending));
  yield* wait(second.pending);
}

/** Counts as done what finishes between the trigger and the resumption. */
export function* finishedBeforeTheResumption(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  const [first, second, third] = [1, 2, 3].map(() => loop.createFuture<number>());
  first.addDoneCallback(() => {
    t.log("settle the second");
    second.setResult(2);
  });
  loop.callLater(5, () => first.setResult(1));
  const { done, pending } = yield* wait([third, second, first], {
    returnWhen: "first",
  });
  t.log(done.has(second), done.has(first), pending.has(third), done.size);
}

/** Goes on waiting after a success and ends with the first failure. */
export function* firstException(t: Trace): Coroutine<void> {
  const tasks = [napping("a", 5), failing("b", 10), napping("c", 30)];
  const { done, pending } = yield* wait(tasks, { returnWhen: "exception" });
  t.log(names(done), names(pending), tasks[1].exception());
  yield* wait(pending);
}

/** Ends with a failure that is older than the wait. */
export function* firstExceptionThatWasThere(t: Trace): Coroutine<void> {
  const tasks = [failing("a", 5), napping("b", 30)];
  yield* sleep(10);
  const { done, pending } = yield* wait(tasks, { returnWhen: "exception" });
  t.log(names(done), names(pending), tasks[0].exception());
  yield* wait(pending);
}

/** Goes on waiting when a task is cancelled. */
export function* cancelledTaskIsNoException(t: Trace): Coroutine<void> {
  const tasks = [napping("a", 20), napping("b", 10)];
  getRunningLoop().callLater(5, () => tasks[0].cancel());
  const { done, pending } = yield* wait(tasks, { returnWhen: "exception" });
  t.log(names(done), names(pending), tasks[0].cancelled);
}

/** Waits for all when none fails. */
export function* withoutAnyException(t: Trace): Coroutine<void> {
  const tasks = [napping("a", 5), napping("b", 10)];
  const { done, pending } = yield* wait(tasks, { returnWhen: "exception" });
  t.log(names(done), names(pending));
}

/** Returns both sets at the deadline and raises nothing. */
export function* timeoutSplits(t: Trace): Coroutine<void> {
  const tasks = [napping("a", 30), napping("b", 5), napping("c", 10)];
  for (const timeout of [10, 0, 100]) {
    const { done, pending } = yield* wait(tasks, { timeout });
    t.log(names(done), names(pending));
  }
}

/** Leaves no timer behind once everything is done. */
export function* timeoutWithdrawn(t: Trace): Coroutine<void> {
  yield* wait([napping("a", 5)], { timeout: 1000 });
  t.log("waited");
  yield* sleep(1);
  t.log("slept");
}

/** Refuses nothing to wait for, coroutines, single futures and unknown modes. */
export function* badArguments(t: Trace): Coroutine<void> {
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
      yield* wait(argument as never, { returnWhen: returnWhen as never });
    } catch (error) {
      t.log(name, error);
    }
  }
}

/** Counts a future once however often it is given. */
export function* duplicatesCollapse(t: Trace): Coroutine<void> {
  const task = napping("a", 5);
  const { done, pending } = yield* wait([task, task, task]);
  t.log(names(done), names(pending));
}

/** Takes an iterable of futures. */
export function* anyIterable(t: Trace): Coroutine<void> {
  const { done } = yield* wait(
    new Set([napping("a", 5), napping("b", 1)]).values(),
  );
  t.log(names(done));
}

/** Leaves the tasks running when the wait is cancelled. */
export function* cancelledWaitLeavesTheTasks(t: Trace): Coroutine<void> {
  const task = createTask(() => nap(20, "value"));

  function* waiter(): Coroutine<void> {
    try {
      yield* wait([task]);
    } catch (error) {
      t.log("caught", error);
      throw error;
    }
  }

  const waiting = createTask(() => waiter());
  yield* sleep(5);
  t.log(waiting.cancel("enough"));
  yield* wait([waiting]);
  t.log(waiting.cancelled, task.done, task.cancelling);
  t.log(yield* task);
}

/** Hands over failed tasks without raising. */
export function* failuresAreNotRaised(t: Trace): Coroutine<void> {
  const { done } = yield* wait([failing("a", 5), failing("b", 6)]);
  t.log(Array.from(done, (task) => task.exception()));
}
