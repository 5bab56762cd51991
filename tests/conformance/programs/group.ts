/** Runs children in a task group that nothing disturbs. */
// deno-lint-ignore-file require-yield
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
import type { Coroutine } from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Names where the code believes to be. */
const place = new ContextVar<string>("place", { default: "nowhere" });

/** Sleeps and logs the end or the cancel. */
function* nap(t: Trace, name: string, ms: number): Coroutine<string> {
  try {
    yield* sleep(ms);
    t.log(name, "slept");
    return name;
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Leaves once every child has ended, with their results at hand. */
export function* waitsForAll(t: Trace): Coroutine<void> {
  const tasks: Task<string>[] = [];
  yield* taskGroup(function* (group) {
    tasks.push(group.createTask(() => nap(t, "a", 20)));
    tasks.push(group.createTask(() => nap(t, "b", 10)));
    t.log("body over");
  });
  t.log(tasks[0].result(), tasks[1].result());
}

/** Lets the body await a child and add more afterwards. */
export function* bodyMayWait(t: Trace): Coroutine<void> {
  yield* taskGroup(function* (group) {
    t.log(yield* group.createTask(() => nap(t, "a", 5)));
    group.createTask(() => nap(t, "b", 5));
    yield* sleep(20);
    t.log("body over");
  });
  t.log("left");
}

/** Leaves at once when the children have ended before the body. */
export function* bodyOutlivesTheChildren(t: Trace): Coroutine<void> {
  yield* taskGroup(function* (group) {
    group.createTask(() => nap(t, "a", 5));
    yield* sleep(10);
    t.log("body over");
  });
  t.log("left");
}

/** Leaves without yielding when there was nothing to wait for. */
export function* noChildren(t: Trace): Coroutine<void> {
  getRunningLoop().callSoon(() => t.log("callback"));
  yield* taskGroup(function* () {});
  t.log("left");
  yield* sleep(0);
}

/** Waits for the done callback of a child that has just ended. */
export function* childrenThatEndedUnnoticed(t: Trace): Coroutine<void> {
  yield* taskGroup(function* (group) {
    const task = group.createTask(() => nap(t, "a", 0));
    while (!task.done) yield* sleep(0);
    t.log("body over");
  });
  t.log("left");
}

/** Disturbs nobody by cancelling one child. */
export function* childCancelledByHand(t: Trace): Coroutine<void> {
  let victim!: Task<string>;
  yield* taskGroup(function* (group) {
    victim = group.createTask(() => nap(t, "victim", 100));
    group.createTask(() => nap(t, "other", 20));
    yield* sleep(5);
    t.log("cancel", victim.cancel("by hand"));
    yield* sleep(5);
    t.log("body over");
  });
  t.log("left", victim.cancelled);
}

/** Leaves normally even when every child was cancelled while leaving. */
export function* allChildrenCancelledByHand(t: Trace): Coroutine<void> {
  yield* taskGroup(function* (group) {
    const victim = group.createTask(() => nap(t, "victim", 100));
    getRunningLoop().callLater(5, () => victim.cancel());
  });
  t.log("left", currentTask()!.cancelling);
}

/** Lets children add siblings while the group is leaving. */
export function* childrenAddChildren(t: Trace): Coroutine<void> {
  yield* taskGroup(function* (group) {
    function* child(depth: number): Coroutine<void> {
      yield* sleep(5);
      t.log("child", depth);
      if (depth < 3) group.createTask(() => child(depth + 1));
    }

    group.createTask(() => child(0));
    t.log("body over");
  });
  t.log("left");
}

/** Stays when the last child adds another in its last step. */
export function* lastChildAddsAChild(t: Trace): Coroutine<void> {
  yield* taskGroup(function* (group) {
    function* first(): Coroutine<void> {
      group.createTask(() => second());
      t.log("first over");
    }

    function* second(): Coroutine<void> {
      t.log("second over");
    }

    group.createTask(() => first());
  });
  t.log("left");
}

/** Refuses new children after the group was left, without starting them. */
export function* finishedGroupRefuses(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    t.log("not reached");
  }

  let refuse!: () => unknown;
  yield* taskGroup(function* (group) {
    refuse = () => group.createTask(() => child());
  });
  try {
    refuse();
  } catch (error) {
    t.log("refused", error);
  }
  yield* sleep(5);
  t.log("over");
}

/** Hands the name and the context on to the task. */
export function* optionsPassThrough(t: Trace): Coroutine<void> {
  const context = copyContext();
  context.run(() => place.set("inside"));

  function* child(): Coroutine<void> {
    t.log(currentTask()!.name, place.get());
  }

  yield* taskGroup(function* (group) {
    const named = group.createTask(() => child(), { name: "named" });
    group.createTask(() => child(), { name: "placed", context });
    t.log(named.name);
  });
  t.log("left");
}

/** Runs two groups in a row. */
export function* oneGroupAfterAnother(t: Trace): Coroutine<void> {
  for (const name of ["first", "second"]) {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, name + " a", 5));
      group.createTask(() => nap(t, name + " b", 3));
    });
    t.log("left", name);
  }
}

/** Runs a group inside a child of another group. */
export function* groupInAChild(t: Trace): Coroutine<void> {
  function* family(name: string): Coroutine<void> {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, name + " a", 5));
      group.createTask(() => nap(t, name + " b", 10));
    });
    t.log("left", name);
  }

  yield* taskGroup(function* (group) {
    group.createTask(() => family("x"));
    group.createTask(() => family("y"));
  });
  t.log("left");
}

/** Wakes the group and a joiner of its child in their order. */
export function* joinedFromOutside(t: Trace): Coroutine<void> {
  function* join(task: Task<string>): Coroutine<void> {
    t.log("joined", yield* task);
  }

  let joiner!: Task<void>;
  yield* taskGroup(function* (group) {
    const child = group.createTask(() => nap(t, "a", 5));
    joiner = createTask(() => join(child));
  });
  t.log("left");
  yield* joiner;
}
