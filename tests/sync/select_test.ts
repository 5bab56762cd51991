import {
  BoundedSemaphore,
  CancelledError,
  Condition,
  createTask,
  Event,
  Future,
  getRunningLoop,
  Limiter,
  Lock,
  Queue,
  select,
  sleep,
  yieldNow,
} from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { Boom, failure, type FrontEnd, takeReports, trial } from "../futures/trial.ts";

/** Makes work that takes its time to end when it is cancelled. */
function slowToEnd(as: FrontEnd, log: string[] = []) {
  return as(function* () {
    try {
      yield sleep(1000);
    } finally {
      yield sleep(10);
      log.push("ended");
    }
  });
}

trial("select() gives the name and the value of what comes first", function* () {
  const first = yield select({ late: sleep(20, "late"), soon: sleep(10, "soon") });
  assertEquals(first, { name: "soon", value: "soon" });
  assertEquals(getRunningLoop().time(), 10);
  assertEquals(yield select({ only: sleep(1, 5) }), { name: "only", value: 5 });
});

trial("select() names the branches of a list by their indices", function* () {
  const queue = new Queue<string>();
  queue.putNowait("item");
  assertEquals(yield select([sleep(5), queue.get()]), { name: "1", value: "item" });
  assertEquals(yield select([sleep(5, "five"), queue.get()]), { name: "0", value: "five" });
  assertThrows(() => select([]), RangeError, "select()");
  assertThrows(() => select([sleep(1), 5 as never]), TypeError, "1");
});

trial("select() prefers the branch named first when several could go on", function* () {
  const [one, other] = [new Queue<string>(), new Queue<string>()];
  one.putNowait("one");
  other.putNowait("other");
  assertEquals(yield select({ z: other.get(), a: one.get() }), { name: "z", value: "other" });
  assertEquals([one.size, other.size], [1, 0]);
  const [done, event, lock] = [new Future<number>(), new Event(), new Lock()];
  done.setResult(1);
  event.set();
  const first = yield select({ set: event.wait(), done, lock: lock.acquire(), item: one.get() });
  assertEquals(first, { name: "set", value: true });
  assertEquals([lock.locked, one.size], [false, 1]);
});

trial("select() prefers the branch named first when several are woken at once", function* () {
  const [one, other] = [new Queue<string>(), new Queue<string>()];
  const task = createTask(() => select({ one: one.get(), other: other.get() }));
  yield sleep(1);
  one.putNowait("1");
  other.putNowait("2");
  assertEquals(yield task, { name: "one", value: "1" });
  assertEquals([one.size, other.size], [0, 1]);
});

trial("select() withdraws the losers, and they lose nothing", function* () {
  const queue = new Queue<string>();
  const full = new Queue<string>(1);
  full.putNowait("there");
  const lock = new Lock();
  const semaphore = new BoundedSemaphore(1);
  const limiter = new Limiter(1);
  yield lock.acquire();
  const permit: Disposable = yield semaphore.acquire();
  const place: Disposable = yield limiter.acquire();
  const first = yield select({
    item: queue.get(),
    room: full.put("not this"),
    lock: lock.acquire(),
    permit: semaphore.acquire(),
    place: limiter.acquire(),
    late: sleep(5),
  });
  assertEquals(first, { name: "late", value: undefined });
  assertEquals([queue.statistics().waitingGets, full.statistics().waitingPuts], [0, 0]);
  assertEquals([lock.statistics().waiting, semaphore.statistics().waiting], [0, 0]);
  assertEquals(limiter.statistics().waiting, 0);
  lock.release();
  permit[Symbol.dispose]();
  place[Symbol.dispose]();
  queue.putNowait("item");
  yield sleep(1);
  assertEquals([queue.size, full.size, lock.locked], [1, 1, false]);
  assertEquals([semaphore.value, limiter.available], [1, 1]);
});

