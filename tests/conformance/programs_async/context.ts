// Generated from programs/context.ts by translate.ts.
// deno-lint-ignore-file
/** Carries context variables through tasks and callbacks. */
import {
  ContextVar,
  copyContext,
  createTask,
  gather,
  getRunningLoop,
  sleep,
  taskGroup,
  timeout,
  wait,
} from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Names where the code believes to be. */
const place = new ContextVar<string>("place", { default: "nowhere" });

/** Gives a task the values of its creation and keeps its changes from the creator. */
export async function childGetsASnapshot(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    t.log("child", place.get());
    place.set("child");
    await sleep(0);
    t.log("child", place.get());
  }

  place.set("main");
  const task = createTask(() => child());
  place.set("main later");
  await task;
  t.log("main", place.get());
}

/** Shares the context with a coroutine that is awaited inline. */
export async function inlineCoroutineShares(t: Trace): Promise<void> {
  async function inner(): Promise<void> {
    place.set("inner");
    await sleep(0);
  }

  place.set("main");
  await inner();
  t.log(place.get());
}

/** Keeps what parallel tasks set apart. */
export async function parallelTasksAreIsolated(t: Trace): Promise<void> {
  async function child(index: number): Promise<void> {
    place.set(`place ${index}`);
    await sleep(10 - index);
    t.log(index, place.get());
  }

  await gather([0, 1, 2, 3].map((i) => () => child(i)));
  t.log("main", place.get());
}

/** Runs callbacks and timers in the context of their scheduling. */
export async function callbacksCopyWhenScheduled(t: Trace): Promise<void> {
  const loop = getRunningLoop();

  function callback(name: string): void {
    t.log(name, place.get());
    place.set("callback");
  }

  place.set("first");
  loop.callSoon(callback, "soon");
  loop.callLater(5, callback, "timer");
  place.set("second");
  loop.callSoon(callback, "later soon");
  await sleep(10);
  t.log("main", place.get());
}

/** Runs done callbacks in the context of their registration. */
export async function doneCallbacksCopyWhenAdded(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<void>();
  place.set("first");
  future.addDoneCallback(() => t.log("a", place.get()));
  place.set("second");
  future.addDoneCallback(() => t.log("b", place.get()));
  place.set("third");
  future.setResult(undefined);
  await sleep(0);
  t.log("main", place.get());
}

/** Lets tasks share the context they are given. */
export async function explicitContextIsShared(t: Trace): Promise<void> {
  const context = copyContext();

  async function writer(): Promise<void> {
    place.set("written");
  }

  async function reader(): Promise<void> {
    t.log("reader", place.get());
  }

  await createTask(() => writer(), { context });
  await createTask(() => reader(), { context });
  t.log("main", place.get(), context.run(() => place.get()));
}

/** Restores the value from before a set, default included. */
export async function tokensRestore(t: Trace): Promise<void> {
  const first = place.set("first");
  const second = place.set("second");
  t.log(place.get());
  place.reset(second);
  t.log(place.get());
  place.reset(first);
  t.log(place.get());
}

/** Keeps the values of a task across every way to suspend. */
export async function keptAcrossSuspensions(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<void>();
  loop.callLater(5, () => future.setResult(undefined));

  async function nothing(): Promise<void> {
    place.set("nothing");
  }

  place.set("main");
  await sleep(0);
  t.log(place.get());
  await future;
  t.log(place.get());
  await createTask(() => nothing());
  t.log(place.get());
  await timeout(10, async function () {
    await sleep(1);
    place.set("inside the block");
  });
  t.log(place.get());
  await taskGroup(async function (group) {
    group.createTask(() => nothing());
    place.set("inside the group");
  });
  t.log(place.get());
}

/** Gives the cleanup of a cancelled task the task's values, not the canceller's. */
export async function cleanupSeesItsOwnTask(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    place.set("child");
    try {
      await sleep(100);
    } finally {
      t.log("cleanup", place.get());
    }
  }

  const task = createTask(() => child());
  await sleep(0);
  place.set("canceller");
  task.cancel();
  await wait([task]);
  t.log("main", place.get());
}
