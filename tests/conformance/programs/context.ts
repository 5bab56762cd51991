/** Carries context variables through tasks and callbacks. */
// deno-lint-ignore-file require-yield
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
import type { Coroutine } from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Names where the code believes to be. */
const place = new ContextVar<string>("place", { default: "nowhere" });

/** Gives a task the values of its creation and keeps its changes from the creator. */
export function* childGetsASnapshot(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    t.log("child", place.get());
    place.set("child");
    yield* sleep(0);
    t.log("child", place.get());
  }

  place.set("main");
  const task = createTask(() => child());
  place.set("main later");
  yield* task;
  t.log("main", place.get());
}

/** Shares the context with a coroutine that is awaited inline. */
export function* inlineCoroutineShares(t: Trace): Coroutine<void> {
  function* inner(): Coroutine<void> {
    place.set("inner");
    yield* sleep(0);
  }

  place.set("main");
  yield* inner();
  t.log(place.get());
}

/** Keeps what parallel tasks set apart. */
export function* parallelTasksAreIsolated(t: Trace): Coroutine<void> {
  function* child(index: number): Coroutine<void> {
    place.set(`place ${index}`);
    yield* sleep(10 - index);
    t.log(index, place.get());
  }

  yield* gather([0, 1, 2, 3].map((i) => () => child(i)));
  t.log("main", place.get());
}

/** Runs callbacks and timers in the context of their scheduling. */
export function* callbacksCopyWhenScheduled(t: Trace): Coroutine<void> {
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
  yield* sleep(10);
  t.log("main", place.get());
}

/** Runs done callbacks in the context of their registration. */
export function* doneCallbacksCopyWhenAdded(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<void>();
  place.set("first");
  future.addDoneCallback(() => t.log("a", place.get()));
  place.set("second");
  future.addDoneCallback(() => t.log("b", place.get()));
  place.set("third");
  future.setResult(undefined);
  yield* sleep(0);
  t.log("main", place.get());
}

/** Lets tasks share the context they are given. */
export function* explicitContextIsShared(t: Trace): Coroutine<void> {
  const context = copyContext();

  function* writer(): Coroutine<void> {
    place.set("written");
  }

  function* reader(): Coroutine<void> {
    t.log("reader", place.get());
  }

  yield* createTask(() => writer(), { context });
  yield* createTask(() => reader(), { context });
  t.log("main", place.get(), context.run(() => place.get()));
}

/** Restores the value from before a set, default included. */
export function* tokensRestore(t: Trace): Coroutine<void> {
  const first = place.set("first");
  const second = place.set("second");
  t.log(place.get());
  place.reset(second);
  t.log(place.get());
  place.reset(first);
  t.log(place.get());
}

/** Keeps the values of a task across every way to suspend. */
export function* keptAcrossSuspensions(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<void>();
  loop.callLater(5, () => future.setResult(undefined));

  function* nothing(): Coroutine<void> {
    place.set("nothing");
  }

  place.set("main");
  yield* sleep(0);
  t.log(place.get());
  yield* future;
  t.log(place.get());
  yield* createTask(() => nothing());
  t.log(place.get());
  yield* timeout(10, function* () {
    yield* sleep(1);
    place.set("inside the block");
  });
  t.log(place.get());
  yield* taskGroup(function* (group) {
    group.createTask(() => nothing());
    place.set("inside the group");
  });
  t.log(place.get());
}

/** Gives the cleanup of a cancelled task the task's values, not the canceller's. */
export function* cleanupSeesItsOwnTask(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    place.set("child");
    try {
      yield* sleep(100);
    } finally {
      t.log("cleanup", place.get());
    }
  }

  const task = createTask(() => child());
  yield* sleep(0);
  place.set("canceller");
  task.cancel();
  yield* wait([task]);
  t.log("main", place.get());
}
