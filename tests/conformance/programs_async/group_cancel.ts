// Generated from programs/group_cancel.ts by translate.ts.
// deno-lint-ignore-file
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
import { Boom, Crash, type Trace } from "../support.ts";

/** Sleeps, logs the end or the cancel, and takes some time for the cleanup. */
async function nap(t: Trace, name: string, ms = 100, cleanup = 0): Promise<void> {
  try {
    await sleep(ms);
    t.log(name, "slept");
  } catch (error) {
    t.log(name, "caught", error);
    if (cleanup > 0) {
      await sleep(cleanup);
      t.log(name, "cleaned");
    }
    throw error;
  }
}

/** Raises another error instead of the cancel. */
async function convert(t: Trace, ms: number, error: Error): Promise<void> {
  try {
    await sleep(ms);
  } catch {
    t.log("converts", error);
    throw error;
  }
}

/** Raises after a sleep. */
async function raise(t: Trace, ms: number): Promise<void> {
  await sleep(ms);
  t.log("raise");
  throw new Crash("child");
}

/** Runs a group whose child fails after a while, then goes on. */
async function failingParent(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => raise(t, 5));
      await nap(t, "body", 50);
    });
  } catch (error) {
    if (isCancelled(error)) throw error;
    t.log("left with", error, currentTask()!.cancelling);
  }
  await nap(t, "after", 10);
}

/** Joins a task and logs how it ended. */
async function end(t: Trace, task: Task<unknown>): Promise<void> {
  try {
    t.log("value", await task);
  } catch (error) {
    t.log("ended", error, task.cancelled, task.cancelling);
  }
}

/** Cancels the body first, then the children, and raises the cancel. */
export async function whileTheBodyWaits(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a"));
      group.createTask(() => nap(t, "b"));
      await nap(t, "body", 50);
    });
  }

  const task = createTask(() => parent());
  await sleep(5);
  t.log("cancel", task.cancel("outside"));
  await end(t, task);
}

/** Cancels the children when the body is over already. */
export async function whileLeaving(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a"));
      group.createTask(() => nap(t, "b"));
    });
  }

  const task = createTask(() => parent());
  await sleep(5);
  t.log("cancel", task.cancel("outside"));
  await end(t, task);
}

/** Raises the cancel of a body without children. */
export async function withoutChildren(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    await taskGroup(() => nap(t, "body"));
  }

  const task = createTask(() => parent());
  await sleep(5);
  task.cancel("outside");
  await end(t, task);
}

/** Goes on waiting for slow children through further cancels. */
export async function againWhileWaiting(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "slow", 100, 20));
      await sleep(50);
    });
  }

  const task = createTask(() => parent());
  await sleep(5);
  task.cancel("first");
  await sleep(5);
  task.cancel("second");
  await sleep(5);
  t.log(task.done, task.cancelling);
  await end(t, task);
}

/** Never enters the group of a task that is cancelled before it starts. */
export async function beforeTheFirstStep(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a"));
    });
    t.log("not reached");
  }

  const task = createTask(() => parent());
  task.cancel("early");
  await end(t, task);
}

/** Delivers a pending cancel at the first suspension inside the group. */
export async function pendingOnEntry(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    currentTask()!.cancel("self");
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a"));
      t.log("inside");
      await sleep(5);
    });
    t.log("not reached");
  }

  await end(t, createTask(() => parent()));
}

/** Delivers a pending cancel while the group waits for its children. */
export async function pendingOnLeaving(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a"));
      currentTask()!.cancel("self");
    });
    t.log("not reached");
  }

  await end(t, createTask(() => parent()));
}

/** Keeps a pending cancel for the code after an empty group. */
export async function pendingWithoutChildren(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    await taskGroup(async function () {
      currentTask()!.cancel("self");
    });
    t.log("left", currentTask()!.cancelling);
    await sleep(5);
    t.log("not reached");
  }

  await end(t, createTask(() => parent()));
}

