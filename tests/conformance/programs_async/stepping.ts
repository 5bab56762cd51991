// Generated from programs/stepping.ts by translate.ts.
// deno-lint-ignore-file
/** Shows which step runs in which iteration when nothing is cancelled. */
import {
  createTask,
  type Future,
  gather,
  getRunningLoop,
  shield,
  sleep,
  wait,
  waitFor,
} from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Logs a number of steps with a bare yield after each. */
async function ticks(t: Trace, name: string, count: number): Promise<void> {
  for (let step = 0; step < count; step++) {
    t.log(name, step);
    await sleep(0);
  }
}

/** Logs after each sleep. */
async function naps(t: Trace, name: string, ...delays: number[]): Promise<void> {
  for (const delay of delays) {
    await sleep(delay);
    t.log(name, delay);
  }
}

/** Runs callbacks in order; what they add waits for the next iteration. */
export async function callbacksAreFifo(t: Trace): Promise<void> {
  const loop = getRunningLoop();

  function outer(name: string): void {
    t.log(name);
    loop.callSoon(() => t.log(name + " inner"));
  }

  for (const name of ["a", "b", "c"]) loop.callSoon(outer, name);
  await sleep(0);
  t.log("main");
  await sleep(0);
  t.log("main again");
}

/** Gives every new task its first step in the next iteration. */
export async function tasksStartInOrderOfCreation(t: Trace): Promise<void> {
  for (const name of ["a", "b", "c"]) createTask(() => ticks(t, name, 2));
  t.log("created");
  await sleep(0);
  t.log("main");
  await sleep(0);
  t.log("main again");
  await sleep(0);
}

/** Starts a task one iteration after the callback that made it. */
export async function taskCreatedByCallback(t: Trace): Promise<void> {
  const loop = getRunningLoop();

  function make(): void {
    t.log("make");
    loop.createTask(() => ticks(t, "child", 1));
  }

  loop.callSoon(make);
  await sleep(0);
  t.log("main");
  await sleep(0);
  t.log("main again");
}

/** Runs awaited coroutines without yielding. */
export async function coroutineRunsInline(t: Trace): Promise<void> {
  async function inner(name: string): Promise<string> {
    t.log("inner", name);
    return name;
  }

  async function middle(): Promise<string[]> {
    return [await inner("a"), await inner("b")];
  }

  getRunningLoop().callSoon(() => t.log("callback"));
  t.log(await middle());
  await sleep(0);
  t.log("main");
}

/** Goes on at once when the awaited future is done. */
export async function doneFutureDoesNotYield(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();
  future.setResult("value");
  loop.callSoon(() => t.log("callback"));
  t.log(await future);
  t.log(await future);
  await sleep(0);
  t.log("main");
}

/** Goes on at once when the awaited task is done. */
export async function doneTaskDoesNotYield(t: Trace): Promise<void> {
  const task = createTask(() => ticks(t, "child", 1));
  for (let i = 0; i < 4; i++) await sleep(0);
  getRunningLoop().callSoon(() => t.log("callback"));
  t.log(await task);
  t.log("same iteration");
  await sleep(0);
  t.log("main");
}

/** Goes on at once when everything gathered is done already. */
export async function doneGatherDoesNotYield(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<number>();
  future.setResult(1);
  getRunningLoop().callSoon(() => t.log("callback"));
  t.log(await gather([future, future]));
  t.log(await gather([]));
  t.log(await shield(future));
  t.log(await waitFor(future, 10));
  t.log(await waitFor(future, 0));
  await sleep(0);
  t.log("main");
}

/** Takes two iterations in wait() even when everything is done already. */
export async function doneWaitYields(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<number>();
  future.setResult(1);
  getRunningLoop().callSoon(() => t.log("callback"));
  const { done, pending } = await wait([future]);
  t.log("waited", done.size, pending.size);
}

/** Alternates tasks that yield. */
export async function zeroSleepsInterleave(t: Trace): Promise<void> {
  await gather([
    () => ticks(t, "a", 3),
    () => ticks(t, "b", 2),
    () => ticks(t, "c", 1),
  ]);
  t.log("gathered");
}

/** Yields once for a delay of zero or less and returns the value. */
export async function zeroSleepReturnsItsValue(t: Trace): Promise<void> {
  t.log(await sleep(0, "zero"));
  t.log(await sleep(-5, "negative"));
  t.log(await sleep(5, "five"));
}