trial("select() passes on what a loser had been woken for", function* (as) {
  const [lock, queue] = [new Lock(), new Queue<string>()];
  const semaphore = new BoundedSemaphore(1);
  yield lock.acquire();
  const permit: Disposable = yield semaphore.acquire();
  const [go, log] = [new Event(), [] as string[]];
  const racer = createTask(() =>
    select({
      go: go.wait(),
      lock: lock.acquire(),
      permit: semaphore.acquire(),
      item: queue.get(),
    })
  );
  yield sleep(1);
  const others = [
    as(function* () {
      using _permit = yield lock.acquire();
      log.push("lock");
    }),
    as(function* () {
      using _permit = yield semaphore.acquire();
      log.push("permit");
    }),
    as(function* () {
      log.push(yield queue.get());
    }),
  ].map((other) => createTask(other));
  yield sleep(1);
  go.set();
  lock.release();
  permit[Symbol.dispose]();
  queue.putNowait("item");
  assertEquals((yield racer).name, "go");
  for (const other of others) yield other;
  assertEquals(log.sort(), ["item", "lock", "permit"]);
  assertEquals([lock.locked, semaphore.value, queue.size], [false, 1, 0]);
});

trial("select() throws the failure that comes first, and ends the others", function* (as) {
  const log: string[] = [];
  const broken = as(function* () {
    yield sleep(1);
    throw new Boom("first");
  });
  const queue = new Queue<number>();
  yield* failure(select({ slow: slowToEnd(as, log), broken, item: queue.get() }), Boom, "first");
  assertEquals([log, queue.statistics().waitingGets], [["ended"], 0]);
  assertEquals(getRunningLoop().time(), 11);
});

trial("select() has ended its losers when it returns", function* (as) {
  const log: string[] = [];
  const first = yield select({ slow: slowToEnd(as, log), quick: sleep(1, "quick") });
  assertEquals([first, log], [{ name: "quick", value: "quick" }, ["ended"]]);
});

trial("select() reports what a loser throws while it ends", function* (as, { reports }) {
  const loser = as(function* () {
    try {
      yield sleep(1000);
    } catch {
      throw new Boom("late");
    }
  });
  assertEquals(yield select({ loser, quick: sleep(1, 1) }), { name: "quick", value: 1 });
  const message = "branch loser of select() failed after it was called off";
  assertEquals(takeReports(reports), [`${message}: late`]);
});

trial("select() keeps its winner when a loser swallows its cancellation", function* (as) {
  const queue = new Queue<string>();
  const loser = as(function* () {
    try {
      yield sleep(1000);
    } catch {
      // It goes on.
    }
    return "too late";
  });
  createTask(() => sleep(1)).addDoneCallback(() => queue.putNowait("item"));
  assertEquals(yield select({ item: queue.get(), loser }), { name: "item", value: "item" });
});

trial("select() of two iterations takes one item", function* () {
  const [first, second] = [new Queue<number>(), new Queue<number>()];
  first.putNowait(1);
  second.putNowait(2);
  const [a, b] = [first[Symbol.asyncIterator](), second[Symbol.asyncIterator]()];
  const { name, value } = yield select({ a: a.next(), b: b.next() });
  assertEquals([name, value], ["a", { done: false, value: 1 }]);
  assertEquals([first.size, second.size], [0, 1]);
});

trial("select() that is cancelled puts back what an iteration took", function* () {
  const queue = new Queue<number>();
  const task = createTask(() => select({ item: queue[Symbol.asyncIterator]().next() }));
  yield sleep(1);
  queue.putNowait(1);
  yield yieldNow(); // It has its item, and does not know yet.
  assertEquals(queue.size, 0);
  task.cancel();
  yield* failure(task, CancelledError);
  assertEquals(queue.size, 1);
});

trial("select() cancels a task that loses", function* () {
  const task = createTask(() => sleep(1000));
  yield select({ task, quick: sleep(1) });
  assertEquals(task.cancelled, true);
});

