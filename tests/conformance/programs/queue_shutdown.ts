/** Accounts for the items of a queue, and shuts it down. */
import {
  createTask,
  gather,
  getRunningLoop,
  LifoQueue,
  PriorityQueue,
  Queue,
  sleep,
  type Task,
  wait,
  waitFor,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import type { Trace } from "../support.ts";

const KINDS = [Queue, LifoQueue, PriorityQueue];

/** Gets an item and logs how it ends. */
function* get(t: Trace, queue: Queue<number>, name: string): Coroutine<void> {
  try {
    const item = yield* queue.get();
    t.log(name, "got", item);
  } catch (error) {
    t.log(name, "gives up", error, queue.size);
  }
}

/** Puts an item and logs how it ends. */
function* put(t: Trace, queue: Queue<number>, item: number): Coroutine<void> {
  try {
    yield* queue.put(item);
    t.log("item", item, "put", queue.size);
  } catch (error) {
    t.log("item", item, "given up", error, queue.size);
  }
}

/** Waits until every item is done. */
function* join(t: Trace, queue: Queue<number>, name: string): Coroutine<void> {
  yield* queue.join();
  t.log(name, "joined", queue.size);
}

/** Starts a task for each coroutine. */
function start(...coroutines: (() => Coroutine<void>)[]): Task<void>[] {
  return coroutines.map((coroutine) => createTask(coroutine));
}

/** Makes a queue with items. */
function filled(maxSize: number, ...items: number[]): Queue<number> {
  const queue = new Queue<number>(maxSize);
  for (const item of items) queue.putNowait(item);
  return queue;
}

/** Says that an item is done, or that there is none. */
function finish(t: Trace, queue: Queue<number>): void {
  try {
    queue.taskDone();
    t.log("done");
  } catch {
    t.log("refused");
  }
}

/** Tries everything that a queue shut down may refuse. */
function* probe(t: Trace, queue: Queue<number>): Coroutine<void> {
  for (const attempt of [() => queue.putNowait(1), () => queue.getNowait()]) {
    try {
      t.log("now", attempt());
    } catch (error) {
      t.log("now", error);
    }
  }
  yield* put(t, queue, 2);
  yield* get(t, queue, "main");
}

/** Counts what was put and what is done, for every kind of queue. */
export function* joinWaitsForEveryItem(t: Trace): Coroutine<void> {
  for (const Kind of KINDS) {
    const queue = new Kind<number>();
    for (let item = 0; item < 3; item++) queue.putNowait(item);
    const tasks = start(() => join(t, queue, "a"), () => join(t, queue, "b"));
    for (let turn = 0; turn < 4; turn++) {
      yield* sleep(1);
      if (!queue.empty) t.log("got", queue.getNowait());
      finish(t, queue);
    }
    yield* gather(tasks);
  }
}

/** Joins in the same step what never had an item, or has none left to do. */
export function* joinWithoutItemsDoesNotYield(t: Trace): Coroutine<void> {
  const queue = new Queue<number>();
  getRunningLoop().callSoon(() => t.log("callback"));
  yield* join(t, queue, "first");
  queue.putNowait(1);
  queue.getNowait();
  queue.taskDone();
  yield* join(t, queue, "second");
  finish(t, queue);
  yield* sleep(0);
}

/** Joins although an item was put between the last taskDone() and the joiner's step. */
export function* joinDoesNotWaitForLaterItems(t: Trace): Coroutine<void> {
  const queue = filled(0, 1);
  const tasks = start(() => join(t, queue, "a"));
  yield* sleep(0);
  queue.getNowait();
  queue.taskDone();
  queue.putNowait(2);
  tasks.push(...start(() => join(t, queue, "late")));
  yield* sleep(1);
  t.log(tasks.map((task) => task.done));
  queue.taskDone();
  yield* gather(tasks);
}

/** Leaves the other joiners alone. */
export function* joinIsCancelled(t: Trace): Coroutine<void> {
  const queue = filled(0, 1);
  const tasks = start(() => join(t, queue, "a"), () => join(t, queue, "b"));
  yield* sleep(0);
  tasks[0].cancel();
  try {
    yield* waitFor(queue.join(), 5);
  } catch (error) {
    t.log("main", error);
  }
  queue.taskDone();
  tasks[1].cancel();
  yield* wait(tasks);
  t.log(tasks.map((task) => task.cancelled));
}

/** Gives what is left, then raises; refuses puts at once. */
export function* getsDrainThenRaise(t: Trace): Coroutine<void> {
  for (const Kind of KINDS) {
    const queue = new Kind<number>();
    for (const item of [2, 1, 3]) queue.putNowait(item);
    queue.shutdown();
    t.log("shut down", queue.size);
    for (let turn = 0; turn < 2; turn++) yield* probe(t, queue);
  }
}

/** Drops what is left and raises at once. */
export function* immediateDropsTheItems(t: Trace): Coroutine<void> {
  for (const Kind of KINDS) {
    const queue = new Kind<number>();
    for (const item of [2, 1, 3]) queue.putNowait(item);
    queue.shutdown({ immediate: true });
    t.log("shut down", queue.size);
    yield* probe(t, queue);
    finish(t, queue);
  }
}

/** Wakes every getter of an empty queue, in both modes. */
export function* waitingGettersRaise(t: Trace): Coroutine<void> {
  for (const immediate of [false, true]) {
    const queue = new Queue<number>();
    const tasks = start(() => get(t, queue, "a"), () => get(t, queue, "b"));
    yield* sleep(0);
    queue.shutdown({ immediate });
    t.log("shut down");
    yield* gather(tasks);
  }
}

/** Wakes every putter of a full queue, in both modes. */
export function* waitingPuttersRaise(t: Trace): Coroutine<void> {
  for (const immediate of [false, true]) {
    const queue = filled(1, 1);
    const tasks = start(() => put(t, queue, 2), () => put(t, queue, 3));
    yield* sleep(0);
    queue.shutdown({ immediate });
    t.log("shut down", queue.size);
    yield* gather(tasks);
    yield* get(t, queue, "main");
  }
}

/** Gives the items to the first getters and raises for the others, in both modes. */
export function* wokenGettersShareWhatIsLeft(t: Trace): Coroutine<void> {
  for (const immediate of [false, true]) {
    const queue = new Queue<number>();
    const tasks = start(...["a", "b", "c"].map((name) => () => get(t, queue, name)));
    yield* sleep(0);
    queue.putNowait(1);
    queue.shutdown({ immediate });
    t.log("shut down", queue.size);
    yield* gather(tasks);
  }
}

/** Refuses a putter that was woken for room just before the shutdown, in both modes. */
export function* wokenPutterIsRefused(t: Trace): Coroutine<void> {
  for (const immediate of [false, true]) {
    const queue = filled(2, 1, 2);
    const tasks = start(() => put(t, queue, 3), () => put(t, queue, 4));
    yield* sleep(0);
    t.log("main got", queue.getNowait());
    queue.shutdown({ immediate });
    yield* gather(tasks);
    t.log("left", queue.size);
  }
}

/** Shuts down while a woken getter and a woken putter have not run yet. */
export function* gettersAndPuttersAtOnce(t: Trace): Coroutine<void> {
  for (const immediate of [false, true]) {
    const queue = filled(1);
    const tasks = start(() => get(t, queue, "a"), () => get(t, queue, "b"));
    yield* sleep(0);
    queue.putNowait(1);
    tasks.push(...start(() => put(t, queue, 2), () => put(t, queue, 3)));
    yield* sleep(0);
    queue.shutdown({ immediate });
    t.log("shut down", queue.size);
    yield* gather(tasks);
  }
}

/** Cancels a getter and a putter in the step of the shutdown, before and after it. */
export function* cancelWithTheShutdown(t: Trace): Coroutine<void> {
  for (const cancelFirst of [true, false]) {
    for (const queue of [filled(1), filled(1, 1)]) {
      const tasks = queue.empty
        ? start(() => get(t, queue, "a"), () => get(t, queue, "b"))
        : start(() => put(t, queue, 8), () => put(t, queue, 9));
      yield* sleep(0);
      if (cancelFirst) tasks[0].cancel("cancel");
      queue.shutdown();
      if (!cancelFirst) tasks[0].cancel("cancel");
      yield* gather(tasks);
    }
  }
}

/** Joins once what was left is done; an immediate shutdown counts what it drops as done. */
export function* joinAfterTheShutdown(t: Trace): Coroutine<void> {
  for (const immediate of [false, true]) {
    for (const taken of [0, 1]) {
      const queue = filled(0, 1, 2);
      const tasks = start(() => join(t, queue, "a"));
      yield* sleep(0);
      for (let turn = 0; turn < taken; turn++) t.log("got", queue.getNowait());
      queue.shutdown({ immediate });
      for (let turn = 0; turn < 3; turn++) {
        yield* sleep(1);
        finish(t, queue);
      }
      yield* gather(tasks);
    }
  }
}

/** Tightens a shutdown, never loosens it. */
export function* shutDownTwice(t: Trace): Coroutine<void> {
  for (const order of [[false, true], [true, false], [false, false]]) {
    const queue = filled(0, 1, 2);
    const tasks = start(() => join(t, queue, "a"));
    yield* sleep(0);
    for (const immediate of order) {
      queue.shutdown({ immediate });
      t.log("shut down", queue.size);
    }
    yield* get(t, queue, "main");
    queue.shutdown({ immediate: true });
    finish(t, queue);
    yield* gather(tasks);
  }
}