/** Refuses a delay that is no number. */
export async function sleepRefusesNan(t: Trace): Promise<void> {
  try {
    await sleep(NaN);
  } catch (error) {
    t.log("refused", error);
  }
}

/** Keeps the clock still while something is ready. */
export async function zeroSleepDoesNotMoveTime(t: Trace): Promise<void> {
  getRunningLoop().callLater(1, () => t.log("timer"));
  await ticks(t, "busy", 4);
  await sleep(1);
  t.log("slept");
}

/** Wakes sleepers by deadline. */
export async function sleepsInterleave(t: Trace): Promise<void> {
  await gather([
    () => naps(t, "a", 10, 10, 10),
    () => naps(t, "b", 15, 15),
    () => naps(t, "c", 5, 20, 1),
  ]);
  t.log("gathered");
}

/** Wakes sleepers of one deadline in the order they went to sleep. */
export async function equalSleepsWakeInOrder(t: Trace): Promise<void> {
  const indexes = [0, 1, 2, 3, 4, 5, 6, 7];
  await gather(indexes.map((i) => () => naps(t, `n${i}`, 10)));
  t.log("gathered");
}

/** Fires timers of one deadline in the order they were armed. */
export async function equalDeadlinesFromDifferentTimes(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callAt(30, () => t.log("armed first"));
  await sleep(10);
  loop.callAt(30, () => t.log("armed second"));
  await sleep(20);
  t.log("slept");
}

/** Keeps the order of deadlines that differ by less than a millisecond. */
export async function fractionalDeadlines(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  for (const when of [1.5, 1.25, 1.75, 1, 1.125]) {
    loop.callAt(when, () => t.log("due"));
  }
  await sleep(2);
  t.log("slept");
}

/** Puts timers that are due behind what is ready already. */
export async function readyRunsBeforeDueTimers(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callLater(0, () => t.log("timer of zero"));
  loop.callLater(-1, () => t.log("timer of the past"));
  loop.callSoon(() => t.log("callback"));
  await sleep(0);
  t.log("main");
  await sleep(0);
  t.log("main again");
}

/** Runs timers of one deadline in one iteration and what they add in the next. */
export async function timersOfOneIteration(t: Trace): Promise<void> {
  const loop = getRunningLoop();

  function fire(name: string): void {
    t.log(name);
    loop.callSoon(() => t.log(name + " soon"));
    loop.callLater(0, () => t.log(name + " later"));
  }

  loop.callLater(10, fire, "a");
  loop.callLater(10, fire, "b");
  await sleep(10);
  t.log("slept");
  await sleep(0);
  t.log("main");
}

/** Passes values and identity through a chain of tasks. */
export async function valueKeepsItsIdentity(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const value = ["shared"];
  const future = loop.createFuture<string[]>();

  async function handOver(): Promise<string[]> {
    return await future;
  }

  const first = createTask(() => handOver());
  const second = createTask(() => handOver());
  loop.callLater(5, () => future.setResult(value));
  t.log(
    (await first) === value,
    (await second) === value,
    first.result() === value,
  );
}

/** Wakes the waiters of a future in the order they began to wait. */
export async function manyWaitersOfOneFuture(t: Trace): Promise<void> {
  const future = getRunningLoop().createFuture<number>();

  async function waitOn(name: string): Promise<void> {
    t.log(name, "got", await future);
  }

  const tasks = ["a", "b", "c"].map((name) => createTask(() => waitOn(name)));
  await sleep(0);
  future.addDoneCallback(() => t.log("callback"));
  future.setResult(1);
  t.log("set");
  for (const task of tasks) await task;
  t.log("joined");
}

/** Hands over between two tasks through fresh futures. */
export async function pingPong(t: Trace): Promise<void> {
  const loop = getRunningLoop();
  const turns: Future<void>[] = [0, 1, 2, 3, 4].map(() => loop.createFuture<void>());

  async function player(name: string, first: number): Promise<void> {
    for (let turn = first; turn < 4; turn += 2) {
      await turns[turn];
      t.log(name, turn);
      turns[turn + 1].setResult(undefined);
    }
  }

  const players = gather([() => player("ping", 0), () => player("pong", 1)]);
  turns[0].setResult(undefined);
  await players;
  t.log("over");
}
