// Generated from programs/callback.ts by translate.ts.
// deno-lint-ignore-file
/** Schedules plain callbacks, cancels them and lets them fail. */
import { currentTask, getRunningLoop, type Handle, sleep, type TimerHandle } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Fails with the name. */
function bad(name: string): void {
  throw new Boom(name);
}

/** Skips a cancelled callback, whoever cancels it and how often. */
export async function cancelledHandleIsSkipped(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const first = loop.callSoon(() => t.log("first"));
  const second = loop.callSoon(() => t.log("second"));
  first.cancel();
  first.cancel();
  t.log(first.cancelled, second.cancelled);
  await sleep(0);
  t.log("main");
}

/** Skips a callback that an earlier one of its iteration cancels. */
export async function handleCancelledInItsBatch(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callSoon(() => {
    t.log("cancel");
    victim.cancel();
  });
  const victim: Handle = loop.callSoon(() => t.log("victim"));
  loop.callSoon(() => t.log("third"));
  await sleep(0);
  t.log("main", victim.cancelled);
}

/** Skips a cancelled timer and loses no time over it. */
export async function cancelledTimerDoesNotFire(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const timer = loop.callLater(10, () => t.log("timer"));
  loop.callLater(5, () => timer.cancel());
  loop.callLater(20, () => t.log("other"));
  await sleep(30);
  t.log("main", timer.cancelled, timer.when);
}

/** Skips a due timer that one of the same deadline cancels first. */
export async function timerCancelledByItsTwin(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callLater(10, () => {
    t.log("twin");
    timer.cancel();
  });
  const timer: TimerHandle = loop.callLater(10, () => t.log("timer"));
  await sleep(20);
  t.log("main");
}

/** Never runs a timer that is cancelled while overdue. */
export async function dueTimerCancelledBeforeItsPoll(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const timer = loop.callLater(0, () => t.log("timer"));
  timer.cancel();
  await sleep(0);
  t.log("main");
}

/** Runs overdue timers by deadline: minus two before minus one. */
export async function negativeDelaysOrderByDeadline(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callLater(-1, () => t.log("minus one"));
  loop.callLater(-2, () => t.log("minus two"));
  loop.callLater(0, () => t.log("zero"));
  loop.callAt(-2, () => t.log("at minus two"));
  await sleep(0);
  t.log("main");
  await sleep(0);
  t.log("main again");
}

/** Keeps the order of the few timers left among many cancelled ones. */
export async function manyCancelledTimers(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const timers: TimerHandle[] = [];
  for (let i = 0; i < 300; i++) {
    timers.push(loop.callLater(i % 7 + 1, () => t.log(`timer ${i}`)));
  }
  timers.forEach((timer, i) => {
    if (i % 60 !== 0) timer.cancel();
  });
  await sleep(10);
  t.log("main");
}

/** Passes positional arguments to callbacks and timers. */
export async function argumentsArePassed(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const log = (...parts: unknown[]) => t.log(...parts);
  loop.callSoon(log, "soon", 1, undefined);
  loop.callLater(1, log, "later", 2, true);
  loop.callAt(2, log, "at", 3, [4]);
  await sleep(3);
}

/** Reports a failing callback and runs the rest of the batch. */
export async function callbackErrorIsReported(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callSoon(bad, "soon");
  loop.callSoon(() => t.log("next"));
  loop.callLater(1, bad, "later");
  await sleep(2);
  t.log("main");
}

/** Hands the error to the handler that is set at the time. */
export async function customExceptionHandler(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler((context) => t.log("custom", context.exception));
  loop.callSoon(bad, "soon");
  await sleep(0);
  t.log("main");
  loop.callExceptionHandler({
    message: "by hand",
    exception: new Boom("by hand"),
  });
}

/** Knows no current task inside a plain callback. */
export async function currentTaskInCallbacks(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const main = currentTask();
  loop.callSoon(() => t.log("callback", currentTask() === undefined));
  loop.callLater(1, () => t.log("timer", currentTask() === undefined));
  await sleep(2);
  t.log("main", currentTask() === main, getRunningLoop() === loop);
}

/** Ends the run after the batch in which stop() is called. */
export async function stopEndsTheRun(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callSoon(() => {
    t.log("stop");
    loop.stop();
    loop.callSoon(() => t.log("added by stop"));
  });
  loop.callSoon(() => t.log("same batch"));
  try {
    await sleep(100);
  } catch (error) {
    t.log("cancelled at the end");
    throw error;
  }
}
