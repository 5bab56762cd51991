// Generated from programs/group.ts by translate.ts.
// deno-lint-ignore-file
/** Runs children in a task group that nothing disturbs. */
import {
  ContextVar,
  copyContext,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  type Task,
  taskGroup,
} from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Names where the code believes to be. */
const place = new ContextVar<string>("place", { default: "nowhere" });

/** Sleeps and logs the end or the cancel. */
async function nap(t: Trace, name: string, ms: number): Promise<string> {
  try {
    await sleep(ms);
    t.log(name, "slept");
    return name;
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Leaves once every child has ended, with their results at hand. */
export async function waitsForAll(t: Trace): Promise<void> {
  const tasks: Task<string>[] = [];
  await taskGroup(async function (group) {
    tasks.push(group.createTask(() => nap(t, "a", 20)));
    tasks.push(group.createTask(() => nap(t, "b", 10)));
    t.log("body over");
  });
  t.log(tasks[0].result(), tasks[1].result());
}

/** Lets the body await a child and add more afterwards. */
export async function bodyMayWait(t: Trace): Promise<void> {
  await taskGroup(async function (group) {
    t.log(await group.createTask(() => nap(t, "a", 5)));
    group.createTask(() => nap(t, "b", 5));
    await sleep(20);
    t.log("body over");
  });
  t.log("left");
}

/** Leaves at once when the children have ended before the body. */
export async function bodyOutlivesTheChildren(t: Trace): Promise<void> {
  await taskGroup(async function (group) {
    group.createTask(() => nap(t, "a", 5));
    await sleep(10);
    t.log("body over");
  });
  t.log("left");
}

/** Leaves without yielding when there was nothing to wait for. */
export async function noChildren(t: Trace): Promise<void> {
  getRunningLoop().callSoon(() => t.log("callback"));
  await taskGroup(async function () {});
  t.log("left");
  await sleep(0);
}

/** Waits for the done callback of a child that has just ended. */
export async function childrenThatEndedUnnoticed(t: Trace): Promise<void> {
  await taskGroup(async function (group) {
    const task = group.createTask(() => nap(t, "a", 0));
    while (!task.done) await sleep(0);
    t.log("body over");
  });
  t.log("left");
}

/** Disturbs nobody by cancelling one child. */
export async function childCancelledByHand(t: Trace): Promise<void> {
  let victim!: Task<string>;
  await taskGroup(async function (group) {
    victim = group.createTask(() => nap(t, "victim", 100));
    group.createTask(() => nap(t, "other", 20));
    await sleep(5);
    t.log("cancel", victim.cancel("by hand"));
    await sleep(5);
    t.log("body over");
  });
  t.log("left", victim.cancelled);
}

/** Leaves normally even when every child was cancelled while leaving. */
export async function allChildrenCancelledByHand(t: Trace): Promise<void> {
  await taskGroup(async function (group) {
    const victim = group.createTask(() => nap(t, "victim", 100));
    getRunningLoop().callLater(5, () => victim.cancel());
  });
  t.log("left", currentTask()!.cancelling);
}

/** Lets children add siblings while the group is leaving. */
export async function childrenAddChildren(t: Trace): Promise<void> {
  await taskGroup(async function (group) {
    async function child(depth: number): Promise<void> {
      await sleep(5);
      t.log("child", depth);
      if (depth < 3) group.createTask(() => child(depth + 1));
    }

    group.createTask(() => child(0));
    t.log("body over");
  });
  t.log("left");
}

/** Stays when the last child adds another in its last step. */
export async function lastChildAddsAChild(t: Trace): Promise<void> {
  await taskGroup(async function (group) {
    async function first(): Promise<void> {
      group.createTask(() => second());
      t.log("first over");
    }

    async function second(): Promise<void> {
      t.log("second over");
    }

    group.createTask(() => first());
  });
  t.log("left");
}

/** Refuses new children after the group was left, without starting them. */
export async function finishedGroupRefuses(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    t.log("not reached");
  }

  let refuse!: () => unknown;
  await taskGroup(async function (group) {
    refuse = () => group.createTask(() => child());
  });
  try {
    refuse();
  } catch (error) {
    t.log("refused", error);
  }
  await sleep(5);
  t.log("over");
}

/** Hands the name and the context on to the task. */
export async function optionsPassThrough(t: Trace): Promise<void> {
  const context = copyContext();
  context.run(() => place.set("inside"));

  async function child(): Promise<void> {
    t.log(currentTask()!.name, place.get());
  }

  await taskGroup(async function (group) {
    const named = group.createTask(() => child(), { name: "named" });
    group.createTask(() => child(), { name: "placed", context });
    t.log(named.name);
  });
  t.log("left");
}

/** Runs two groups in a row. */
export async function oneGroupAfterAnother(t: Trace): Promise<void> {
  for (const name of ["first", "second"]) {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, name + " a", 5));
      group.createTask(() => nap(t, name + " b", 3));
    });
    t.log("left", name);
  }
}

/** Runs a group inside a child of another group. */
export async function groupInAChild(t: Trace): Promise<void> {
  async function family(name: string): Promise<void> {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, name + " a", 5));
      group.createTask(() => nap(t, name + " b", 10));
    });
    t.log("left", name);
  }

  await taskGroup(async function (group) {
    group.createTask(() => family("x"));
    group.createTask(() => family("y"));
  });
  t.log("left");
}

/** Wakes the group and a joiner of its child in their order. */
export async function joinedFromOutside(t: Trace): Promise<void> {
  async function join(task: Task<string>): Promise<void> {
    t.log("joined", await task);
  }

  let joiner!: Task<void>;
  await taskGroup(async function (group) {
    const child = group.createTask(() => nap(t, "a", 5));
    joiner = createTask(() => join(child));
  });
  t.log("left");
  await joiner;
}
