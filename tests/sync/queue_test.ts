import {
  CancelledError,
  createTask,
  each,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  select,
  sleep,
  yieldNow,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Boom, caught, failure, inWorld, trial } from "../futures/trial.ts";

/** Makes a queue of items. */
function filled<T>(...items: T[]): Queue<T> {
  const queue = new Queue<T>();
  for (const item of items) queue.putNowait(item);
  return queue;
}

trial("Queue's iteration ends when it is shut down and empty", function* (as) {
  const queue = filled(1, 2);
  const taken: number[] = [];
  const consumer = createTask(() =>
    each(
      queue,
      as(function* (item) {
        taken.push(item);
        yield sleep(1);
      }),
    )
  );
  yield sleep(10);
  yield queue.put(3);
  yield sleep(10);
  assertEquals(consumer.done, false);
  queue.putNowait(4);
  queue.shutdown();
  yield consumer;
  assertEquals(taken, [1, 2, 3, 4]);
  const iterator = queue[Symbol.asyncIterator]();
  assertEquals(yield iterator.next(), { done: true, value: undefined });
  assertEquals(yield iterator.next(), { done: true, value: undefined });
});

trial("Queue's iteration that stops early leaves the rest", function* (as) {
  const queue = filled(1, 2, 3);
  const body = as(function* (item: number) {
    yield sleep(0);
    if (item === 2) throw new Boom("enough");
  });
  yield* failure(each(queue, body), Boom, "enough");
  assertEquals([queue.size, queue.getNowait()], [1, 3]);
});

Deno.test("Queue can be iterated natively, and a break leaves the rest", async () => {
  await inWorld(() => async () => {
    const queue = filled(1, 2, 3, 4);
    const taken: number[] = [];
    for await (const item of queue) {
      taken.push(item);
      if (item === 2) break;
    }
    assertEquals([taken, queue.size], [[1, 2], 2]);
    queue.shutdown();
    for await (const item of queue) taken.push(item);
    assertEquals([taken, queue.size], [[1, 2, 3, 4], 0]);
  });
});

trial("Queue that is shut down takes nothing, and gives what it has", function* () {
  const queue = filled("left");
  queue.shutdown();
  queue.shutdown();
  assertThrows(() => queue.putNowait("x"), QueueShutDown, "shut down");
  yield* failure(queue.put("x"), QueueShutDown, "shut down");
  assertEquals([yield queue.get(), queue.statistics().isShutDown], ["left", true]);
  assertThrows(() => queue.getNowait(), QueueShutDown, "shut down");
  yield* failure(queue.get(), QueueShutDown, "shut down");
});

trial("Queue that is shut down wakes those who wait", function* () {
  const [empty, full] = [new Queue<number>(), new Queue<number>(1)];
  full.putNowait(1);
  const waiting = [
    ...[1, 2].map(() => createTask(() => empty.get())),
    ...[1, 2].map(() => createTask(() => full.put(2))),
  ];
  yield sleep(1);
  empty.shutdown();
  full.shutdown();
  for (const task of waiting) yield* failure(task, QueueShutDown);
  assertEquals([full.size, empty.size], [1, 0]);
});

trial("Queue.shutdown() at once drops the items, and ends join()", function* () {
  const queue = filled(1, 2, 3);
  const joined = createTask(() => queue.join());
  yield sleep(1);
  assertEquals(joined.done, false);
  queue.shutdown({ immediate: true });
  yield joined;
  const { size, unfinished, isShutDown } = queue.statistics();
  assertEquals([size, unfinished, isShutDown], [0, 0, true]);
  assertThrows(() => queue.taskDone(), RuntimeError);
});

trial(
  "Queue that was shut down at once takes nothing back from a cancelled select()",
  function* () {
    const queue = new Queue<number>();
    const task = createTask(() => select({ item: queue.get() }));
    yield sleep(1);
    queue.putNowait(1);
    yield yieldNow(); // It has its item, and does not know yet.
    queue.shutdown({ immediate: true });
    task.cancel();
    yield* failure(task, CancelledError);
    assertEquals([queue.size, queue.statistics().unfinished], [0, 0]);
    yield queue.join();
  },
);

