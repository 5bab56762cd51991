/** Cancels the task that runs a task group. */
import {
  createTask,
  currentTask,
  getRunningLoop,
  isCancelled,
  sleep,
  type Task,
  taskGroup,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, Crash, type Trace } from "../support.ts";

/** Sleeps, logs the end or the cancel, and takes some time for the cleanup. */
function* nap(t: Trace, name: string, ms = 100, cleanup = 0): Coroutine<void> {
  try {
    yield* sleep(ms);
    t.log(name, "slept");
  } catch (error) {
    t.log(name, "caught", error);
    if (cleanup > 0) {
      yield* sleep(cleanup);
      t.log(name, "cleaned");
    }
    throw error;
  }
}

/** Raises another error instead of the cancel. */
function* convert(t: Trace, ms: number, error: Error): Coroutine<void> {
  try {
    yield* sleep(ms);
  } catch {
    t.log("converts", error);
    throw error;
  }
}

/** Raises after a sleep. */
function* raise(t: Trace, ms: number): Coroutine<void> {
  yield* sleep(ms);
  t.log("raise");
  throw new Crash("child");
}

/** Runs a group whose child fails after a while, then goes on. */
function* failingParent(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => raise(t, 5));
      yield* nap(t, "body", 50);
    });
  } catch (error) {
    if (isCancelled(error)) throw error;
    t.log("left with", error, currentTask()!.cancelling);
  }
  yield* nap(t, "after", 10);
}

/** Joins a task and logs how it ended. */
function* end(t: Trace, task: Task<unknown>): Coroutine<void> {
  try {
    t.log("value", yield* task);
  } catch (error) {
    t.log("ended", error, task.cancelled, task.cancelling);
  }
}

/** Cancels the body first, then the children, and raises the cancel. */
export function* whileTheBodyWaits(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a"));
      group.createTask(() => nap(t, "b"));
      yield* nap(t, "body", 50);
    });
  }

  const task = createTask(() => parent());
  yield* sleep(5);
  t.log("cancel", task.cancel("outside"));
  yield* end(t, task);
}

/** Cancels the children when the body is over already. */
export function* whileLeaving(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a"));
      group.createTask(() => nap(t, "b"));
    });
  }

  const task = createTask(() => parent());
  yield* sleep(5);
  t.log("cancel", task.cancel("outside"));
  yield* end(t, task);
}

/** Raises the cancel of a body without children. */
export function* withoutChildren(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    yield* taskGroup(() => nap(t, "body"));
  }

  const task = createTask(() => parent());
  yield* sleep(5);
  task.cancel("outside");
  yield* end(t, task);
}

/** Goes on waiting for slow children through further cancels. */
export function* againWhileWaiting(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "slow", 100, 20));
      yield* sleep(50);
    });
  }

  const task = createTask(() => parent());
  yield* sleep(5);
  task.cancel("first");
  yield* sleep(5);
  task.cancel("second");
  yield* sleep(5);
  t.log(task.done, task.cancelling);
  yield* end(t, task);
}

/** Never enters the group of a task that is cancelled before it starts. */
export function* beforeTheFirstStep(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a"));
    });
    t.log("not reached");
  }

  const task = createTask(() => parent());
  task.cancel("early");
  yield* end(t, task);
}

/** Delivers a pending cancel at the first suspension inside the group. */
export function* pendingOnEntry(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    currentTask()!.cancel("self");
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a"));
      t.log("inside");
      yield* sleep(5);
    });
    t.log("not reached");
  }

  yield* end(t, createTask(() => parent()));
}

/** Delivers a pending cancel while the group waits for its children. */
export function* pendingOnLeaving(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a"));
      currentTask()!.cancel("self");
    });
    t.log("not reached");
  }

  yield* end(t, createTask(() => parent()));
}

/** Keeps a pending cancel for the code after an empty group. */
export function* pendingWithoutChildren(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    yield* taskGroup(function* () {
      currentTask()!.cancel("self");
    });
    t.log("left", currentTask()!.cancelling);
    yield* sleep(5);
    t.log("not reached");
  }

  yield* end(t, createTask(() => parent()));
}

