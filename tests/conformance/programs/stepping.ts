/** Shows which step runs in which iteration when nothing is cancelled. */
// deno-lint-ignore-file require-yield
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
import type { Coroutine } from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Logs a number of steps with a bare yield after each. */
function* ticks(t: Trace, name: string, count: number): Coroutine<void> {
  for (let step = 0; step < count; step++) {
    t.log(name, step);
    yield* sleep(0);
  }
}

/** Logs after each sleep. */
function* naps(t: Trace, name: string, ...delays: number[]): Coroutine<void> {
  for (const delay of delays) {
    yield* sleep(delay);
    t.log(name, delay);
  }
}

/** Runs callbacks in order; what they add waits for the next iteration. */
export function* callbacksAreFifo(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();

  function outer(name: string): void {
    t.log(name);
    loop.callSoon(() => t.log(name + " inner"));
  }

  for (const name of ["a", "b", "c"]) loop.callSoon(outer, name);
  yield* sleep(0);
  t.log("main");
  yield* sleep(0);
  t.log("main again");
}

/** Gives every new task its first step in the next iteration. */
export function* tasksStartInOrderOfCreation(t: Trace): Coroutine<void> {
  for (const name of ["a", "b", "c"]) createTask(() => ticks(t, name, 2));
  t.log("created");
  yield* sleep(0);
  t.log("main");
  yield* sleep(0);
  t.log("main again");
  yield* sleep(0);
}

/** Starts a task one iteration after the callback that made it. */
export function* taskCreatedByCallback(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();

  function make(): void {
    t.log("make");
    loop.createTask(() => ticks(t, "child", 1));
  }

  loop.callSoon(make);
  yield* sleep(0);
  t.log("main");
  yield* sleep(0);
  t.log("main again");
}

/** Runs awaited coroutines without yielding. */
export function* coroutineRunsInline(t: Trace): Coroutine<void> {
  function* inner(name: string): Coroutine<string> {
    t.log("inner", name);
    return name;
  }

  function* middle(): Coroutine<string[]> {
    return [yield* inner("a"), yield* inner("b")];
  }

  getRunningLoop().callSoon(() => t.log("callback"));
  t.log(yield* middle());
  yield* sleep(0);
  t.log("main");
}

/** Goes on at once when the awaited future is done. */
export function* doneFutureDoesNotYield(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();
  future.setResult("value");
  loop.callSoon(() => t.log("callback"));
  t.log(yield* future);
  t.log(yield* future);
  yield* sleep(0);
  t.log("main");
}

/** Goes on at once when the awaited task is done. */
export function* doneTaskDoesNotYield(t: Trace): Coroutine<void> {
  const task = createTask(() => ticks(t, "child", 1));
  for (let i = 0; i < 4; i++) yield* sleep(0);
  getRunningLoop().callSoon(() => t.log("callback"));
  t.log(yield* task);
  t.log("same iteration");
  yield* sleep(0);
  t.log("main");
}

/** Goes on at once when everything gathered is done already. */
export function* doneGatherDoesNotYield(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<number>();
  future.setResult(1);
  getRunningLoop().callSoon(() => t.log("callback"));
  t.log(yield* gather([future, future]));
  t.log(yield* gather([]));
  t.log(yield* shield(future));
  t.log(yield* waitFor(future, 10));
  t.log(yield* waitFor(future, 0));
  yield* sleep(0);
  t.log("main");
}

/** Takes two iterations in wait() even when everything is done already. */
export function* doneWaitYields(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<number>();
  future.setResult(1);
  getRunningLoop().callSoon(() => t.log("callback"));
  const { done, pending } = yield* wait([future]);
  t.log("waited", done.size, pending.size);
}

/** Alternates tasks that yield. */
export function* zeroSleepsInterleave(t: Trace): Coroutine<void> {
  yield* gather([
    () => ticks(t, "a", 3),
    () => ticks(t, "b", 2),
    () => ticks(t, "c", 1),
  ]);
  t.log("gathered");
}

/** Yields once for a delay of zero or less and returns the value. */
export function* zeroSleepReturnsItsValue(t: Trace): Coroutine<void> {
  t.log(yield* sleep(0, "zero"));
  t.log(yield* sleep(-5, "negative"));
  t.log(yield* sleep(5, "five"));
}