trial("Queue.taskDone() more often than items were put is refused", function* () {
  const queue = new Queue<number>();
  assertThrows(() => queue.taskDone(), RuntimeError, "taskDone()");
  yield queue.put(1);
  yield queue.get();
  queue.taskDone();
  assertThrows(() => queue.taskDone(), RuntimeError, "taskDone()");
  yield queue.join();
});

trial("Queue gives what it was given, also undefined", function* () {
  const queue = filled<unknown>(undefined, null, NaN, 0);
  assertEquals([yield queue.get(), yield queue.get()], [undefined, null]);
  assertEquals([queue.getNowait(), queue.getNowait()], [NaN, 0]);
  assertThrows(() => queue.getNowait(), QueueEmpty);
});

trial("Queue of a size waits for room, one without a size never does", function* () {
  const queue = new Queue<number>(1);
  queue.putNowait(1);
  assertThrows(() => queue.putNowait(2), QueueFull, "1");
  const put = createTask(() => queue.put(2));
  yield sleep(1);
  assertEquals([put.done, queue.full, queue.maxSize], [false, true, 1]);
  assertEquals(yield queue.get(), 1);
  yield put;
  for (const maxSize of [0, -1, -Infinity, Infinity]) {
    const unbound = new Queue<number>(maxSize);
    for (let n = 0; n < 100; n++) unbound.putNowait(n);
    assertEquals([unbound.size, unbound.full, unbound.maxSize], [100, false, maxSize]);
  }
});

Deno.test("Queue refuses a size that is no number", () => {
  assertThrows(() => new Queue(NaN), RangeError, "maxSize");
  for (const maxSize of ["1", null, 1n, {}]) {
    assertThrows(() => new Queue(maxSize as never), TypeError, "maxSize");
  }
});

trial("Queue.get() that is cancelled takes no item, before or after it is woken", function* () {
  const queue = new Queue<number>();
  const [first, second, third] = [1, 2, 3].map(() => createTask(() => queue.get()));
  yield sleep(1);
  first.cancel();
  yield* failure(first, CancelledError);
  queue.putNowait(1);
  second.cancel(); // It has been woken.
  yield* failure(second, CancelledError);
  assertEquals([yield third, queue.size], [1, 0]);
  const fourth = createTask(() => queue.get());
  yield sleep(1);
  queue.putNowait(2);
  fourth.cancel();
  yield* failure(fourth, CancelledError);
  assertEquals([queue.size, queue.getNowait()], [1, 2]);
});

trial("Queue.put() that is cancelled puts nothing, before or after it is woken", function* () {
  const queue = new Queue<string>(1);
  queue.putNowait("there");
  const [first, second, third] = ["first", "second", "third"].map((item) =>
    createTask(() => queue.put(item))
  );
  yield sleep(1);
  first.cancel();
  yield* failure(first, CancelledError);
  assertEquals(queue.getNowait(), "there");
  second.cancel(); // It has been woken.
  yield* failure(second, CancelledError);
  yield third;
  assertEquals([queue.size, queue.getNowait()], [1, "third"]);
  assertEquals(queue.statistics().unfinished, 2);
});

trial("Queue.statistics() tells what it holds, at one moment", function* () {
  const queue = new Queue<number>(2);
  const gets = [1, 2].map(() => createTask(() => queue.get()));
  yield sleep(1);
  const open = { size: 0, maxSize: 2, unfinished: 0, waitingPuts: 0, isShutDown: false };
  const before = queue.statistics();
  assertEquals(before, { ...open, waitingGets: 2 });
  assert(Object.isFrozen(before));
  gets[0].cancel();
  assertEquals(queue.statistics().waitingGets, 1);
  yield* caught(gets[0]);
  const puts = [1, 2, 3, 4, 5].map((item) => createTask(() => queue.put(item)));
  assertEquals(yield gets[1], 1);
  yield sleep(1);
  assertEquals(queue.statistics(), {
    size: 2,
    maxSize: 2,
    unfinished: 3,
    waitingGets: 0,
    waitingPuts: 2,
    isShutDown: false,
  });
  assertEquals([yield queue.get(), yield queue.get()], [2, 3]);
  for (const put of puts) yield put;
  queue.shutdown();
  assertEquals(queue.statistics(), {
    size: 2,
    maxSize: 2,
    unfinished: 5,
    waitingGets: 0,
    waitingPuts: 0,
    isShutDown: true,
  });
  assertEquals(before.waitingGets, 2);
});
