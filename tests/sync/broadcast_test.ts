import {
  Broadcast,
  CancelledError,
  createTask,
  each,
  gather,
  getRunningLoop,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  select,
  sleep,
  type Subscription,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, type FrontEnd, trial } from "../futures/trial.ts";

/** Takes all that a subscription could receive now. */
function drained<T>(subscription: Subscription<T>): T[] {
  const values: T[] = [];
  while (subscription.size > 0) values.push(subscription.receiveNowait());
  return values;
}

/** Starts a task that reads a subscription to its end, pausing after each value. */
function reader(as: FrontEnd, subscription: Subscription<number>, ms: number) {
  const got: number[] = [];
  const note = as(function* (value: number) {
    got.push(value);
    if (ms > 0) yield sleep(ms);
  });
  return createTask(as(function* () {
    yield each(subscription, note);
    return got;
  }));
}

/** Makes work that takes its time to end when it is cancelled. */
function slowToEnd(as: FrontEnd) {
  return as(function* () {
    try {
      yield sleep(1000);
    } finally {
      yield sleep(10);
    }
  });
}

trial("Broadcast gives every value to all, in order, however slow they are", function* (as) {
  for (const capacity of [1, 2, 16, Infinity]) {
    const broadcast = new Broadcast<number>({ capacity });
    const readers = [0, 1, 5].map((ms) => reader(as, broadcast.subscribe(), ms));
    const values = Array.from({ length: 20 }, (_, n) => n);
    for (const value of values) yield broadcast.send(value);
    broadcast.close();
    assertEquals(yield gather(readers), [values, values, values]);
  }
});

trial("Broadcast gives a subscriber what is sent after it subscribed", function* () {
  for (const slow of ["wait", "skip"] as const) {
    const broadcast = new Broadcast<number>({ capacity: 4, slow });
    const early = broadcast.subscribe();
    yield broadcast.send(1);
    const late = broadcast.subscribe();
    yield broadcast.send(2);
    assertEquals([early.size, late.size, drained(early), drained(late)], [2, 1, [1, 2], [2]]);
  }
});

trial("Broadcast that waits makes a send wait for the slowest", function* () {
  const broadcast = new Broadcast<number>({ capacity: 2, slow: "wait" });
  const [quick, slow] = [broadcast.subscribe(), broadcast.subscribe()];
  yield broadcast.send(1);
  broadcast.sendNowait(2);
  assertThrows(() => broadcast.sendNowait(3), QueueFull, "a subscriber has not received");
  const send = createTask(() => broadcast.send(3));
  assertEquals(drained(quick), [1, 2]);
  yield sleep(5);
  assertEquals([send.done, quick.size, broadcast.statistics().waitingSends], [false, 0, 1]);
  assertEquals(slow.receiveNowait(), 1);
  assertThrows(() => broadcast.sendNowait(4), QueueFull);
  yield send;
  assertEquals([drained(quick), drained(slow), slow.missed], [[3], [2, 3], 0]);
});

trial("Broadcast that waits goes on when the slowest is closed", function* () {
  const broadcast = new Broadcast<number>({ capacity: 1 });
  const quick = broadcast.subscribe();
  let sends;
  {
    using _slow = broadcast.subscribe();
    broadcast.sendNowait(1);
    sends = [2, 3].map((value) => createTask(() => broadcast.send(value)));
    assertEquals(drained(quick), [1]);
    yield sleep(1);
    assertEquals(broadcast.statistics().waitingSends, 2);
  }
  yield sends[0];
  assertEquals([drained(quick), broadcast.statistics().subscriptions], [[2], 1]);
  yield sends[1];
  assertEquals(drained(quick), [3]);
});

trial("Broadcast without subscribers sends to nobody, and never waits", function* () {
  for (const slow of ["wait", "skip"] as const) {
    const broadcast = new Broadcast<number>({ capacity: 2, slow });
    for (let n = 0; n < 10; n++) yield broadcast.send(n);
    assertEquals(broadcast.statistics().sent, 10);
    assertEquals([broadcast.subscribe().size, getRunningLoop().time()], [0, 0]);
  }
});

trial("Broadcast keeps no value that nobody will receive", function* () {
  const broadcast = new Broadcast<number>({ capacity: Infinity });
  for (let n = 0; n < 100; n++) yield broadcast.send(n);
  assertEquals(broadcast.statistics().kept, 0);
  const [quick, slow] = [broadcast.subscribe(), broadcast.subscribe()];
  for (let n = 0; n < 100; n++) yield broadcast.send(n);
  drained(quick);
  assertEquals([quick.size, slow.size, broadcast.statistics().kept], [0, 100, 100]);
  for (let n = 0; n < 60; n++) yield slow.receive();
  assertEquals([slow.size, broadcast.statistics().kept], [40, 40]);
  slow.close();
  assertEquals(broadcast.statistics().kept, 0);
});

