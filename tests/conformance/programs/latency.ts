/** Counts the iterations between a trigger and the step that it wakes. */
// deno-lint-ignore-file require-yield
import {
  asCompleted,
  createTask,
  each,
  Event,
  type Future,
  gather,
  getRunningLoop,
  Lock,
  Queue,
  Semaphore,
  shield,
  sleep,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Makes a future that a timer sets to 1 once every party waits. */
function settle(t: Trace): Future<number> {
  const loop = getRunningLoop();
  const future = loop.createFuture<number>();
  loop.callLater(10, () => {
    t.log("set");
    future.setResult(1);
  });
  return future;
}

/** Returns what the future holds. */
function* waitOn(future: Future<number>): Coroutine<number> {
  return yield* future;
}

/** Sleeps, as a coroutine of its own. */
function* nap(ms: number): Coroutine<void> {
  yield* sleep(ms);
}

/** Takes two steps and says when the last one runs. */
function* twoSteps(t: Trace): Coroutine<number> {
  yield* sleep(0);
  t.log("last step");
  return 2;
}

/** Resumes one iteration after a future is set. */
export function* futureSet(t: Trace): Coroutine<void> {
  t.log("resumed", yield* settle(t));
}

/** Resumes a chain of coroutines as fast as a single one. */
export function* futureSetThroughCoroutines(t: Trace): Coroutine<void> {
  function* middle(): Coroutine<number> {
    return yield* waitOn(settle(t));
  }

  t.log("resumed", yield* middle());
}

/** Yields exactly one iteration. */
export function* zeroSleep(t: Trace): Coroutine<void> {
  t.log("before");
  yield* sleep(0);
  t.log("after");
}

/** Resumes one iteration after the timer's own. */
export function* timerSleep(t: Trace): Coroutine<void> {
  getRunningLoop().callLater(10, () => t.log("timer"));
  yield* sleep(10);
  t.log("after");
}

/** Takes the first step in the next iteration. */
export function* taskStart(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    t.log("first step");
  }

  createTask(() => child());
  t.log("created");
  yield* sleep(0);
  t.log("again");
}

/** Resumes one iteration after the last step of the joined task. */
export function* joinLastStep(t: Trace): Coroutine<void> {
  t.log("joined", yield* createTask(() => twoSteps(t)));
}

/** Resumes two iterations after the future that the joined task waits on. */
export function* joinThroughFuture(t: Trace): Coroutine<void> {
  const future = settle(t);
  t.log("joined", yield* createTask(() => waitOn(future)));
}

/** Adds one iteration for each task on the way. */
export function* joinThroughThreeTasks(t: Trace): Coroutine<void> {
  const future = settle(t);
  const first = createTask(() => waitOn(future));
  const second = createTask(() => waitOn(first));
  const third = createTask(() => waitOn(second));
  t.log("joined", yield* third);
}

/** Delivers an error as fast as a value. */
export function* joinFailedTask(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    yield* sleep(0);
    t.log("raise");
    throw new Boom("child");
  }

  try {
    yield* createTask(() => child());
  } catch (error) {
    t.log("joined", error);
  }
}

/** Adds no iteration for the deadline. */
export function* waitForFuture(t: Trace): Coroutine<void> {
  t.log("resumed", yield* waitFor(settle(t), 100));
}

/** Adds no iteration without a deadline either. */
export function* waitForWithoutDeadline(t: Trace): Coroutine<void> {
  t.log("resumed", yield* waitFor(settle(t), undefined));
}

/** Runs a coroutine inside the waiting task. */
export function* waitForCoroutine(t: Trace): Coroutine<void> {
  function* child(): Coroutine<number> {
    t.log("child");
    return yield* settle(t);
  }

  t.log("resumed", yield* waitFor(() => child(), 100));
}

/** Adds no iteration for leaving a timeout block. */
export function* timeoutBlock(t: Trace): Coroutine<void> {
  yield* timeout(100, function* () {
    t.log("resumed", yield* settle(t));
  });
  t.log("left");
}

/** Resumes two iterations after the shielded future is set. */
export function* shieldFuture(t: Trace): Coroutine<void> {
  t.log("resumed", yield* shield(settle(t)));
}

