/** Starts tasks eagerly: the first step runs inside createTask(). */
// deno-lint-ignore-file require-yield
import {
  ContextVar,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  taskGroup,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Names where the code believes to be. */
const place = new ContextVar<string>("place", { default: "nowhere" });

/** The current task during the eager step, and the creator afterwards. */
export function* currentTaskIsSwapped(t: Trace): Coroutine<void> {
  const main = currentTask()!;

  function* inner(): Coroutine<void> {
    t.log("inner", currentTask()!.name);
  }

  function* outer(): Coroutine<void> {
    const me = currentTask()!;
    t.log("outer", me.name, me !== main);
    createTask(() => inner(), { name: "inner task", eager: true });
    t.log("outer again", currentTask() === me);
    yield* sleep(0);
    t.log("outer later", currentTask() === me);
  }

  const task = createTask(() => outer(), { name: "outer task", eager: true });
  t.log("main", currentTask() === main);
  yield* task;
}

/** Runs the eager step inside a plain callback. */
export function* createdByACallback(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();

  function* child(): Coroutine<void> {
    t.log("child", currentTask() !== undefined);
    yield* sleep(0);
    t.log("child again");
  }

  loop.callSoon(() => {
    loop.createTask(() => child(), { eager: true });
    t.log("callback", currentTask() === undefined);
  });
  yield* sleep(0);
  t.log("main");
  yield* sleep(0);
  t.log("main again");
}

/** Keeps what the eager step sets from the creator. */
export function* contextIsCopied(t: Trace): Coroutine<void> {
  place.set("main");

  function* child(): Coroutine<void> {
    t.log(place.get());
    place.set("child");
    yield* sleep(0);
    t.log(place.get());
  }

  const task = createTask(() => child(), { eager: true });
  t.log(place.get());
  yield* task;
  t.log(place.get());
}

/** Cancels what the eager step began to wait for. */
export function* cancelAfterTheFirstStep(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    try {
      yield* sleep(100);
    } catch (error) {
      t.log("caught", error);
      throw error;
    }
  }

  const task = createTask(() => child(), { eager: true });
  t.log("cancel", task.cancel("at once"));
  try {
    yield* task;
  } catch (error) {
    t.log("ended", error, task.cancelled);
  }
}

/** Cancels the creator, which is running: delivered at its next suspension. */
export function* cancelsItsCreator(t: Trace): Coroutine<void> {
  const main = currentTask()!;

  function* child(): Coroutine<void> {
    t.log("cancel", main.cancel("from the child"));
  }

  createTask(() => child(), { eager: true });
  t.log("still running");
  try {
    yield* sleep(5);
  } catch (error) {
    t.log("caught", error, main.uncancel());
  }
}

/** Runs a chain of eager tasks in one go until something suspends. */
export function* chainOfEagerTasks(t: Trace): Coroutine<void> {
  function* link(depth: number): Coroutine<void> {
    t.log("down", depth);
    if (depth < 3) {
      yield* createTask(() => link(depth + 1), { eager: true });
    } else {
      yield* sleep(5);
    }
    t.log("up", depth);
  }

  yield* createTask(() => link(0), { eager: true });
  t.log("over");
}

/** Waits for the callbacks of children that completed eagerly. */
export function* groupWithCompletedChildren(t: Trace): Coroutine<void> {
  function* child(name: string): Coroutine<void> {
    t.log(name);
  }

  yield* taskGroup(function* (group) {
    group.createTask(() => child("a"), { eager: true });
    group.createTask(() => child("b"), { eager: true });
    t.log("body over");
  });
  t.log("left");
}

/** Aborts the group through the callback, not inside createTask(). */
export function* groupWithFailingChild(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    throw new Boom("eager");
  }

  function* sibling(): Coroutine<void> {
    try {
      yield* sleep(100);
    } finally {
      t.log("sibling over");
    }
  }

  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => sibling(), { eager: true });
      group.createTask(() => child(), { eager: true });
      t.log("still in the body");
      yield* sleep(5);
      t.log("not reached");
    });
  } catch (error) {
    t.log("left with", error, currentTask()!.cancelling);
  }
}

/** Fails the group of an eager child although the body never suspends. */
export function* groupWithFailingChildAndQuickBody(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    throw new Boom("eager");
  }

  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => child(), { eager: true });
      t.log("body over");
    });
  } catch (error) {
    t.log("left with", error, currentTask()!.cancelling);
  }
}
