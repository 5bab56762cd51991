/** Meets at a barrier. */
// deno-lint-ignore-file require-yield
import {
  Barrier,
  createTask,
  gather,
  getRunningLoop,
  sleep,
  type Task,
  timeout,
  waitFor,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Waits at the barrier and logs how it ends. */
function* meet(t: Trace, barrier: Barrier, name: string): Coroutine<void> {
  let index: number;
  try {
    index = yield* barrier.wait();
  } catch (error) {
    t.log(name, "gives up", error, barrier.nWaiting, barrier.broken);
    throw error;
  }
  t.log(name, "passes", index, barrier.nWaiting);
}

/** Starts a task for each name. */
function start(t: Trace, barrier: Barrier, ...names: string[]): Task<void>[] {
  return names.map((name) => createTask(() => meet(t, barrier, name)));
}

/** Makes a barrier at which a task for each name waits. */
function* filling(
  t: Trace,
  parties: number,
  ...names: string[]
): Coroutine<[Barrier, Task<void>[]]> {
  const barrier = new Barrier(parties);
  const tasks = start(t, barrier, ...names);
  yield* sleep(0);
  return [barrier, tasks];
}

/** Tells which of the tasks have ended. */
function done(tasks: Task<void>[]): boolean[] {
  return tasks.map((task) => task.done);
}

/** Aborts whatever waits, and logs how the tasks ended. */
function* end(t: Trace, barrier: Barrier, tasks: Task<void>[]): Coroutine<void> {
  yield* sleep(5);
  t.log("abort", done(tasks), barrier.nWaiting, barrier.broken);
  yield* barrier.abort();
  const results = yield* gather(tasks, { returnExceptions: true });
  t.log("ended", results, barrier.nWaiting);
}

/** Numbers the parties as they come; the last one leaves first. */
export function* indexesInOrderOfArrival(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 4, "a", "b", "c");
  t.log("filling", barrier.parties, barrier.nWaiting, barrier.broken);
  const index = yield* barrier.wait();
  t.log("main passes", index, barrier.nWaiting);
  yield* end(t, barrier, tasks);
}

/** Passes a barrier for one in the same step, again and again. */
export function* singlePartyDoesNotYield(t: Trace): Coroutine<void> {
  const barrier = new Barrier(1);
  getRunningLoop().callSoon(() => t.log("callback"));
  for (let turn = 0; turn < 2; turn++) {
    const index = yield* barrier.wait();
    t.log("passes", index, barrier.nWaiting);
  }
  yield* sleep(0);
}

/** Refuses a barrier for nobody. */
export function* badValues(t: Trace): Coroutine<void> {
  for (const parties of [0, -1]) {
    try {
      new Barrier(parties);
    } catch (error) {
      t.log("refused", error);
    }
  }
}

/** Meets several times at one barrier. */
export function* usedAgain(t: Trace): Coroutine<void> {
  const barrier = new Barrier(3);

  function* worker(name: string): Coroutine<void> {
    for (let turn = 0; turn < 3; turn++) yield* meet(t, barrier, name);
  }

  yield* gather([() => worker("a"), () => worker("b"), () => worker("c")]);
}

/** Lets who comes while the barrier drains wait until it is empty. */
export function* lateComersWaitForTheNextGroup(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 3, "a", "b");
  tasks.push(...start(t, barrier, "c", "d", "e"));
  yield* sleep(0);
  tasks.push(...start(t, barrier, "f", "g"));
  yield* end(t, barrier, tasks);
}

/** Counts down when one gives up; the others wait on. */
export function* cancelWhileFilling(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 3, "a", "b");
  t.log(tasks[0].cancel(), barrier.nWaiting);
  yield* sleep(1);
  t.log("left", barrier.nWaiting);
  tasks.push(...start(t, barrier, "c", "d"));
  yield* end(t, barrier, tasks);
}

/** Leaves the barrier as new when everyone gives up. */
export function* allCancelledWhileFilling(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 3, "a", "b");
  for (const task of tasks) task.cancel();
  yield* sleep(1);
  t.log("left", barrier.nWaiting, barrier.broken);
  tasks.push(...start(t, barrier, "c", "d", "e"));
  yield* end(t, barrier, tasks);
}

/** Cancels one in the step that starts the last party, and in that party's own step. */
export function* cancelWithTheLastArrival(t: Trace): Coroutine<void> {
  const [first, early] = yield* filling(t, 3, "a", "b");
  early.push(...start(t, first, "c"));
  t.log(early[0].cancel(), first.nWaiting);
  yield* end(t, first, early);

  const [barrier, tasks] = yield* filling(t, 3, "a", "b");
  yield* barrier.wait();
  t.log(tasks[0].cancel(), tasks[1].cancel());
  yield* end(t, barrier, tasks);
}