/** Raises the group's error, with the request still pending for the next suspension. */
export function* childConvertsTheCancel(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    try {
      yield* taskGroup(function* (group) {
        group.createTask(() => convert(t, 100, new Boom("child")));
        yield* sleep(50);
      });
    } catch (error) {
      t.log("left with", error, currentTask()!.cancelling);
    }
    yield* nap(t, "after");
  }

  const task = createTask(() => parent());
  yield* sleep(5);
  task.cancel("outside");
  yield* end(t, task);
}

/** Raises the group's error when the body converts an outside cancel. */
export function* bodyConvertsTheCancel(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    try {
      yield* taskGroup(function* (group) {
        group.createTask(() => nap(t, "a"));
        yield* convert(t, 50, new Boom("body"));
      });
    } catch (error) {
      t.log("left with", error, currentTask()!.cancelling);
    }
    yield* nap(t, "after");
  }

  const task = createTask(() => parent());
  yield* sleep(5);
  task.cancel("outside");
  yield* end(t, task);
}

/** Leaves the group normally when the body swallows an outside cancel. */
export function* bodySwallowsTheCancel(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<string> {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a", 10));
      try {
        yield* sleep(50);
      } catch (error) {
        t.log("swallowed", error);
      }
    });
    t.log("left", currentTask()!.cancelling);
    return "value";
  }

  const task = createTask(() => parent());
  yield* sleep(5);
  task.cancel("outside");
  yield* end(t, task);
}

/** Raises the error of a child that fails after the cancel, which stays pending. */
export function* cancelJustBeforeTheError(t: Trace): Coroutine<void> {
  const task = createTask(() => failingParent(t));
  yield* sleep(0);
  yield* sleep(5);
  t.log("cancel", task.cancel("outside"));
  yield* end(t, task);
}

/** Raises the error of a child and keeps a cancel of the same iteration pending. */
export function* cancelJustAfterTheError(t: Trace): Coroutine<void> {
  const task = createTask(() => failingParent(t));
  yield* sleep(0);
  yield* sleep(0);
  yield* sleep(5);
  t.log("cancel", task.cancel("outside"));
  yield* end(t, task);
}

/** Cancels a child that would fail in the step that the cancel takes. */
export function* cancelWellBeforeTheError(t: Trace): Coroutine<void> {
  const task = createTask(() => failingParent(t));
  getRunningLoop().callLater(5, () => task.cancel("outside"));
  yield* end(t, task);
}

/** Keeps a cancel pending that comes while an aborting group waits. */
export function* cancelAfterTheAbort(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    try {
      yield* taskGroup(function* (group) {
        group.createTask(() => nap(t, "slow", 100, 20));
        group.createTask(() => raise(t, 5));
        yield* sleep(50);
      });
    } catch (error) {
      t.log("left with", error, currentTask()!.cancelling);
    }
    yield* nap(t, "after");
  }

  const task = createTask(() => parent());
  yield* sleep(15);
  t.log("cancel", task.cancel("outside"), task.cancelling);
  yield* end(t, task);
}

/** Takes a cancel that comes from a child for an outside one. */
export function* childCancelsTheParent(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    const me = currentTask()!;

    function* child(): Coroutine<void> {
      yield* sleep(5);
      t.log("cancel", me.cancel("from a child"));
      yield* nap(t, "child", 10);
    }

    yield* taskGroup(function* (group) {
      group.createTask(() => child());
      yield* nap(t, "body", 50);
    });
  }

  yield* end(t, createTask(() => parent()));
}

/** Lets the body take an outside cancel back. */
export function* uncancelledInTheBody(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<string> {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a", 10));
      try {
        yield* sleep(50);
      } catch {
        t.log("taken back", currentTask()!.uncancel());
      }
      yield* nap(t, "body", 10);
    });
    return "value";
  }

  const task = createTask(() => parent());
  yield* sleep(5);
  task.cancel("outside");
  yield* end(t, task);
}
