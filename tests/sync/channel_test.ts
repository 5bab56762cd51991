import {
  Channel,
  createTask,
  gather,
  getRunningLoop,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  sleep,
  type Task,
  timeout,
  TimeoutError,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, type FrontEnd, trial } from "../futures/trial.ts";

/** Starts tasks that send a value each, and notes those that have gone on. */
function senders(as: FrontEnd, channel: Channel<number>, values: number[], sent: number[]) {
  return values.map((value) =>
    createTask(as(function* () {
      yield channel.send(value);
      sent.push(value);
    }))
  );
}

/** Starts tasks that receive a value each, and notes who got what. */
function receivers(as: FrontEnd, channel: Channel<number>, names: string[], got: string[]) {
  return names.map((name) =>
    createTask(as(function* () {
      const value: number = yield channel.receive();
      got.push(`${name}${value}`);
    }))
  );
}

/** Takes out all that is there. */
function drained<T>(channel: Channel<T>): T[] {
  const values: T[] = [];
  while (channel.size > 0) values.push(channel.receiveNowait());
  return values;
}

trial("Channel without a capacity lets a send go on when somebody waits", function* (as) {
  const channel = new Channel<number>();
  const [sent, got]: [number[], string[]] = [[], []];
  const sends = senders(as, channel, [1, 2], sent);
  yield sleep(5);
  assertEquals([sent, channel.size, channel.statistics().waitingSends], [[], 0, 2]);
  assertEquals(yield channel.receive(), 1);
  yield sleep(1);
  assertEquals([sent, channel.size, channel.statistics().waitingSends], [[1], 0, 1]);
  const receives = receivers(as, channel, ["a", "b"], got);
  yield gather(sends);
  yield sleep(1);
  assertEquals([sent, got, channel.statistics().waitingReceives], [[1, 2], ["a2"], 1]);
  yield channel.send(3);
  yield gather(receives);
  assertEquals([got, channel.size], [["a2", "b3"], 0]);
});

trial("Channel without a capacity has room for one value per receiver who waits", function* (as) {
  const channel = new Channel<number>();
  const got: string[] = [];
  assertThrows(() => channel.sendNowait(0), QueueFull, "nobody waits");
  const receives = receivers(as, channel, ["a", "b"], got);
  yield sleep(1);
  channel.sendNowait(1);
  channel.sendNowait(2);
  assertThrows(() => channel.sendNowait(3), QueueFull, "nobody waits");
  yield gather(receives);
  assertEquals([got, channel.size], [["a1", "b2"], 0]);
  assertThrows(() => channel.sendNowait(4), QueueFull, "0");
});

trial("Channel with a capacity lets so many be on their way", function* (as) {
  for (const capacity of [1, 2, 5]) {
    const channel = new Channel<number>(capacity);
    const values = Array.from({ length: capacity + 2 }, (_, n) => n);
    const sent: number[] = [];
    const sends = senders(as, channel, values, sent);
    yield sleep(1);
    assertEquals([sent, channel.size], [values.slice(0, capacity), capacity]);
    assertEquals(yield channel.receive(), 0);
    yield sleep(1);
    assertEquals([sent, channel.size], [values.slice(0, capacity + 1), capacity]);
    for (const value of values.slice(1)) assertEquals(yield channel.receive(), value);
    yield gather(sends);
    assertEquals([sent, channel.size, channel.capacity], [values, 0, capacity]);
  }
});

trial("Channel with a capacity has room for those who wait to receive, too", function* (as) {
  const channel = new Channel<number>(1);
  const got: string[] = [];
  const receives = receivers(as, channel, ["a"], got);
  yield sleep(1);
  channel.sendNowait(1);
  channel.sendNowait(2);
  assertThrows(() => channel.sendNowait(3), QueueFull, "1");
  yield gather(receives);
  assertEquals([got, drained(channel)], [["a1"], [2]]);
});

trial("Channel without a bound never makes a send wait", function* () {
  const channel = new Channel<number>(Infinity);
  for (let n = 0; n < 1000; n++) {
    if (n % 2 === 0) channel.sendNowait(n);
    else yield channel.send(n);
  }
  assertEquals([channel.size, channel.capacity, getRunningLoop().time()], [1000, Infinity, 0]);
  for (let n = 0; n < 1000; n++) assertEquals(channel.receiveNowait(), n);
  assertThrows(() => channel.receiveNowait(), QueueEmpty, "no value");
});

