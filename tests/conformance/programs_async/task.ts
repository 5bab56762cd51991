// Generated from programs/task.ts by translate.ts.
// deno-lint-ignore-file
/** Creates tasks, reads their results and identifies them. */
import {
  allTasks,
  createTask,
  currentTask,
  ensureFuture,
  gather,
  getRunningLoop,
  isFuture,
  sleep,
  type Task,
  wait,
} from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Logs what a call returns or raises. */
function attempt(t: Trace, name: string, call: () => unknown): void {
  try {
    t.log(name, call());
  } catch (error) {
    t.log(name, "raised", error);
  }
}

/** Returns a value after one bare yield. */
async function value(result: number): Promise<number> {
  await sleep(0);
  return result;
}

/** Returns a value after a sleep. */
async function nap<T>(ms: number, result: T): Promise<T> {
  return await sleep(ms, result);
}

/** Answers the state questions while running and afterwards. */
export async function basics(t: Trace): Promise<void> {
  const task = createTask(() => value(3));
  t.log(task.done, task.cancelled);
  attempt(t, "result", () => task.result());
  attempt(t, "exception", () => task.exception());
  t.log(await task);
  t.log(task.done, task.cancelled, task.result(), task.exception());
}

/** Keeps the error of the coroutine and raises it for each reader. */
export async function failure(t: Trace): Promise<void> {
  const boom = new Boom("task");

  async function fail(): Promise<void> {
    throw boom;
  }

  const task = createTask(() => fail());
  for (let i = 0; i < 2; i++) {
    try {
      await task;
    } catch (error) {
      t.log(error, error === boom);
    }
  }
  t.log(task.done, task.cancelled, task.exception() === boom);
  attempt(t, "result", () => task.result());
}

/** Refuses to be settled from outside. */
export async function settleIsRefused(t: Trace): Promise<void> {
  const task = createTask(() => value(1));
  attempt(t, "result", () => task.setResult(2));
  attempt(t, "exception", () => task.setException(new Boom("outside")));
  t.log(await task);
}

/** Refuses to make a task of something else. */
export async function notACoroutine(t: Trace): Promise<void> {
  attempt(t, "number", () => createTask(5 as never));
  attempt(t, "nothing", () => createTask(undefined as never));
  const future = getRunningLoop().createFuture<void>();
  attempt(t, "future", () => createTask(future as never));
  attempt(t, "ensure", () => ensureFuture(5 as never));
}

/** Returns a future or task as it is and makes a task of a coroutine. */
export async function ensureFutureKeepsFutures(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<number>();
  const task = createTask(() => value(1));
  t.log(
    Object.is(ensureFuture(future), future),
    Object.is(ensureFuture(task), task),
  );
  const made = ensureFuture(() => value(2));
  t.log(isFuture(made), isFuture(future), isFuture(5));
  t.log(await made, await task);
}

/** Counts default names up and keeps explicit ones. */
export async function names(t: Trace): Promise<void> {
  const number = (task: Task<number>) => Number(task.name.split("-")[1]);
  const first = createTask(() => value(1));
  const second = createTask(() => value(2));
  const named = createTask(() => value(3), { name: "worker" });
  const third = createTask(() => value(4));
  t.log(number(second) - number(first), named.name);
  t.log(number(third) > number(second));
  await gather([first, second, named, third]);
  t.log(named.name);
}

/** Knows the right current task after every switch. */
export async function currentTaskWhileInterleaving(t: Trace): Promise<void> {
  const tasks: Task<void>[] = [];

  async function child(index: number): Promise<void> {
    for (let i = 0; i < 3; i++) {
      t.log(index, currentTask() === tasks[index]);
      await sleep(0);
    }
    await sleep(5);
    t.log(index, currentTask() === tasks[index]);
  }

  const main = currentTask();
  tasks.push(createTask(() => child(0)), createTask(() => child(1)));
  await wait(tasks);
  t.log("main", currentTask() === main);
}

