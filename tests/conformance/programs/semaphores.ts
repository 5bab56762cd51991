/** Shares a few permits among many tasks. */
// deno-lint-ignore-file require-yield
import {
  BoundedSemaphore,
  createTask,
  gather,
  getRunningLoop,
  Semaphore,
  sleep,
  type Task,
  timeoutAt,
  wait,
  waitFor,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Holds a permit for a while; 0 keeps it. */
function* hold(t: Trace, semaphore: Semaphore, name: string, ms: number): Coroutine<void> {
  try {
    yield* semaphore.acquire();
  } catch (error) {
    t.log(name, "gives up", error, semaphore.locked);
    throw error;
  }
  t.log(name, "holds", semaphore.locked);
  if (ms > 0) {
    try {
      yield* sleep(ms);
    } finally {
      semaphore.release();
    }
  }
}

/** Starts a task for each name. */
function start(t: Trace, semaphore: Semaphore, names: string[], ms = 1): Task<void>[] {
  return names.map((name) => createTask(() => hold(t, semaphore, name, ms)));
}

/** Makes a semaphore without permits that a task for each name waits for. */
function* taken(t: Trace, names: string[], ms = 1): Coroutine<[Semaphore, Task<void>[]]> {
  const semaphore = new Semaphore(0);
  const tasks = start(t, semaphore, names, ms);
  yield* sleep(0);
  return [semaphore, tasks];
}

/** Counts the free permits by taking them all. */
function* count(semaphore: Semaphore): Coroutine<number> {
  let count = 0;
  for (; !semaphore.locked; count++) yield* semaphore.acquire();
  return count;
}

/** Gives what is still waited for, waits for the tasks and counts what is left. */
function* end(t: Trace, semaphore: Semaphore, tasks: Task<void>[]): Coroutine<void> {
  yield* sleep(5);
  const missing = tasks.filter((task) => !task.done);
  t.log("missing", missing.length);
  for (const _ of missing) semaphore.release();
  yield* wait(tasks);
  t.log("ended", tasks.map((task) => task.cancelled), yield* count(semaphore));
}

/** Takes free permits in the same step. */
export function* countsDownWithoutYielding(t: Trace): Coroutine<void> {
  const semaphore = new Semaphore(2);
  getRunningLoop().callSoon(() => t.log("callback"));
  for (let turn = 0; turn < 2; turn++) {
    yield* semaphore.acquire();
    t.log("holds", semaphore.locked);
  }
  semaphore.release();
  t.log("released", semaphore.locked);
  yield* semaphore.acquire();
  t.log("holds", semaphore.locked);
  semaphore.release();
  yield* sleep(0);
}

/** Lets two of five run at a time. */
export function* limitsConcurrency(t: Trace): Coroutine<void> {
  const semaphore = new Semaphore(2);
  yield* end(t, semaphore, start(t, semaphore, ["a", "b", "c", "d", "e"]));
}

/** Refuses a negative number of permits. */
export function* badValues(t: Trace): Coroutine<void> {
  for (const Kind of [Semaphore, BoundedSemaphore]) {
    try {
      new Kind(-1);
    } catch (error) {
      t.log("refused", error);
    }
  }
  t.log("none", new Semaphore(0).locked);
}

/** Wakes as many as permits were released in one step, in the order of their arrival. */
export function* releasesWakeInOrder(t: Trace): Coroutine<void> {
  const [semaphore, tasks] = yield* taken(t, ["a", "b", "c", "d"], 0);
  for (let turn = 0; turn < 3; turn++) semaphore.release();
  t.log("released", semaphore.locked);
  yield* end(t, semaphore, tasks);
}

/** Keeps the permits that nobody waits for, behind those who are woken. */
export function* moreReleasesThanWaiters(t: Trace): Coroutine<void> {
  const [semaphore, tasks] = yield* taken(t, ["a"]);
  for (let turn = 0; turn < 3; turn++) semaphore.release();
  t.log("released", semaphore.locked);
  yield* semaphore.acquire();
  t.log("main holds", semaphore.locked);
  yield* end(t, semaphore, tasks);
}

/** Sends the releaser to the back of the line when others wait. */
export function* releaseAndAcquireInOneStep(t: Trace): Coroutine<void> {
  const [semaphore, tasks] = yield* taken(t, ["a", "b"]);
  semaphore.release();
  yield* semaphore.acquire();
  t.log("main holds again", tasks.map((task) => task.done));
  semaphore.release();
  yield* end(t, semaphore, tasks);
}

/** Alternates between two tasks that take the only permit again and again. */
export function* reAcquirerGoesBehind(t: Trace): Coroutine<void> {
  const semaphore = new Semaphore(1);

  function* worker(name: string): Coroutine<void> {
    for (let turn = 0; turn < 3; turn++) {
      yield* semaphore.acquire();
      t.log(name, "holds");
      yield* sleep(0);
      semaphore.release();
    }
  }

  yield* gather([() => worker("a"), () => worker("b")]);
}

/** Lets a newcomer queue although there are permits, as long as a woken waiter has not run. */
export function* newcomerWhileAWaiterIsWoken(t: Trace): Coroutine<void> {
  const [semaphore, tasks] = yield* taken(t, ["a"], 0);
  const newcomers = start(t, semaphore, ["newcomer", "other"], 0);
  for (let turn = 0; turn < 3; turn++) semaphore.release();
  t.log("released", semaphore.locked);
  yield* end(t, semaphore, [...tasks, ...newcomers]);
}

/** Wakes as many newcomers as the cancelled waiters leave permits. */
export function* newcomersWhileWokenWaitersAreCancelled(t: Trace): Coroutine<void> {
  const [semaphore, tasks] = yield* taken(t, ["a", "b"], 0);
  const newcomers = start(t, semaphore, ["c", "d", "e"], 0);
  semaphore.release();
  semaphore.release();
  for (const task of tasks) task.cancel();
  yield* end(t, semaphore, [...tasks, ...newcomers]);
}

/** Lets a newcomer take a permit when every waiter is cancelled but not gone yet. */
export function* cancelledWaitersArePassed(t: Trace): Coroutine<void> {
  const [semaphore, tasks] = yield* taken(t, ["a", "b"]);
  for (const task of tasks) task.cancel();
  t.log("cancelled", semaphore.locked);
  semaphore.release();
  t.log("released", semaphore.locked);
  yield* semaphore.acquire();
  t.log("main holds", tasks.map((task) => task.done));
  yield* end(t, semaphore, tasks);
}

/** Gives the permit to the next one when the head is cancelled just before the release. */
export function* cancelThenRelease(t: Trace): Coroutine<void> {
  const [semaphore, tasks] = yield* taken(t, ["a", "b", "c"]);
  t.log(tasks[0].cancel("cancel"));
  semaphore.release();
  yield* end(t, semaphore, tasks);
}

/** Passes the permit on when the head is cancelled just after the release. */
export function* releaseThenCancel(t: Trace): Coroutine<void> {
  const [semaphore, tasks] = yield* taken(t, ["a", "b", "c"]);
  semaphore.release();
  t.log(tasks[0].cancel("cancel"));
  yield* end(t, semaphore, tasks);
}

/** Loses no permit when two of four waiters are cancelled right after two releases. */
export function* releasesThenCancels(t: Trace): Coroutine<void> {
  for (const cancelled of [[0, 1], [1, 0], [0, 2], [2, 3]]) {
    const [semaphore, tasks] = yield* taken(t, ["a", "b", "c", "d"], 0);
    semaphore.release();
    semaphore.release();
    for (const index of cancelled) tasks[index].cancel();
    yield* end(t, semaphore, tasks);
  }
}

/** Takes a permit back that nobody else waits for. */
export function* cancelOfAWokenWaiterFreesThePermit(t: Trace): Coroutine<void> {
  const [semaphore, tasks] = yield* taken(t, ["a"]);
  semaphore.release();
  tasks[0].cancel();
  t.log("cancelled", semaphore.locked);
  yield* sleep(0);
  t.log("after its step", semaphore.locked);
  yield* end(t, semaphore, tasks);
}

/** Lets a woken waiter keep its permit when the cancel is taken back in time. */
export function* cancelTakenBack(t: Trace): Coroutine<void> {
  const [semaphore, tasks] = yield* taken(t, ["a", "b"]);
  semaphore.release();
  t.log(tasks[0].cancel(), tasks[0].uncancel());
  yield* end(t, semaphore, tasks);
}

/** Gives up at a deadline, also in the moment of a release. */
export function* waitingWithADeadline(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  const semaphore = new Semaphore(0);
  try {
    yield* waitFor(semaphore.acquire(), 5);
  } catch (error) {
    t.log("wait_for", error, semaphore.locked);
  }
  for (const releaseFirst of [true, false]) {
    const now = loop.time();
    const arm = () => loop.callAt(now + 5, () => semaphore.release());
    if (releaseFirst) arm();
    try {
      yield* timeoutAt(now + 5, function* () {
        if (!releaseFirst) arm();
        yield* semaphore.acquire();
        t.log("main holds");
      });
    } catch (error) {
      t.log("timeout", error, semaphore.locked);
    }
    yield* sleep(1);
    t.log("left", yield* count(semaphore));
  }
}

/** Releases once more than allowed and logs what happens. */
function releaseThrice(t: Trace, semaphore: BoundedSemaphore): void {
  for (let turn = 0; turn < 3; turn++) {
    try {
      semaphore.release();
      t.log("released", semaphore.locked);
    } catch {
      t.log("refused", semaphore.locked);
    }
  }
}

/** Refuses a release beyond the first number of permits. */
export function* boundedReleaseIsRefused(t: Trace): Coroutine<void> {
  const semaphore = new BoundedSemaphore(2);
  yield* semaphore.acquire();
  releaseThrice(t, semaphore);
  t.log("left", yield* count(semaphore));
}

/** Counts a permit that a waiter is given as taken. */
export function* boundedReleaseWithWaiters(t: Trace): Coroutine<void> {
  const semaphore = new BoundedSemaphore(1);
  yield* semaphore.acquire();
  const tasks = start(t, semaphore, ["a"]);
  yield* sleep(0);
  releaseThrice(t, semaphore);
  yield* wait(tasks);
  t.log("the task's own release fails", tasks[0].exception() !== undefined);
}