trial("Broadcast that skips leaves out the oldest values, and counts them", function* () {
  const broadcast = new Broadcast<number>({ capacity: 3, slow: "skip" });
  const [quick, slow] = [broadcast.subscribe(), broadcast.subscribe()];
  for (let n = 0; n < 10; n++) {
    broadcast.sendNowait(n);
    assertEquals([quick.receiveNowait(), slow.missed], [n, Math.max(0, n - 2)]);
  }
  assertEquals([slow.size, drained(slow), slow.missed, quick.missed], [3, [7, 8, 9], 7, 0]);
  for (let n = 10; n < 15; n++) yield broadcast.send(n);
  assertEquals([slow.missed, slow.receiveNowait(), slow.missed], [9, 12, 9]);
  broadcast.sendNowait(15);
  assertEquals([drained(slow), slow.missed, getRunningLoop().time()], [[13, 14, 15], 9, 0]);
});

trial("Broadcast of the latest gives a new subscriber the current value", function* () {
  const broadcast = new Broadcast<string>({ latest: true });
  const early = broadcast.subscribe();
  assertEquals(early.size, 0);
  yield broadcast.send("a");
  yield broadcast.send("b");
  const late = broadcast.subscribe();
  assertEquals([yield late.receive(), late.missed, late.size], ["b", 0, 0]);
  assertEquals([yield early.receive(), early.missed, early.size], ["b", 1, 0]);
  for (const value of ["c", "d", "e"]) broadcast.sendNowait(value);
  assertEquals([drained(early), early.missed, drained(late), late.missed], [["e"], 3, ["e"], 2]);
  assertEquals([drained(broadcast.subscribe()), broadcast.statistics().kept], [["e"], 1]);
});

trial("Broadcast of the latest still has it after it was closed", function* () {
  const broadcast = new Broadcast<string>({ latest: true });
  yield broadcast.send("last");
  broadcast.close();
  const subscription = broadcast.subscribe();
  assertEquals(yield subscription.receive(), "last");
  yield* failure(subscription.receive(), QueueShutDown, "all was received");
});

trial("Broadcast that is closed gives what was sent, and takes no more", function* () {
  const broadcast = new Broadcast<number>({ capacity: 2 });
  const [one, other] = [broadcast.subscribe(), broadcast.subscribe()];
  for (const value of [1, 2]) yield broadcast.send(value);
  assertEquals(drained(other), [1, 2]);
  const send = createTask(() => broadcast.send(3));
  const receive = createTask(() => other.receive());
  yield sleep(1);
  broadcast.close();
  broadcast.close();
  yield* failure(send, QueueShutDown, "Cannot send");
  yield* failure(receive, QueueShutDown, "all was received");
  assertThrows(() => broadcast.sendNowait(4), QueueShutDown, "Cannot send");
  assertEquals([broadcast.closed, one.closed, drained(one)], [true, true, [1, 2]]);
  assertThrows(() => one.receiveNowait(), QueueShutDown, "all was received");
  yield* failure(broadcast.subscribe().receive(), QueueShutDown);
});

trial("Broadcast is closed at the end of a `using`", function* () {
  let subscription;
  {
    using broadcast = new Broadcast<number>();
    subscription = broadcast.subscribe();
    yield broadcast.send(1);
  }
  assertEquals([subscription.closed, yield subscription.receive()], [true, 1]);
  yield* failure(subscription.receive(), QueueShutDown);
});

trial("Subscription closed while it waits fails who waits, and receives no more", function* () {
  const broadcast = new Broadcast<number>();
  const [gone, other] = [broadcast.subscribe(), broadcast.subscribe()];
  const receives = [1, 2].map(() => createTask(() => gone.receive()));
  yield sleep(1);
  gone.close();
  gone.close();
  for (const receive of receives) yield* failure(receive, QueueShutDown, "subscription was closed");
  yield broadcast.send(1);
  yield* failure(gone.receive(), QueueShutDown, "subscription was closed");
  assertThrows(() => gone.receiveNowait(), QueueShutDown, "subscription was closed");
  assertEquals([gone.closed, other.closed, drained(other)], [true, false, [1]]);
});

trial("Subscription that was closed holds nothing, and misses nothing", function* () {
  const broadcast = new Broadcast<number>({ capacity: 2, slow: "skip" });
  const subscription = broadcast.subscribe();
  for (let n = 0; n < 3; n++) yield broadcast.send(n);
  assertEquals([subscription.size, subscription.missed], [2, 1]);
  subscription.close();
  for (let n = 0; n < 5; n++) yield broadcast.send(n);
  assertEquals([subscription.size, subscription.missed], [0, 1]);
});

