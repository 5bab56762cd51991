/** Hands items from task to task. */
// deno-lint-ignore-file require-yield
import {
  createTask,
  getRunningLoop,
  LifoQueue,
  PriorityQueue,
  Queue,
  sleep,
  type Task,
  timeoutAt,
  waitFor,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import type { Trace } from "../support.ts";

/** Gets items and logs each. */
function* get(t: Trace, queue: Queue<number>, name: string, count = 1): Coroutine<void> {
  for (; count > 0; count--) {
    let item: number;
    try {
      item = yield* queue.get();
    } catch (error) {
      t.log(name, "gives up", error, queue.size);
      throw error;
    }
    t.log(name, "got", item, queue.size);
  }
}

/** Puts an item and logs when it is in. */
function* put(t: Trace, queue: Queue<number>, item: number): Coroutine<void> {
  try {
    yield* queue.put(item);
  } catch (error) {
    t.log("item", item, "given up", error, queue.size);
    throw error;
  }
  t.log("item", item, "put", queue.size);
}

/** Makes an empty queue that a task for each name waits for. */
function* getters(t: Trace, ...names: string[]): Coroutine<[Queue<number>, Task<void>[]]> {
  const queue = new Queue<number>();
  const tasks = names.map((name) => createTask(() => get(t, queue, name)));
  yield* sleep(0);
  return [queue, tasks];
}

/** Makes a full queue of zeros that a task for each item waits for. */
function* putters(
  t: Trace,
  maxSize: number,
  ...items: number[]
): Coroutine<[Queue<number>, Task<void>[]]> {
  const queue = new Queue<number>(maxSize);
  for (let turn = 0; turn < maxSize; turn++) queue.putNowait(0);
  const tasks = items.map((item) => createTask(() => put(t, queue, item)));
  yield* sleep(0);
  return [queue, tasks];
}

/** Gives the tasks what they still wait for, and logs what is left. */
function* end(t: Trace, queue: Queue<number>, tasks: Task<void>[]): Coroutine<void> {
  yield* sleep(5);
  t.log("left", tasks.map((task) => task.done), queue.size);
  while (!tasks.every((task) => task.done)) {
    if (queue.empty) {
      queue.putNowait(99);
    } else {
      t.log("main got", queue.getNowait());
    }
    yield* sleep(1);
  }
  t.log("ended", tasks.map((task) => task.cancelled), queue.size);
}

/** Takes all there is. */
function drain(queue: Queue<number>): number[] {
  return Array.from({ length: queue.size }, () => queue.getNowait());
}

/** Puts and gets in one step as long as there is room, and items. */
export function* roomAndItemsDoNotYield(t: Trace): Coroutine<void> {
  const queue = new Queue<number>(2);
  getRunningLoop().callSoon(() => t.log("callback"));
  t.log(queue.maxSize, queue.empty, queue.full);
  yield* queue.put(1);
  yield* queue.put(2);
  t.log(queue.size, queue.empty, queue.full);
  t.log(yield* queue.get(), yield* queue.get(), queue.size);
  yield* sleep(0);
}

/** Gives first in first out, last in first out, or the least. */
export function* threeOrders(t: Trace): Coroutine<void> {
  for (const Kind of [Queue, LifoQueue, PriorityQueue]) {
    const queue = new Kind<number>();
    for (const item of [3, 1, 4, 1, 5, 9, 2, 6]) queue.putNowait(item);
    const first = yield* queue.get();
    yield* queue.put(0);
    t.log(first, drain(queue), queue.empty);
  }
}

/** Is never full with a bound of 0 or less. */
export function* noBound(t: Trace): Coroutine<void> {
  for (const maxSize of [0, -1]) {
    const queue = new Queue<number>(maxSize);
    for (let item = 0; item < 3; item++) yield* queue.put(item);
    t.log(queue.maxSize, queue.size, queue.full);
  }
}

/** Refuses what would have to wait. */
export function* refusedAtOnce(t: Trace): Coroutine<void> {
  const queue = new Queue<number>(1);
  try {
    queue.getNowait();
  } catch (error) {
    t.log("get", error);
  }
  queue.putNowait(1);
  try {
    queue.putNowait(2);
  } catch (error) {
    t.log("put", error);
  }
  t.log(drain(queue));
}

/** Serves the getters in the order of their arrival. */
export function* gettersInOrder(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* getters(t, "a", "b", "c");
  for (const item of [1, 2]) queue.putNowait(item);
  t.log("put", queue.size);
  yield* end(t, queue, tasks);
}

/** Lets the putters in, in the order of their arrival, as room is made. */
export function* puttersInOrder(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* putters(t, 2, 1, 2, 3);
  t.log("got", drain(queue), queue.size);
  yield* end(t, queue, tasks);
}

/** Wakes the next getter when the woken one is cancelled in the same step. */
export function* putThenCancel(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* getters(t, "a", "b", "c");
  queue.putNowait(1);
  t.log(tasks[0].cancel("cancel"));
  yield* end(t, queue, tasks);
}

/** Skips a getter that is cancelled already. */
export function* cancelThenPut(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* getters(t, "a", "b", "c");
  t.log(tasks[0].cancel("cancel"));
  queue.putNowait(1);
  yield* end(t, queue, tasks);
}

/** Loses no item when woken getters are cancelled, whichever they are. */
export function* putsThenCancels(t: Trace): Coroutine<void> {
  for (const cancelled of [[0, 1], [1, 0], [0, 2], [2, 3]]) {
    const [queue, tasks] = yield* getters(t, "a", "b", "c", "d");
    for (const item of [1, 2]) queue.putNowait(item);
    for (const index of cancelled) tasks[index].cancel();
    yield* end(t, queue, tasks);
  }
}

/** Keeps the item when nobody else waits for it. */
export function* itemLeftByACancelledGetter(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* getters(t, "a");
  queue.putNowait(1);
  tasks[0].cancel();
  yield* end(t, queue, tasks);
  t.log(drain(queue));
}

/** Sends a woken getter to the end of the line when its item is gone. */
export function* itemTakenFromAWokenGetter(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* getters(t, "a", "b");
  queue.putNowait(1);
  t.log("main got", queue.getNowait());
  yield* sleep(0);
  queue.putNowait(2);
  yield* end(t, queue, tasks);
}

/** Wakes nobody when the item of a cancelled getter is gone. */
export function* itemTakenFromACancelledGetter(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* getters(t, "a", "b");
  queue.putNowait(1);
  tasks[0].cancel();
  t.log("main got", queue.getNowait());
  yield* end(t, queue, tasks);
}

/** Lets who gets in the same step have the item. */
export function* newcomerBeforeAWokenGetter(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* getters(t, "a");
  queue.putNowait(1);
  yield* get(t, queue, "main");
  yield* end(t, queue, tasks);
}

/** Wakes the next putter when the woken one is cancelled in the same step. */
export function* getThenCancel(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* putters(t, 1, 1, 2, 3);
  t.log("main got", queue.getNowait());
  t.log(tasks[0].cancel("cancel"));
  yield* end(t, queue, tasks);
}

/** Skips a putter that is cancelled already. */
export function* cancelThenGet(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* putters(t, 1, 1, 2, 3);
  t.log(tasks[0].cancel("cancel"));
  t.log("main got", queue.getNowait());
  yield* end(t, queue, tasks);
}

/** Leaves no room unused when woken putters are cancelled, whichever they are. */
export function* getsThenCancels(t: Trace): Coroutine<void> {
  for (const cancelled of [[0, 1], [1, 0], [0, 2], [2, 3]]) {
    const [queue, tasks] = yield* putters(t, 2, 1, 2, 3, 4);
    drain(queue);
    for (const index of cancelled) tasks[index].cancel();
    yield* end(t, queue, tasks);
  }
}

/** Sends a woken putter to the end of the line when its room is gone. */
export function* roomTakenFromAWokenPutter(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* putters(t, 1, 1, 2);
  t.log("main got", queue.getNowait());
  queue.putNowait(3);
  yield* sleep(0);
  t.log("main got", queue.getNowait());
  yield* end(t, queue, tasks);
}

/** Lets a woken getter have its item when the cancel is taken back in time. */
export function* cancelTakenBack(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* getters(t, "a", "b");
  queue.putNowait(1);
  t.log(tasks[0].cancel(), tasks[0].uncancel());
  yield* end(t, queue, tasks);
}

/** Serves a getter behind many whose time is over. */
export function* gettersThatGaveUpLeaveNothing(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* getters(t);
  for (let turn = 0; turn < 3; turn++) {
    try {
      yield* waitFor(queue.get(), 1);
    } catch (error) {
      t.log("main", error);
    }
  }
  tasks.push(createTask(() => get(t, queue, "a")));
  yield* end(t, queue, tasks);
}

/** Settles an item and a deadline of the same moment, in either order. */
export function* deadlineWithThePut(t: Trace): Coroutine<void> {
  const loop = getRunningLoop();
  for (const putFirst of [true, false]) {
    const [queue, tasks] = yield* getters(t);
    const now = loop.time();
    const arm = () => loop.callAt(now + 5, () => queue.putNowait(1));
    if (putFirst) arm();
    try {
      yield* timeoutAt(now + 5, function* () {
        if (!putFirst) arm();
        yield* get(t, queue, "main");
      });
    } catch (error) {
      t.log("main", error, queue.size);
    }
    yield* end(t, queue, tasks);
  }
}

/** Puts nothing when the time is over, also in the moment when there is room. */
export function* deadlineOfAPutter(t: Trace): Coroutine<void> {
  const [queue, tasks] = yield* putters(t, 1);
  getRunningLoop().callLater(5, () => t.log("got", queue.getNowait()));
  for (const ms of [3, 2]) {
    try {
      yield* waitFor(queue.put(ms), ms);
    } catch (error) {
      t.log("main", error, queue.size);
    }
  }
  yield* end(t, queue, tasks);
}

/** Moves more items than there is room for, and more consumers than items at a time. */
export function* boundedProducerAndConsumers(t: Trace): Coroutine<void> {
  for (const maxSize of [1, 2]) {
    const queue = new Queue<number>(maxSize);
    const consumers = ["a", "b", "c"].map((name) => createTask(() => get(t, queue, name, 2)));
    for (let item = 0; item < 6; item++) yield* put(t, queue, item);
    yield* end(t, queue, consumers);
  }
}

/** Gives the least item there is when a woken getter runs. */
export function* priorityWithWaitingGetters(t: Trace): Coroutine<void> {
  const queue = new PriorityQueue<number>();
  const tasks = ["a", "b"].map((name) => createTask(() => get(t, queue, name)));
  yield* sleep(0);
  for (const item of [2, 3, 1]) queue.putNowait(item);
  yield* end(t, queue, tasks);
}