trial("select() cancels a task that loses to what could go on at once", function* () {
  const event = new Event();
  event.set();
  const task = createTask(() => sleep(1000));
  yield select({ set: event.wait(), task });
  assertEquals([task.done, getRunningLoop().time()], [true, 0]);
});

trial("select() throws the cancellation of a branch that another cancelled", function* () {
  const task = createTask(() => sleep(1000));
  getRunningLoop().callLater(1, () => task.cancel("by another"));
  yield* failure(select({ task, late: sleep(50) }), CancelledError);
  assertEquals(getRunningLoop().time(), 1);
});

trial("select() that is cancelled cancels its branches", function* () {
  const [task, queue] = [createTask(() => sleep(1000)), new Queue<number>()];
  const racer = createTask(() => select({ task, item: queue.get() }));
  yield sleep(1);
  racer.cancel("whole");
  yield* failure(racer, CancelledError, "whole");
  assertEquals([task.cancelled, queue.statistics().waitingGets], [true, 0]);
});

trial("select() that is cancelled puts the item back at the front", function* (as) {
  const queue = new Queue<string>();
  const racer = createTask(() => select({ item: queue.get(), slow: slowToEnd(as) }));
  yield sleep(1);
  queue.putNowait("first");
  queue.putNowait("second");
  yield sleep(5);
  assertEquals([queue.size, racer.done], [1, false]);
  racer.cancel();
  yield* failure(racer, CancelledError);
  assertEquals([queue.getNowait(), queue.getNowait(), queue.empty], ["first", "second", true]);
});

trial("select() that is cancelled gives the item back to who waits by then", function* (as) {
  const queue = new Queue<string>();
  const racer = createTask(() => select({ item: queue.get(), slow: slowToEnd(as) }));
  yield sleep(1);
  queue.putNowait("item");
  yield sleep(1);
  const other = createTask(() => queue.get());
  yield sleep(1);
  racer.cancel();
  yield* failure(racer, CancelledError);
  assertEquals([yield other, queue.empty], ["item", true]);
});

trial("select() that is cancelled releases the permit it had got", function* (as) {
  const [lock, semaphore, limiter] = [new Lock(), new BoundedSemaphore(1), new Limiter(1)];
  for (const primitive of [lock, semaphore, limiter]) {
    const permit: Disposable = yield primitive.acquire();
    const racer = createTask(() => select({ permit: primitive.acquire(), slow: slowToEnd(as) }));
    yield sleep(1);
    permit[Symbol.dispose]();
    yield sleep(1);
    racer.cancel();
    yield* failure(racer, CancelledError);
  }
  assertEquals([lock.locked, semaphore.value, limiter.available], [false, 1, 1]);
});

trial("select() cancelled in the very step in which a branch wins loses no item", function* () {
  for (const isFirst of [true, false]) {
    const queue = new Queue<string>();
    const racer = createTask(() => select({ item: queue.get(), late: sleep(1000) }));
    yield sleep(1);
    if (isFirst) racer.cancel();
    queue.putNowait("item");
    if (!isFirst) racer.cancel();
    yield* failure(racer, CancelledError);
    assertEquals([queue.size, queue.statistics().waitingGets], [1, 0]);
  }
});

trial("select() with a losing Condition.wait() ends with the lock held", function* () {
  const condition = new Condition();
  using _permit = yield condition.acquire();
  const first = yield select({ changed: condition.wait(), late: sleep(5, "late") });
  assertEquals([first.name, condition.statistics()], ["late", { locked: true, waiting: 0 }]);
});

Deno.test("select() refuses what has no branches, and a branch that cannot be awaited", () => {
  for (const branches of [{}, []]) assertThrows(() => select(branches), RangeError, "branch");
  for (const branches of [null, undefined, 5, "", true]) {
    assertThrows(() => select(branches as never), TypeError, String(branches));
  }
  for (const bad of [5, undefined, "a", {}]) {
    assertThrows(() => select({ bad: bad as never }), TypeError, "bad");
    assertThrows(() => select({ late: sleep(1000), bad: bad as never }), TypeError, "bad");
  }
});
