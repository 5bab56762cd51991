// Generated from programs/latency.ts by translate.ts.
// deno-lint-ignore-file
/** Counts the iterations between a trigger and the step that it wakes. */
import {
  asCompleted,
  createTask,
  each,
  type Future,
  gather,
  getRunningLoop,
  shield,
  sleep,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from "../../../mod.ts";
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
async function waitOn(future: Future<number>): Promise<number> {
  return await future;
}

/** Sleeps, as a coroutine of its own. */
async function nap(ms: number): Promise<void> {
  await sleep(ms);
}

/** Takes two steps and says when the last one runs. */
async function twoSteps(t: Trace): Promise<number> {
  await sleep(0);
  t.log("last step");
  return 2;
}

/** Resumes one iteration after a future is set. */
export async function futureSet(t: Trace): Promise<void> {
  t.log("resumed", await settle(t));
}

/** Resumes a chain of coroutines as fast as a single one. */
export async function futureSetThroughCoroutines(t: Trace): Promise<void> {
  async function middle(): Promise<number> {
    return await waitOn(settle(t));
  }

  t.log("resumed", await middle());
}

/** Yields exactly one iteration. */
export async function zeroSleep(t: Trace): Promise<void> {
  t.log("before");
  await sleep(0);
  t.log("after");
}

/** Resumes one iteration after the timer's own. */
export async function timerSleep(t: Trace): Promise<void> {
  getRunningLoop().callLater(10, () => t.log("timer"));
  await sleep(10);
  t.log("after");
}

/** Takes the first step in the next iteration. */
export async function taskStart(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    t.log("first step");
  }

  createTask(() => child());
  t.log("created");
  await sleep(0);
  t.log("again");
}

/** Resumes one iteration after the last step of the joined task. */
export async function joinLastStep(t: Trace): Promise<void> {
  t.log("joined", await createTask(() => twoSteps(t)));
}

/** Resumes two iterations after the future that the joined task waits on. */
export async function joinThroughFuture(t: Trace): Promise<void> {
  const future = settle(t);
  t.log("joined", await createTask(() => waitOn(future)));
}

/** Adds one iteration for each task on the way. */
export async function joinThroughThreeTasks(t: Trace): Promise<void> {
  const future = settle(t);
  const first = createTask(() => waitOn(future));
  const second = createTask(() => waitOn(first));
  const third = createTask(() => waitOn(second));
  t.log("joined", await third);
}

/** Delivers an error as fast as a value. */
export async function joinFailedTask(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    await sleep(0);
    t.log("raise");
    throw new Boom("child");
  }

  try {
    await createTask(() => child());
  } catch (error) {
    t.log("joined", error);
  }
}

/** Adds no iteration for the deadline. */
export async function waitForFuture(t: Trace): Promise<void> {
  t.log("resumed", await waitFor(settle(t), 100));
}

/** Adds no iteration without a deadline either. */
export async function waitForWithoutDeadline(t: Trace): Promise<void> {
  t.log("resumed", await waitFor(settle(t), undefined));
}

/** Runs a coroutine inside the waiting task. */
export async function waitForCoroutine(t: Trace): Promise<void> {
  async function child(): Promise<number> {
    t.log("child");
    return await settle(t);
  }

  t.log("resumed", await waitFor(() => child(), 100));
}

/** Adds no iteration for leaving a timeout block. */
export async function timeoutBlock(t: Trace): Promise<void> {
  await timeout(100, async function () {
    t.log("resumed", await settle(t));
  });
  t.log("left");
}

/** Resumes two iterations after the shielded future is set. */
export async function shieldFuture(t: Trace): Promise<void> {
  t.log("resumed", await shield(settle(t)));
}

/** Resumes two iterations after the gathered future is set. */
export async function gatherFuture(t: Trace): Promise<void> {
  t.log("resumed", await gather([settle(t)]));
}

/** Resumes two iterations after the last step of a gathered task. */
export async function gatherLastStep(t: Trace): Promise<void> {
  t.log("resumed", await gather([() => twoSteps(t), () => twoSteps(t)]));
}

/** Resumes two iterations after the awaited future is set. */
export async function waitFuture(t: Trace): Promise<void> {
  const { done, pending } = await wait([settle(t)]);
  t.log("resumed", done.size, pending.size);
}

/** Resumes two iterations after the last step of the awaited task. */
export async function waitLastStep(t: Trace): Promise<void> {
  const { done } = await wait([createTask(() => twoSteps(t))]);
  t.log("resumed", done.size);
}

/** Resumes two iterations after the future is set. */
export async function asCompletedFuture(t: Trace): Promise<void> {
  await each(asCompleted([settle(t)]), async function (future) {
    t.log("item", future.result());
  });
  t.log("left");
}

/** Resumes two iterations after the last step of a task. */
export async function asCompletedLastStep(t: Trace): Promise<void> {
  await each(
    asCompleted([() => twoSteps(t), () => twoSteps(t)]),
    async function (task) {
      t.log("item", task.result());
    },
  );
  t.log("left");
}

/** Resumes the joiner two iterations after the cancel. */
export async function cancelSleeper(t: Trace): Promise<void> {
  const task = createTask(() => nap(100));
  await sleep(0);
  t.log("cancel", task.cancel());
  try {
    await task;
  } catch {
    t.log("joined", task.cancelled);
  }
}

/** Resumes the joiner two iterations after the cancel, the task's only step between them. */
export async function cancelNotStarted(t: Trace): Promise<void> {
  const task = createTask(() => nap(100));
  t.log("cancel", task.cancel());
  try {
    await task;
  } catch {
    t.log("joined", task.cancelled);
  }
}

/** Leaves the group three iterations after its child's future is set. */
export async function groupExitAfterFuture(t: Trace): Promise<void> {
  await taskGroup(async function (group) {
    const future = settle(t);
    group.createTask(() => waitOn(future));
  });
  t.log("left");
}

/** Leaves the group two iterations after its last child's last step. */
export async function groupExitAfterLastStep(t: Trace): Promise<void> {
  await taskGroup(async function (group) {
    group.createTask(() => twoSteps(t));
    group.createTask(() => twoSteps(t));
  });
  t.log("left");
}

/** Leaves a group without children in the same step. */
export async function emptyGroup(t: Trace): Promise<void> {
  await taskGroup(async function () {
    t.log("inside");
  });
  t.log("left");
}