trial("Subscription shares its values among several who receive", function* (as) {
  const broadcast = new Broadcast<number>();
  const [shared, other] = [broadcast.subscribe(), broadcast.subscribe()];
  const log: string[] = [];
  const receives = ["a", "b", "c"].map((name) =>
    createTask(as(function* () {
      log.push(`${name}${yield shared.receive()}`);
    }))
  );
  yield sleep(1);
  for (const value of [1, 2, 3]) yield broadcast.send(value);
  yield gather(receives);
  assertEquals([log, drained(other)], [["a1", "b2", "c3"], [1, 2, 3]]);
});

trial("Subscription lets nobody overtake a receive that was woken", function* () {
  for (const closes of [false, true]) {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe();
    const receive = createTask(() => subscription.receive());
    yield sleep(1);
    broadcast.sendNowait(1);
    if (closes) broadcast.close();
    assertThrows(() => subscription.receiveNowait(), QueueEmpty, "no value");
    assertEquals([yield receive, subscription.size], [1, 0]);
  }
});

trial("Broadcast: a send cancelled while it waits has sent to nobody", function* () {
  const broadcast = new Broadcast<number>({ capacity: 1 });
  const [quick, slow] = [broadcast.subscribe(), broadcast.subscribe()];
  yield broadcast.send(1);
  assertEquals(drained(quick), [1]);
  const sends = [2, 3].map((value) => createTask(() => broadcast.send(value)));
  yield sleep(1);
  sends[0].cancel("c");
  yield* failure(sends[0], CancelledError, "c");
  assertEquals([drained(slow), yield sends[1]], [[1], undefined]);
  assertEquals([drained(quick), drained(slow), broadcast.statistics().sent], [[3], [3], 2]);
});

trial("Broadcast: a value that is put back comes first again", function* (as) {
  const broadcast = new Broadcast<number>({ capacity: 2 });
  const subscription = broadcast.subscribe();
  const racer = createTask(() => select({ value: subscription.receive(), slow: slowToEnd(as) }));
  yield sleep(1);
  for (const value of [1, 2, 3]) yield broadcast.send(value);
  racer.cancel();
  yield* failure(racer, CancelledError);
  assertEquals([subscription.size, drained(subscription), subscription.missed], [3, [1, 2, 3], 0]);
});

trial("Broadcast of the latest: a value that is put back too late is missed", function* (as) {
  const broadcast = new Broadcast<number>({ latest: true });
  const subscription = broadcast.subscribe();
  const racer = createTask(() => select({ value: subscription.receive(), slow: slowToEnd(as) }));
  yield sleep(1);
  broadcast.sendNowait(1);
  yield sleep(1);
  broadcast.sendNowait(2);
  racer.cancel();
  yield* failure(racer, CancelledError);
  assertEquals([subscription.size, subscription.missed], [1, 1]);
  assertEquals([drained(subscription), subscription.missed], [[2], 1]);
});

trial("Broadcast.statistics() tells what it holds, at one moment", function* () {
  const broadcast = new Broadcast<number>({ capacity: 1 });
  const empty = { subscriptions: 0, sent: 0, kept: 0, waitingSends: 0, isClosed: false };
  const before = broadcast.statistics();
  assertEquals(before, empty);
  assert(Object.isFrozen(before));
  const subscription = broadcast.subscribe();
  yield broadcast.send(1);
  const send = createTask(() => broadcast.send(2));
  yield sleep(1);
  assertEquals(broadcast.statistics(), {
    ...empty,
    subscriptions: 1,
    sent: 1,
    kept: 1,
    waitingSends: 1,
  });
  subscription.close();
  yield send;
  broadcast.close();
  assertEquals([broadcast.statistics().isClosed, broadcast.statistics().sent], [true, 2]);
  assertEquals(before, empty);
});

Deno.test("Broadcast refuses bad options", () => {
  for (const capacity of [0, -1, 1.5, NaN]) {
    assertThrows(() => new Broadcast({ capacity }), RangeError, "capacity");
  }
  for (const capacity of ["1", null, 1n]) {
    assertThrows(() => new Broadcast({ capacity: capacity as never }), TypeError, "capacity");
  }
  for (const [slow, kind] of [["drop", RangeError], [null, TypeError], [5, TypeError]] as const) {
    assertThrows(() => new Broadcast({ slow: slow as never }), kind, "slow");
  }
  for (const options of [{ capacity: 2 }, { slow: "wait" }] as const) {
    assertThrows(() => new Broadcast({ latest: true, ...options }), RangeError, "latest");
  }
  assert(new Broadcast({ latest: true, capacity: 1, slow: "skip" }).closed === false);
});
