/** Creates tasks, reads their results and identifies them. */
// deno-lint-ignore-file require-yield
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
import type { Coroutine } from "../../../mod.ts";
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
function* value(result: number): Coroutine<number> {
  yield* sleep(0);
  return result;
}

/** Returns a value after a sleep. */
function* nap<T>(ms: number, result: T): Coroutine<T> {
  return yield* sleep(ms, result);
}

/** Answers the state questions while running and afterwards. */
export function* basics(t: Trace): Coroutine<void> {
  const task = createTask(() => value(3));
  t.log(task.done, task.cancelled);
  attempt(t, "result", () => task.result());
  attempt(t, "exception", () => task.exception());
  t.log(yield* task);
  t.log(task.done, task.cancelled, task.result(), task.exception());
}

/** Keeps the error of the coroutine and raises it for each reader. */
export function* failure(t: Trace): Coroutine<void> {
  const boom = new Boom("task");

  function* fail(): Coroutine<void> {
    throw boom;
  }

  const task = createTask(() => fail());
  for (let i = 0; i < 2; i++) {
    try {
      yield* task;
    } catch (error) {
      t.log(error, error === boom);
    }
  }
  t.log(task.done, task.cancelled, task.exception() === boom);
  attempt(t, "result", () => task.result());
}

/** Refuses to be settled from outside. */
export function* settleIsRefused(t: Trace): Coroutine<void> {
  const task = createTask(() => value(1));
  attempt(t, "result", () => task.setResult(2));
  attempt(t, "exception", () => task.setException(new Boom("outside")));
  t.log(yield* task);
}

/** Refuses to make a task of something else. */
export function* notACoroutine(t: Trace): Coroutine<void> {
  attempt(t, "number", () => createTask(5 as never));
  attempt(t, "nothing", () => createTask(undefined as never));
  const future = getRunningLoop().createFuture<void>();
  attempt(t, "future", () => createTask(future as never));
  attempt(t, "ensure", () => ensureFuture(5 as never));
}

/** Returns a future or task as it is and makes a task of a coroutine. */
export function* ensureFutureKeepsFutures(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<number>();
  const task = createTask(() => value(1));
  t.log(
    Object.is(ensureFuture(future), future),
    Object.is(ensureFuture(task), task),
  );
  const made = ensureFuture(() => value(2));
  t.log(isFuture(made), isFuture(future), isFuture(5));
  t.log(yield* made, yield* task);
}

/** Counts default names up and keeps explicit ones. */
export function* names(t: Trace): Coroutine<void> {
  const number = (task: Task<number>) => Number(task.name.split("-")[1]);
  const first = createTask(() => value(1));
  const second = createTask(() => value(2));
  const named = createTask(() => value(3), { name: "worker" });
  const third = createTask(() => value(4));
  t.log(number(second) - number(first), named.name);
  t.log(number(third) > number(second));
  yield* gather([first, second, named, third]);
  t.log(named.name);
}

/** Knows the right current task after every switch. */
export function* currentTaskWhileInterleaving(t: Trace): Coroutine<void> {
  const tasks: Task<void>[] = [];

  function* child(index: number): Coroutine<void> {
    for (let i = 0; i < 3; i++) {
      t.log(index, currentTask() === tasks[index]);
      yield* sleep(0);
    }
    yield* sleep(5);
    t.log(index, currentTask() === tasks[index]);
  }

  const main = currentTask();
  tasks.push(createTask(() => child(0)), createTask(() => child(1)));
  yield* wait(tasks);
  t.log("main", currentTask() === main);
}

/** Lists exactly the tasks that are not done. */
export function* allTasksListsTheUnfinished(t: Trace): Coroutine<void> {
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
  yield* short;
  t.log(
    [...allTasks()].filter((task) => task !== main).map((task) => task.name),
  );
  yield* long;
  t.log([...allTasks()].length);
}

/** Raises inside a task that awaits itself. */
export function* awaitsItself(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    try {
      yield* task;
    } catch (error) {
      t.log("refused", error);
    }
    return "alive";
  }

  const task: Task<string> = createTask(() => child());
  t.log(yield* task);
}

/** Fails a task that awaits itself. */
export function* awaitsItselfWithoutCatching(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    yield* task;
  }

  const task: Task<void> = createTask(() => child());
  try {
    yield* task;
  } catch (error) {
    t.log("failed", error);
  }
}

/** Calls back one iteration after the last step, before a later joiner. */
export function* callbacksOfATask(t: Trace): Coroutine<void> {
  function* child(): Coroutine<number> {
    t.log("last step");
    return 1;
  }

  const task = createTask(() => child());
  task.addDoneCallback((done) => t.log("first", done === task));
  t.log(yield* task);
  task.addDoneCallback((done) => t.log("second", done.result()));
  yield* sleep(0);
  t.log("main");
}

/** Wakes every joiner in the order they began to wait. */
export function* severalJoiners(t: Trace): Coroutine<void> {
  const shared = createTask(() => nap(5, "shared"));

  function* join(name: string): Coroutine<void> {
    t.log(name, yield* shared);
  }

  const joiners = ["a", "b", "c"].map((name) => createTask(() => join(name)));
  yield* wait(joiners);
  t.log("joined");
}

/** Gives every joiner the same error. */
export function* severalJoinersOfAFailure(t: Trace): Coroutine<void> {
  function* fail(): Coroutine<void> {
    yield* sleep(1);
    throw new Boom("shared");
  }

  const shared = createTask(() => fail());

  function* join(name: string): Coroutine<void> {
    try {
      yield* shared;
    } catch (error) {
      t.log(name, error, error === shared.exception());
    }
  }

  yield* gather([() => join("a"), () => join("b")]);
}

/** Finishes in the first step, joined one iteration later. */
export function* taskWithoutSuspension(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    t.log("only step");
    return "done";
  }

  const task = createTask(() => child());
  yield* sleep(0);
  t.log(task.done);
  t.log(yield* task);
}

/** Starts each generation one iteration after the one before. */
export function* childrenMakeGrandchildren(t: Trace): Coroutine<void> {
  function* generation(depth: number): Coroutine<void> {
    t.log("generation", depth);
    if (depth < 3) yield* createTask(() => generation(depth + 1));
    t.log("back", depth);
  }

  yield* generation(0);
}

/** Links a task to the future it waits on, until it is woken or cancelled. */
export function* waitingLink(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<void>();

  function* child(): Coroutine<void> {
    yield* future;
  }

  const [first, second] = [
    createTask(() => child()),
    createTask(() => child()),
  ];
  t.log(first.waitingOn === undefined);
  yield* sleep(0);
  t.log(
    Object.is(first.waitingOn, future),
    Object.is(second.waitingOn, future),
  );
  first.cancel();
  yield* wait([first, second]);
  t.log(first.waitingOn === undefined, second.waitingOn === undefined);
}

/** Lets the error of main out of the run and cancels what is left. */
export function* mainErrorEndsTheRun(t: Trace): Coroutine<void> {
  function* left(): Coroutine<void> {
    try {
      yield* sleep(100);
    } catch (error) {
      t.log("left cancelled");
      throw error;
    }
  }

  createTask(() => left());
  yield* sleep(0);
  throw new Boom("main");
}
