/**
 * Starts tasks eagerly whose first step is over, or queued on, before createTask() returns.
 *
 * Generator front end only: a native async function reaches its end, and what it awaits, in a promise job after that.
 */
// deno-lint-ignore-file require-yield
import {
  allTasks,
  CancelledError,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  sleep,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Is done on return when the coroutine never suspends. */
export function* completesInline(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    t.log("child");
    return "value";
  }

  const task = createTask(() => child(), { eager: true });
  t.log("created", task.done, task.result());
  t.log(yield* task);
  yield* sleep(0);
  t.log("over");
}

/** Goes on like any other task after the first suspension. */
export function* suspendsAndGoesOn(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    t.log("first step");
    yield* sleep(0);
    t.log("second step");
    yield* sleep(5);
    return "value";
  }

  const task = createTask(() => child(), { eager: true });
  t.log("created", task.done);
  const lazy = createTask(() => child());
  t.log(yield* task, yield* lazy);
}

/** Stores the error of the first step instead of raising it. */
export function* keepsTheError(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    throw new Boom("eager");
  }

  const task = createTask(() => child(), { eager: true });
  t.log("created", task.done);
  try {
    yield* task;
  } catch (error) {
    t.log("raised", error);
  }
}

/** Is among all tasks during the eager step, and no longer once done. */
export function* listedWhileRunning(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    const known = [...allTasks()] as unknown[];
    t.log("inside", known.length, known.includes(currentTask()));
  }

  createTask(() => child(), { eager: true });
  t.log("outside", [...allTasks()].length);
}

/** Delivers callbacks through the ready queue although the task is done. */
export function* callbacksAfterCompletion(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    return "value";
  }

  const task = createTask(() => child(), { eager: true });
  task.addDoneCallback((done) => t.log("callback", done.result()));
  t.log("added");
  yield* sleep(0);
  t.log("main");
}

/** Refuses the cancel of a task that completed eagerly. */
export function* cancelAfterCompletion(t: Trace): Coroutine<void> {
  function* child(): Coroutine<string> {
    return "value";
  }

  const task = createTask(() => child(), { eager: true });
  t.log(task.cancel(), yield* task);
}

/** Delivers a self-cancel of the eager step at its first suspension, or at its end. */
export function* cancelsItself(t: Trace): Coroutine<void> {
  function* suspends(): Coroutine<string> {
    currentTask()!.cancel("self");
    t.log("suspends");
    yield* sleep(5);
    t.log("not reached");
    return "value";
  }

  function* returns(): Coroutine<string> {
    currentTask()!.cancel("self");
    return "value";
  }

  for (const child of [suspends, returns]) {
    const task = createTask(() => child(), { eager: true });
    t.log("created", task.done, task.cancelled);
    try {
      yield* task;
    } catch (error) {
      t.log("ended", error, task.cancelled);
    }
  }
}

/** Ends cancelled when the eager step raises CancelledError. */
export function* raisesCancelledError(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    throw new CancelledError("own idea");
  }

  const task = createTask(() => child(), { eager: true });
  t.log(task.done, task.cancelled, task.cancelling);
  try {
    yield* task;
  } catch (error) {
    t.log("ended", error);
  }
}

/** Gathers tasks that completed eagerly without yielding. */
export function* gatherOfCompleted(t: Trace): Coroutine<void> {
  function* child(name: string): Coroutine<string> {
    return name;
  }

  getRunningLoop().callSoon(() => t.log("callback"));
  t.log(
    yield* gather([
      createTask(() => child("a"), { eager: true }),
      createTask(() => child("b"), { eager: true }),
    ]),
  );
  yield* sleep(0);
  t.log("main");
}
