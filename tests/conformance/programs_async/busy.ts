// Generated from programs/busy.ts by translate.ts.
// deno-lint-ignore-file
/** Lets time pass inside a step, so that deadlines are overdue when the loop comes back. */
import {
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  timeout,
  wait,
  waitFor,
} from "../../../mod.ts";
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

/** Fires everything overdue in one iteration, by deadline, behind what is ready. */
export async function overdueTimersFireTogether(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  for (const when of [3, 1, 2, 1, 50]) {
    loop.callAt(when, () => t.log("timer", when));
  }
  t.busy(10);
  loop.callSoon(() => t.log("callback"));
  await sleep(0);
  t.log("main");
  await sleep(0);
  t.log("main again");
}

/** Measures a delay from the time at which it is asked for. */
export async function delaysCountFromNow(t: Trace): Promise<void> {
  t.busy(7);
  await sleep(5);
  t.log("slept");
  t.busy(0.5);
  getRunningLoop().callLater(1, () => t.log("timer"));
  await sleep(2);
  t.log("slept again");
}

/** Wakes overdue sleepers by deadline, not in the order they went to sleep. */
export async function overdueSleepersWakeByDeadline(t: Trace): Promise<void> {
  const tasks = [5, 3, 4].map((ms) => createTask(() => nap(t, `n${ms}`, ms)));
  await sleep(0);
  t.busy(20);
  await wait(tasks);
  t.log("main");
}

/** Lets a body win that is overdue but suspends no more. */
export async function overdueBodyWins(t: Trace): Promise<void> {
  let scope!: Deadline;
  await timeout(5, async function (block) {
    scope = block;
    t.busy(10);
  });
  t.log(scope.expired);
}

/** Interrupts an overdue body at its next suspension. */
export async function overdueBlock(t: Trace): Promise<void> {
  try {
    await timeout(5, async function () {
      t.busy(10);
      t.log("busy");
      await nap(t, "body", 1);
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Lets one bare yield pass in an overdue body: its step is queued before the timer. */
export async function overdueBlockWithBareYield(t: Trace): Promise<void> {
  try {
    await timeout(5, async function () {
      t.busy(10);
      await sleep(0);
      t.log("first step");
      await sleep(0);
      t.log("not reached");
    });
  } catch (error) {
    t.log("raised", error);
  }
}

/** Raises from the outer of two nested blocks that are both overdue. */
export async function bothBlocksOverdue(t: Trace): Promise<void> {
  const task = currentTask()!;
  try {
    await timeout(2, async function (outer) {
      let inner!: Deadline;
      try {
        await timeout(1, async function (nested) {
          inner = nested;
          t.busy(5);
          await sleep(10);
        });
      } catch (error) {
        t.log(
          "inner saw",
          error,
          inner.expired,
          outer.expired,
          task.cancelling,
        );
        throw error;
      }
    });
  } catch (error) {
    t.log("outer raised", error, task.cancelling);
  }
}

/** Interrupts the handler of an inner timeout that makes the outer block overdue. */
export async function outerBlockOverdueInTheHandler(t: Trace): Promise<void> {
  try {
    await timeout(20, async function () {
      try {
        await timeout(10, async function () {
          await sleep(50);
        });
      } catch (error) {
        t.log("inner raised", error);
        t.busy(30);
      }
      await nap(t, "after", 10);
    });
  } catch (error) {
    t.log("outer raised", error);
  }
}

/** Times out although a callback of the same iteration has brought the value. */
export async function resultBeforeAnOverdueDeadline(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();

  async function limited(): Promise<void> {
    try {
      t.log("value", await waitFor(future, 5));
    } catch (error) {
      t.log("raised", error, future.cancelled);
    }
  }

  const task = createTask(() => limited());
  await sleep(0);
  t.busy(10);
  loop.callSoon(() => future.setResult("value"));
  await task;
}

/** Cancels a sleeper whose timer is overdue but has not fired. */
export async function cancelBeatsAnOverdueSleep(t: Trace): Promise<void> {
  const task = createTask(() => nap(t, "sleeper", 5));
  await sleep(0);
  t.busy(10);
  t.log("cancel", task.cancel("in time"));
  try {
    await task;
  } catch (error) {
    t.log("ended", error);
  }
}