/** Cancels a party that waits for the inner lock, on its way out. */
export function* cancelWhileDraining(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 4, "a", "b", "c");
  yield* barrier.wait();
  yield* sleep(0);
  t.log(tasks[1].cancel(), done(tasks));
  yield* end(t, barrier, tasks);
}

/** Cancels one that waits for the barrier to be empty. */
export function* cancelOfALateComer(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 3, "a", "b");
  yield* barrier.wait();
  tasks.push(...start(t, barrier, "c", "d"));
  yield* sleep(0);
  t.log(tasks[2].cancel());
  yield* end(t, barrier, tasks);
}

/** Breaks those who wait, then serves the next ones. */
export function* resetBreaksTheWaiters(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 3, "a", "b");
  yield* barrier.reset();
  t.log("reset", barrier.nWaiting, barrier.broken);
  tasks.push(...start(t, barrier, "c", "d", "e"));
  yield* end(t, barrier, tasks);
}

/** Changes nothing. */
export function* resetOfAnEmptyBarrier(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 2);
  yield* barrier.reset();
  t.log("reset", barrier.nWaiting, barrier.broken);
  tasks.push(...start(t, barrier, "a", "b"));
  yield* end(t, barrier, tasks);
}

/** Breaks those who wait and those who come, until the barrier is reset. */
export function* abortBreaksUntilReset(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 3, "a", "b");
  yield* barrier.abort();
  t.log("aborted", barrier.nWaiting, barrier.broken);
  tasks.push(...start(t, barrier, "c", "d"));
  yield* sleep(1);
  yield* barrier.reset();
  t.log("reset", barrier.nWaiting, barrier.broken);
  tasks.push(...start(t, barrier, "e", "f", "g"));
  yield* end(t, barrier, tasks);
}

/** Resets before those who wait have left. */
export function* resetOfAnAbortedBarrierAtOnce(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 3, "a", "b");
  yield* barrier.abort();
  yield* barrier.reset();
  t.log("reset", barrier.nWaiting, barrier.broken);
  tasks.push(...start(t, barrier, "c", "d", "e"));
  yield* end(t, barrier, tasks);
}

/** Aborts before those who were reset have left. */
export function* abortAfterResetAtOnce(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 3, "a", "b");
  yield* barrier.reset();
  yield* barrier.abort();
  t.log("aborted", barrier.nWaiting, barrier.broken);
  tasks.push(...start(t, barrier, "c"));
  yield* end(t, barrier, tasks);
}

/** Breaks those who have not left yet. */
export function* resetWhileDraining(t: Trace): Coroutine<void> {
  for (let wait = 0; wait < 3; wait++) {
    const [barrier, tasks] = yield* filling(t, 4, "a", "b", "c");
    yield* barrier.wait();
    for (let turn = 0; turn < wait; turn++) yield* sleep(0);
    yield* barrier.reset();
    t.log("reset", done(tasks), barrier.nWaiting);
    tasks.push(...start(t, barrier, "d"));
    yield* end(t, barrier, tasks);
  }
}

/** Breaks those who have not left yet, and who came too late. */
export function* abortWhileDraining(t: Trace): Coroutine<void> {
  for (let wait = 0; wait < 3; wait++) {
    const [barrier, tasks] = yield* filling(t, 4, "a", "b", "c");
    yield* barrier.wait();
    tasks.push(...start(t, barrier, "late"));
    for (let turn = 0; turn < wait; turn++) yield* sleep(0);
    yield* barrier.abort();
    t.log("aborted", done(tasks), barrier.broken);
    yield* end(t, barrier, tasks);
  }
}

/** Cancels one of those who are being broken, before and after the reset. */
export function* cancelWithTheReset(t: Trace): Coroutine<void> {
  for (const cancelFirst of [true, false]) {
    const [barrier, tasks] = yield* filling(t, 3, "a", "b");
    if (cancelFirst) tasks[0].cancel();
    yield* barrier.reset();
    if (!cancelFirst) tasks[0].cancel();
    yield* sleep(1);
    t.log("left", barrier.nWaiting, barrier.broken);
    tasks.push(...start(t, barrier, "c", "d", "e"));
    yield* end(t, barrier, tasks);
  }
}

/** Gives up at a deadline, with waitFor() and inside a timeout block. */
export function* waitingWithADeadline(t: Trace): Coroutine<void> {
  const [barrier, tasks] = yield* filling(t, 3, "a");
  try {
    yield* waitFor(barrier.wait(), 5);
  } catch (error) {
    t.log("wait_for", error, barrier.nWaiting);
  }
  try {
    yield* timeout(5, function* () {
      yield* meet(t, barrier, "main");
    });
  } catch (error) {
    t.log("timeout", error, barrier.nWaiting);
  }
  tasks.push(...start(t, barrier, "b", "c"));
  yield* end(t, barrier, tasks);
}
