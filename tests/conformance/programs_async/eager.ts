// Generated from programs/eager.ts by translate.ts.
// deno-lint-ignore-file
/** Starts tasks eagerly: the first step runs inside createTask(). */
import {
  ContextVar,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  taskGroup,
} from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Names where the code believes to be. */
const place = new ContextVar<string>("place", { default: "nowhere" });

/** Is the current task during the eager step, and the creator afterwards. */
export async function currentTaskIsSwapped(t: Trace): Promise<void> {
  const main = currentTask()!;

  async function inner(): Promise<void> {
    t.log("inner", currentTask()!.name);
  }

  async function outer(): Promise<void> {
    const me = currentTask()!;
    t.log("outer", me.name, me !== main);
    createTask(() => inner(), { name: "inner task", eager: true });
    t.log("outer again", currentTask() === me);
    await sleep(0);
    t.log("outer later", currentTask() === me);
  }

  const task = createTask(() => outer(), { name: "outer task", eager: true });
  t.log("main", currentTask() === main);
  await task;
}

/** Runs the eager step inside a plain callback. */
export async function createdByACallback(t: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(): Promise<void> {
    t.log("child", currentTask() !== undefined);
    await sleep(0);
    t.log("child again");
  }

  loop.callSoon(() => {
    loop.createTask(() => child(), { eager: true });
    t.log("callback", currentTask() === undefined);
  });
  await sleep(0);
  t.log("main");
  await sleep(0);
  t.log("main again");
}

/** Keeps what the eager step sets from the creator. */
export async function contextIsCopied(t: Trace): Promise<void> {
  place.set("main");

  async function child(): Promise<void> {
    t.log(place.get());
    place.set("child");
    await sleep(0);
    t.log(place.get());
  }

  const task = createTask(() => child(), { eager: true });
  t.log(place.get());
  await task;
  t.log(place.get());
}

/** Cancels what the eager step began to wait for. */
export async function cancelAfterTheFirstStep(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    try {
      await sleep(100);
    } catch (error) {
      t.log("caught", error);
      throw error;
    }
  }

  const task = createTask(() => child(), { eager: true });
  t.log("cancel", task.cancel("at once"));
  try {
    await task;
  } catch (error) {
    t.log("ended", error, task.cancelled);
  }
}

/** Cancels the creator, which is running: delivered at its next suspension. */
export async function cancelsItsCreator(t: Trace): Promise<void> {
  const main = currentTask()!;

  async function child(): Promise<void> {
    t.log("cancel", main.cancel("from the child"));
  }

  createTask(() => child(), { eager: true });
  t.log("still running");
  try {
    await sleep(5);
  } catch (error) {
    t.log("caught", error, main.uncancel());
  }
}

/** Runs a chain of eager tasks in one go until something suspends. */
export async function chainOfEagerTasks(t: Trace): Promise<void> {
  async function link(depth: number): Promise<void> {
    t.log("down", depth);
    if (depth < 3) {
      await createTask(() => link(depth + 1), { eager: true });
    } else {
      await sleep(5);
    }
    t.log("up", depth);
  }

  await createTask(() => link(0), { eager: true });
  t.log("over");
}

/** Waits for the callbacks of children that completed eagerly. */
export async function groupWithCompletedChildren(t: Trace): Promise<void> {
  async function child(name: string): Promise<void> {
    t.log(name);
  }

  await taskGroup(async function (group) {
    group.createTask(() => child("a"), { eager: true });
    group.createTask(() => child("b"), { eager: true });
    t.log("body over");
  });
  t.log("left");
}

/** Aborts the group through the callback, not inside createTask(). */
export async function groupWithFailingChild(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    throw new Boom("eager");
  }

  async function sibling(): Promise<void> {
    try {
      await sleep(100);
    } finally {
      t.log("sibling over");
    }
  }

  try {
    await taskGroup(async function (group) {
      group.createTask(() => sibling(), { eager: true });
      group.createTask(() => child(), { eager: true });
      t.log("still in the body");
      await sleep(5);
      t.log("not reached");
    });
  } catch (error) {
    t.log("left with", error, currentTask()!.cancelling);
  }
}

/** Fails the group of an eager child although the body never suspends. */
export async function groupWithFailingChildAndQuickBody(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    throw new Boom("eager");
  }

  try {
    await taskGroup(async function (group) {
      group.createTask(() => child(), { eager: true });
      t.log("body over");
    });
  } catch (error) {
    t.log("left with", error, currentTask()!.cancelling);
  }
}