/** Resumes two iterations after the gathered future is set. */
export function* gatherFuture(t: Trace): Coroutine<void> {
  t.log("resumed", yield* gather([settle(t)]));
}

/** Resumes two iterations after the last step of a gathered task. */
export function* gatherLastStep(t: Trace): Coroutine<void> {
  t.log("resumed", yield* gather([() => twoSteps(t), () => twoSteps(t)]));
}

/** Resumes two iterations after the awaited future is set. */
export function* waitFuture(t: Trace): Coroutine<void> {
  const { done, pending } = yield* wait([settle(t)]);
  t.log("resumed", done.size, pending.size);
}

/** Resumes two iterations after the last step of the awaited task. */
export function* waitLastStep(t: Trace): Coroutine<void> {
  const { done } = yield* wait([createTask(() => twoSteps(t))]);
  t.log("resumed", done.size);
}

/** Resumes two iterations after the future is set. */
export function* asCompletedFuture(t: Trace): Coroutine<void> {
  yield* each(asCompleted([settle(t)]), function* (future) {
    t.log("item", future.result());
  });
  t.log("left");
}

/** Resumes two iterations after the last step of a task. */
export function* asCompletedLastStep(t: Trace): Coroutine<void> {
  yield* each(
    asCompleted([() => twoSteps(t), () => twoSteps(t)]),
    function* (task) {
      t.log("item", task.result());
    },
  );
  t.log("left");
}

/** Resumes the joiner two iterations after the cancel. */
export function* cancelSleeper(t: Trace): Coroutine<void> {
  const task = createTask(() => nap(100));
  yield* sleep(0);
  t.log("cancel", task.cancel());
  try {
    yield* task;
  } catch {
    t.log("joined", task.cancelled);
  }
}

/** Resumes the joiner two iterations after the cancel, the task's only step between them. */
export function* cancelNotStarted(t: Trace): Coroutine<void> {
  const task = createTask(() => nap(100));
  t.log("cancel", task.cancel());
  try {
    yield* task;
  } catch {
    t.log("joined", task.cancelled);
  }
}

/** Leaves the group three iterations after its child's future is set. */
export function* groupExitAfterFuture(t: Trace): Coroutine<void> {
  yield* taskGroup(function* (group) {
    const future = settle(t);
    group.createTask(() => waitOn(future));
  });
  t.log("left");
}

/** Leaves the group two iterations after its last child's last step. */
export function* groupExitAfterLastStep(t: Trace): Coroutine<void> {
  yield* taskGroup(function* (group) {
    group.createTask(() => twoSteps(t));
    group.createTask(() => twoSteps(t));
  });
  t.log("left");
}

/** Leaves a group without children in the same step. */
export function* emptyGroup(t: Trace): Coroutine<void> {
  yield* taskGroup(function* () {
    t.log("inside");
  });
  t.log("left");
}

/** Resumes one iteration after the event is set. */
export function* eventSet(t: Trace): Coroutine<void> {
  const event = new Event();
  getRunningLoop().callLater(10, () => {
    t.log("set");
    event.set();
  });
  yield* event.wait();
  t.log("resumed");
}

/** Resumes one iteration after the lock is released. */
export function* lockRelease(t: Trace): Coroutine<void> {
  const lock = new Lock();
  yield* lock.acquire();
  getRunningLoop().callLater(10, () => {
    t.log("release");
    lock.release();
  });
  yield* lock.acquire();
  t.log("acquired");
}

/** Resumes one iteration after the semaphore is released. */
export function* semaphoreRelease(t: Trace): Coroutine<void> {
  const semaphore = new Semaphore(0);
  getRunningLoop().callLater(10, () => {
    t.log("release");
    semaphore.release();
  });
  yield* semaphore.acquire();
  t.log("acquired");
}

/** Resumes one iteration after an item is put. */
export function* queuePut(t: Trace): Coroutine<void> {
  const queue = new Queue<string>();
  getRunningLoop().callLater(10, () => {
    t.log("put");
    queue.putNowait("item");
  });
  t.log("got", yield* queue.get());
}