/** Lists exactly the tasks that are not done. */
export async function allTasksListsTheUnfinished(t: Trace): Promise<void> {
  const main = currentTask()!;
  const short = createTask(() => value(1), { name: "short" });
  const long = createTask(() => nap(10, 1), { name: "long" });
  const known = [...allTasks()] as unknown[];
  t.log(
    known.length,
    known.includes(main),
    known.includes(short),
    known.includes(long),
  );
  await short;
  t.log(
    [...allTasks()].filter((task) => task !== main).map((task) => task.name),
  );
  await long;
  t.log([...allTasks()].length);
}

/** Raises inside a task that awaits itself. */
export async function awaitsItself(t: Trace): Promise<void> {
  async function child(): Promise<string> {
    try {
      await task;
    } catch (error) {
      t.log("refused", error);
    }
    return "alive";
  }

  const task: Task<string> = createTask(() => child());
  t.log(await task);
}

/** Fails a task that awaits itself. */
export async function awaitsItselfWithoutCatching(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    await task;
  }

  const task: Task<void> = createTask(() => child());
  try {
    await task;
  } catch (error) {
    t.log("failed", error);
  }
}

/** Calls back one iteration after the last step, before a later joiner. */
export async function callbacksOfATask(t: Trace): Promise<void> {
  async function child(): Promise<number> {
    t.log("last step");
    return 1;
  }

  const task = createTask(() => child());
  task.addDoneCallback((done) => t.log("first", done === task));
  t.log(await task);
  task.addDoneCallback((done) => t.log("second", done.result()));
  await sleep(0);
  t.log("main");
}

/** Wakes every joiner in the order they began to wait. */
export async function severalJoiners(t: Trace): Promise<void> {
  const shared = createTask(() => nap(5, "shared"));

  async function join(name: string): Promise<void> {
    t.log(name, await shared);
  }

  const joiners = ["a", "b", "c"].map((name) => createTask(() => join(name)));
  await wait(joiners);
  t.log("joined");
}

/** Gives every joiner the same error. */
export async function severalJoinersOfAFailure(t: Trace): Promise<void> {
  async function fail(): Promise<void> {
    await sleep(1);
    throw new Boom("shared");
  }

  const shared = createTask(() => fail());

  async function join(name: string): Promise<void> {
    try {
      await shared;
    } catch (error) {
      t.log(name, error, error === shared.exception());
    }
  }

  await gather([() => join("a"), () => join("b")]);
}

/** Finishes in the first step, joined one iteration later. */
export async function taskWithoutSuspension(t: Trace): Promise<void> {
  async function child(): Promise<string> {
    t.log("only step");
    return "done";
  }

  const task = createTask(() => child());
  await sleep(0);
  t.log(task.done);
  t.log(await task);
}

/** Starts each generation one iteration after the one before. */
export async function childrenMakeGrandchildren(t: Trace): Promise<void> {
  async function generation(depth: number): Promise<void> {
    t.log("generation", depth);
    if (depth < 3) await createTask(() => generation(depth + 1));
    t.log("back", depth);
  }

  await generation(0);
}

/** Links a task to the future it waits on, until it is woken or cancelled. */
export async function waitingLink(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<void>();

  async function child(): Promise<void> {
    await future;
  }

  const [first, second] = [
    createTask(() => child()),
    createTask(() => child()),
  ];
  t.log(first.waitingOn === undefined);
  await sleep(0);
  t.log(
    Object.is(first.waitingOn, future),
    Object.is(second.waitingOn, future),
  );
  first.cancel();
  await wait([first, second]);
  t.log(first.waitingOn === undefined, second.waitingOn === undefined);
}

/** Lets the error of main out of the run and cancels what is left. */
export async function mainErrorEndsTheRun(t: Trace): Promise<void> {
  async function left(): Promise<void> {
    try {
      await sleep(100);
    } catch (error) {
      t.log("left cancelled");
      throw error;
    }
  }

  createTask(() => left());
  await sleep(0);
  throw new Boom("main");
}
