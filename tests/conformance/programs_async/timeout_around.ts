// Generated from programs/timeout_around.ts by translate.ts.
// deno-lint-ignore-file
/** Puts timeout blocks around gathers and groups. */
import { currentTask, gather, sleep, taskGroup, timeout } from "../../../mod.ts";
import { Boom, Crash, type Deadline, type Trace } from "../support.ts";

/** Cancels the children of a gather at the deadline. */
export async function aroundAGather(t: Trace): Promise<void> {
  async function child(name: string, ms: number): Promise<void> {
    try {
      await sleep(ms);
      t.log(name, "slept");
    } catch (error) {
      t.log(name, "caught", error);
      throw error;
    }
  }

  try {
    await timeout(10, async function () {
      await gather([
        () => child("a", 5),
        () => child("b", 50),
        () => child("c", 60),
      ]);
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Cancels a group at the deadline and raises the timeout. */
export async function aroundAGroup(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    try {
      await sleep(100);
    } finally {
      t.log("child cancelled");
    }
  }

  try {
    await timeout(10, async function () {
      await taskGroup(async function (group) {
        group.createTask(() => child());
        await sleep(50);
      });
    });
  } catch (error) {
    t.log("raised", error, currentTask()!.cancelling);
  }
}

/** Raises the group's error when a child fails while being cancelled. */
export async function aroundAGroupThatFails(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    try {
      await sleep(100);
    } catch {
      throw new Boom("cleanup");
    }
  }

  let scope!: Deadline;
  try {
    await timeout(10, async function (block) {
      scope = block;
      await taskGroup(async function (group) {
        group.createTask(() => child());
        await sleep(50);
      });
    });
  } catch (error) {
    t.log("raised", error);
  }
  t.log(scope.expired, currentTask()!.cancelling);
}

/** Raises the timeout when it comes first in the instant in which a child would fail. */
export async function deadlineBeforeTheErrorOfAChild(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    await sleep(10);
    throw new Crash("not reached");
  }

  let scope!: Deadline;
  try {
    await timeout(10, async function (block) {
      scope = block;
      await taskGroup(async function (group) {
        group.createTask(() => child());
        await sleep(50);
      });
    });
  } catch (error) {
    t.log("raised", error);
  }
  t.log(scope.expired, currentTask()!.cancelling);
}

/** Raises the group's error when the child comes first in the instant of the deadline. */
export async function errorOfAChildBeforeTheDeadline(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    await sleep(10);
    throw new Crash("child");
  }

  let scope!: Deadline;
  try {
    await timeout(undefined, async function (block) {
      scope = block;
      await taskGroup(async function (group) {
        group.createTask(() => child());
        await sleep(0);
        block.reschedule(10);
        await sleep(50);
      });
    });
  } catch (error) {
    t.log("raised", error);
  }
  t.log(scope.expired, currentTask()!.cancelling);
}
