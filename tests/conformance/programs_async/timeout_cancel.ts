// Generated from programs/timeout_cancel.ts by translate.ts.
// deno-lint-ignore-file
/** Tells the deadline of a timeout block from a cancel that comes from outside. */
import { createTask, currentTask, getRunningLoop, sleep, timeout, wait } from "../../../mod.ts";
import type { Deadline, Trace } from "../support.ts";

/** Sleeps and logs the end or the cancel. */
async function nap(t: Trace, name: string, ms: number): Promise<void> {
  try {
    await sleep(ms);
    t.log(name, "slept");
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Keeps an outside cancel a cancel. */
export async function cancelFromOutside(t: Trace): Promise<void> {
  async function body(): Promise<void> {
    await timeout(100, async function (scope) {
      try {
        await nap(t, "body", 200);
      } finally {
        t.log(scope.expired);
      }
    });
  }

  const task = createTask(() => body());
  await sleep(5);
  task.cancel("outside");
  try {
    await task;
  } catch (error) {
    t.log("ended", error, task.cancelling);
  }
}

/** Keeps an outside cancel a cancel while the block is expiring. */
export async function cancelDuringTheCleanup(t: Trace): Promise<void> {
  async function body(): Promise<void> {
    await timeout(10, async function () {
      try {
        await sleep(100);
      } catch {
        t.log("cleanup");
        await sleep(10);
      }
    });
  }

  const task = createTask(() => body());
  await sleep(15);
  task.cancel("outside");
  try {
    await task;
  } catch (error) {
    t.log("ended", error, task.cancelling);
  }
}

/** Lets an outside cancel of the same instant win, whichever comes first. */
export async function cancelAndDeadlineTogether(t: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function body(): Promise<void> {
    let scope!: Deadline;
    try {
      await timeout(10, async function (block) {
        scope = block;
        await sleep(100);
      });
    } finally {
      t.log(scope.expired, currentTask()!.cancelling);
    }
  }

  for (const early of [true, false]) {
    const task = createTask(() => body());
    if (early) loop.callLater(10, () => task.cancel());
    await sleep(0);
    if (!early) loop.callLater(10, () => task.cancel());
    try {
      await task;
    } catch (error) {
      t.log("ended", error, task.cancelled);
    }
  }
}

/** Limits the cleanup of a cancelled task. */
export async function timeoutAfterACancel(t: Trace): Promise<void> {
  async function body(): Promise<void> {
    try {
      await sleep(100);
    } finally {
      try {
        await timeout(10, () => nap(t, "cleanup", 100));
      } catch (error) {
        t.log("raised", error, currentTask()!.cancelling);
      }
    }
  }

  const task = createTask(() => body());
  await sleep(5);
  task.cancel("first");
  try {
    await task;
  } catch (error) {
    t.log("ended", error);
  }
}

/** Tells a second cancel from the deadline of the cleanup. */
export async function cancelInATimeoutAfterACancel(t: Trace): Promise<void> {
  async function body(): Promise<void> {
    try {
      await sleep(100);
    } finally {
      await timeout(10, async function (scope) {
        try {
          await sleep(100);
        } finally {
          t.log(scope.expired, currentTask()!.cancelling);
        }
      });
    }
  }

  const task = createTask(() => body());
  await sleep(5);
  task.cancel("first");
  await sleep(2);
  task.cancel("second");
  try {
    await task;
  } catch (error) {
    t.log("ended", error, task.cancelling);
  }
}

/** Leaves a task uncancelled that handled its timeout. */
export async function handledTimeoutLeavesNoTrace(t: Trace): Promise<void> {
  async function body(): Promise<string> {
    try {
      await timeout(10, async function () {
        await sleep(100);
      });
    } catch {
      t.log("handled");
    }
    await sleep(5);
    return "value";
  }

  const task = createTask(() => body());
  t.log(await task);
  t.log(task.cancelled, task.cancelling);
}

/** Fails the task with the timeout, not as cancelled. */
export async function unhandledTimeout(t: Trace): Promise<void> {
  async function body(): Promise<void> {
    await timeout(10, async function () {
      await sleep(100);
    });
  }

  const task = createTask(() => body());
  await wait([task]);
  t.log(task.cancelled, task.exception());
}