trial("Channel serves both sides in the order in which they came", function* (as) {
  for (const capacity of [0, 1, 3]) {
    const channel = new Channel<number>(capacity);
    const [sent, got]: [number[], string[]] = [[], []];
    const receives = receivers(as, channel, ["a", "b", "c", "d"], got);
    yield sleep(1);
    const sends = senders(as, channel, [1, 2, 3, 4, 5, 6, 7, 8, 9], sent);
    yield gather(receives);
    assertEquals(got, ["a1", "b2", "c3", "d4"]);
    yield gather(receivers(as, channel, ["e", "f", "g", "h", "i"], got));
    yield gather(sends);
    assertEquals(got.slice(4), ["e5", "f6", "g7", "h8", "i9"]);
    assertEquals(sent, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
});

trial("Channel lets nobody overtake a send that was woken", function* (as) {
  const channel = new Channel<number>(1);
  channel.sendNowait(1);
  const sent: number[] = [];
  const [send] = senders(as, channel, [2], sent);
  yield sleep(1);
  assertEquals(channel.receiveNowait(), 1);
  assertThrows(() => channel.sendNowait(3), QueueFull);
  const [late] = senders(as, channel, [3], sent);
  yield sleep(1);
  assertEquals([sent, drained(channel)], [[2], [2]]);
  yield gather([send, late]);
  assertEquals([sent, drained(channel)], [[2, 3], [3]]);
});

trial("Channel lets nobody overtake a receive that was woken", function* (as) {
  const channel = new Channel<number>();
  const got: string[] = [];
  const receives = receivers(as, channel, ["a"], got);
  yield sleep(1);
  channel.sendNowait(1);
  assertThrows(() => channel.receiveNowait(), QueueEmpty, "no value");
  receives.push(...receivers(as, channel, ["b"], got));
  yield sleep(1);
  channel.sendNowait(2);
  yield gather(receives);
  assertEquals(got, ["a1", "b2"]);
});

trial("Channel that was closed lets nobody overtake a receive that was woken", function* (as) {
  const channel = new Channel<number>(1);
  const got: string[] = [];
  const receives = receivers(as, channel, ["a"], got);
  yield sleep(1);
  channel.sendNowait(1);
  channel.close();
  assertThrows(() => channel.receiveNowait(), QueueEmpty, "no value");
  yield gather(receives);
  assertEquals(got, ["a1"]);
  assertThrows(() => channel.receiveNowait(), QueueShutDown);
});

trial(
  "Channel that is closed fails those who wait to send: they have sent nothing",
  function* (as) {
    const channel = new Channel<number>(1);
    channel.sendNowait(1);
    const sent: number[] = [];
    const sends = senders(as, channel, [2, 3], sent);
    yield sleep(1);
    channel.close();
    for (const send of sends) yield* failure(send, QueueShutDown, "Cannot send");
    assertEquals([sent, yield channel.receive()], [[], 1]);
    yield* failure(channel.receive(), QueueShutDown, "is empty");
    assertEquals(channel.statistics().waitingSends, 0);
  },
);

trial("Channel that is closed fails a send that was woken and has not gone on", function* (as) {
  const channel = new Channel<number>(1);
  channel.sendNowait(1);
  const sent: number[] = [];
  const [send] = senders(as, channel, [2], sent);
  yield sleep(1);
  channel.receiveNowait();
  channel.close();
  yield* failure(send, QueueShutDown, "Cannot send");
  assertEquals([sent, channel.size], [[], 0]);
});

trial("Channel that is closed fails those who wait to receive", function* (as) {
  const channel = new Channel<number>();
  const got: string[] = [];
  const receives = receivers(as, channel, ["a", "b"], got);
  yield sleep(1);
  channel.close();
  for (const receive of receives) yield* failure(receive, QueueShutDown, "was closed");
  assertEquals([got, channel.statistics().waitingReceives], [[], 0]);
});

trial("Channel gives what it holds after it was closed, and takes no more", function* () {
  const channel = new Channel<number>(3);
  for (const value of [1, 2, 3]) yield channel.send(value);
  assertEquals(channel.closed, false);
  channel.close();
  channel.close();
  assertThrows(() => channel.sendNowait(4), QueueShutDown, "Cannot send");
  yield* failure(channel.send(4), QueueShutDown, "Cannot send");
  assertEquals([channel.closed, channel.size, channel.receiveNowait()], [true, 3, 1]);
  assertEquals([yield channel.receive(), yield channel.receive()], [2, 3]);
  yield* failure(channel.receive(), QueueShutDown, "is empty");
  assertThrows(() => channel.receiveNowait(), QueueShutDown, "is empty");
});

trial("Channel is closed at the end of a `using`", function* (as) {
  let task: Task<unknown> | undefined;
  {
    using channel = new Channel<number>();
    task = createTask(as(function* () {
      yield channel.receive();
    }));
    yield sleep(1);
  }
  yield* failure(task, QueueShutDown);
});

trial("Channel holds undefined as any other value", function* () {
  const channel = new Channel<undefined>(2);
  channel.sendNowait(undefined);
  yield channel.send(undefined);
  assertEquals([channel.size, yield channel.receive(), channel.receiveNowait()], [
    2,
    undefined,
    undefined,
  ]);
});

trial("Channel forgets who runs out of time", function* () {
  const channel = new Channel<number>();
  yield* failure(timeout(5, () => channel.receive()), TimeoutError);
  yield* failure(timeout(5, () => channel.send(1)), TimeoutError);
  const { waitingSends, waitingReceives, size } = channel.statistics();
  assertEquals([waitingSends, waitingReceives, size], [0, 0, 0]);
});

trial("Channel.statistics() tells what it holds, at one moment", function* () {
  const channel = new Channel<number>(1);
  const receive = createTask(() => channel.receive());
  yield sleep(1);
  const before = channel.statistics();
  const empty = { size: 0, capacity: 1, waitingSends: 0, waitingReceives: 0, isClosed: false };
  assertEquals(before, { ...empty, waitingReceives: 1 });
  assert(Object.isFrozen(before));
  yield channel.send(1);
  assertEquals(yield receive, 1);
  yield channel.send(2);
  const send = createTask(() => channel.send(3));
  yield sleep(1);
  assertEquals(channel.statistics(), { ...empty, size: 1, waitingSends: 1 });
  assertEquals(drained(channel), [2]);
  yield send;
  channel.close();
  assertEquals(channel.statistics(), { ...empty, size: 1, isClosed: true });
  assertEquals(before, { ...empty, waitingReceives: 1 });
});

Deno.test("Channel refuses a capacity that is not a whole number of 0 or more", () => {
  for (const capacity of [-1, 0.5, NaN, -Infinity]) {
    assertThrows(() => new Channel(capacity), RangeError, `capacity`);
  }
  for (const capacity of ["1", null, {}, 1n, true]) {
    assertThrows(() => new Channel(capacity as never), TypeError, "capacity");
  }
  assertEquals([new Channel().capacity, new Channel(undefined).capacity], [0, 0]);
});