/** Raises the group's error, with the request still pending for the next suspension. */
export async function childConvertsTheCancel(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    try {
      await taskGroup(async function (group) {
        group.createTask(() => convert(t, 100, new Boom("child")));
        await sleep(50);
      });
    } catch (error) {
      t.log("left with", error, currentTask()!.cancelling);
    }
    await nap(t, "after");
  }

  const task = createTask(() => parent());
  await sleep(5);
  task.cancel("outside");
  await end(t, task);
}

/** Raises the group's error when the body converts an outside cancel. */
export async function bodyConvertsTheCancel(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    try {
      await taskGroup(async function (group) {
        group.createTask(() => nap(t, "a"));
        await convert(t, 50, new Boom("body"));
      });
    } catch (error) {
      t.log("left with", error, currentTask()!.cancelling);
    }
    await nap(t, "after");
  }

  const task = createTask(() => parent());
  await sleep(5);
  task.cancel("outside");
  await end(t, task);
}

/** Leaves the group normally when the body swallows an outside cancel. */
export async function bodySwallowsTheCancel(t: Trace): Promise<void> {
  async function parent(): Promise<string> {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a", 10));
      try {
        await sleep(50);
      } catch (error) {
        t.log("swallowed", error);
      }
    });
    t.log("left", currentTask()!.cancelling);
    return "value";
  }

  const task = createTask(() => parent());
  await sleep(5);
  task.cancel("outside");
  await end(t, task);
}

/** Raises the error of a child that fails after the cancel, which stays pending. */
export async function cancelJustBeforeTheError(t: Trace): Promise<void> {
  const task = createTask(() => failingParent(t));
  await sleep(0);
  await sleep(5);
  t.log("cancel", task.cancel("outside"));
  await end(t, task);
}

/** Raises the error of a child and keeps a cancel of the same iteration pending. */
export async function cancelJustAfterTheError(t: Trace): Promise<void> {
  const task = createTask(() => failingParent(t));
  await sleep(0);
  await sleep(0);
  await sleep(5);
  t.log("cancel", task.cancel("outside"));
  await end(t, task);
}

/** Cancels a child that would fail in the step that the cancel takes. */
export async function cancelWellBeforeTheError(t: Trace): Promise<void> {
  const task = createTask(() => failingParent(t));
  getRunningLoop().callLater(5, () => task.cancel("outside"));
  await end(t, task);
}

/** Keeps a cancel pending that comes while an aborting group waits. */
export async function cancelAfterTheAbort(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    try {
      await taskGroup(async function (group) {
        group.createTask(() => nap(t, "slow", 100, 20));
        group.createTask(() => raise(t, 5));
        await sleep(50);
      });
    } catch (error) {
      t.log("left with", error, currentTask()!.cancelling);
    }
    await nap(t, "after");
  }

  const task = createTask(() => parent());
  await sleep(15);
  t.log("cancel", task.cancel("outside"), task.cancelling);
  await end(t, task);
}

/** Takes a cancel that comes from a child for an outside one. */
export async function childCancelsTheParent(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    const me = currentTask()!;

    async function child(): Promise<void> {
      await sleep(5);
      t.log("cancel", me.cancel("from a child"));
      await nap(t, "child", 10);
    }

    await taskGroup(async function (group) {
      group.createTask(() => child());
      await nap(t, "body", 50);
    });
  }

  await end(t, createTask(() => parent()));
}

/** Lets the body take an outside cancel back. */
export async function uncancelledInTheBody(t: Trace): Promise<void> {
  async function parent(): Promise<string> {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a", 10));
      try {
        await sleep(50);
      } catch {
        t.log("taken back", currentTask()!.uncancel());
      }
      await nap(t, "body", 10);
    });
    return "value";
  }

  const task = createTask(() => parent());
  await sleep(5);
  task.cancel("outside");
  await end(t, task);
}