/** Refuses a delay that is no number. */
export function* sleepRefusesNan(t: Trace): Coroutine<void> {
  try {
    yield* sleep(NaN);
  } catch (error) {
    t.log("refused", error);
  }
}

/** Keeps the clock still while something is ready. */
export function* zeroSleepDoesNotMoveTime(t: Trace): Coroutine<void> {
  getRunningLoop().callLater(1, () => t.log("timer"));
  yield* ticks(t, "busy", 4);
  yield* sleep(1);
  t.log("slept");
}

/** Wakes sleepers by deadline. */
export function* sleepsInterleave(t: Trace): Coroutine<void> {
  yield* gather([
    () => naps(t, "a", 10, 10, 10),
    () => naps(t, "b", 15, 15),
    () => naps(t, "c", 5, 20, 1),
  ]);
  t.log("gathered");
}

/** Wakes sleepers of one deadline in the order they went to sleep. */
export function* equalSleepsWakeInOrder(t: Trace): Coroutine<void> {
  const indexes = [0, 1, 2, 3, 4, 5, 6, 7];
  yield* gather(indexes.map((i) => () => naps(t, `n${i}`, 10)));
  t.log("gathered");
}

/** Fires timers of one deadline in the order they were armed. */
export function* equalDeadlinesFromDifferentTimes(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  loop.callAt(30, () => t.log("armed first"));
  yield* sleep(10);
  loop.callAt(30, () => t.log("armed second"));
  yield* sleep(20);
  t.log("slept");
}

/** Keeps the order of deadlines that differ by less than a millisecond. */
export function* fractionalDeadlines(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  for (const when of [1.5, 1.25, 1.75, 1, 1.125]) {
    loop.callAt(when, () => t.log("due"));
  }
  yield* sleep(2);
  t.log("slept");
}

/** Puts timers that are due behind what is ready already. */
export function* readyRunsBeforeDueTimers(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  loop.callLater(0, () => t.log("timer of zero"));
  loop.callLater(-1, () => t.log("timer of the past"));
  loop.callSoon(() => t.log("callback"));
  yield* sleep(0);
  t.log("main");
  yield* sleep(0);
  t.log("main again");
}

/** Runs timers of one deadline in one iteration and what they add in the next. */
export function* timersOfOneIteration(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();

  function fire(name: string): void {
    t.log(name);
    loop.callSoon(() => t.log(name + " soon"));
    loop.callLater(0, () => t.log(name + " later"));
  }

  loop.callLater(10, fire, "a");
  loop.callLater(10, fire, "b");
  yield* sleep(10);
  t.log("slept");
  yield* sleep(0);
  t.log("main");
}

/** Passes values and identity through a chain of tasks. */
export function* valueKeepsItsIdentity(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  const value = ["shared"];
  const future = loop.createFuture<string[]>();

  function* handOver(): Coroutine<string[]> {
    return yield* future;
  }

  const first = createTask(() => handOver());
  const second = createTask(() => handOver());
  loop.callLater(5, () => future.setResult(value));
  t.log(
    (yield* first) === value,
    (yield* second) === value,
    first.result() === value,
  );
}

/** Wakes the waiters of a future in the order they began to wait. */
export function* manyWaitersOfOneFuture(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<number>();

  function* waitOn(name: string): Coroutine<void> {
    t.log(name, "got", yield* future);
  }

  const tasks = ["a", "b", "c"].map((name) => createTask(() => waitOn(name)));
  yield* sleep(0);
  future.addDoneCallback(() => t.log("callback"));
  future.setResult(1);
  t.log("set");
  for (const task of tasks) yield* task;
  t.log("joined");
}

/** Hands over between two tasks through fresh futures. */
export function* pingPong(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  const turns: Future<void>[] = [0, 1, 2, 3, 4].map(() => loop.createFuture<void>());

  function* player(name: string, first: number): Coroutine<void> {
    for (let turn = first; turn < 4; turn += 2) {
      yield* turns[turn];
      t.log(name, turn);
      turns[turn + 1].setResult(undefined);
    }
  }

  const players = gather([() => player("ping", 0), () => player("pong", 1)]);
  turns[0].setResult(undefined);
  yield* players;
  t.log("over");
}
