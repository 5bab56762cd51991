import {
  Broadcast,
  CancelledError,
  Channel,
  createTask,
  Event,
  QueueShutDown,
  select,
  sleep,
  type Task,
  timeout,
  TimeoutError,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { failure, type FrontEnd, type Program, trial } from "../futures/trial.ts";

/** A way from senders to receivers, with the place where receiving begins. */
interface Way {
  readonly send: (value: number) => ReturnType<Channel<number>["send"]>;
  readonly receive: () => ReturnType<Channel<number>["receive"]>;
  readonly sendNowait: (value: number) => void;
  readonly receiveNowait: () => number;
  /** Counts the values on their way. */
  readonly size: () => number;
  readonly waitingSends: () => number;
}

/** Makes a way of each kind, with room for one value. */
const WAYS: Record<string, () => Way> = {
  Channel: () => {
    const channel = new Channel<number>(1);
    return {
      send: (value) => channel.send(value),
      receive: () => channel.receive(),
      sendNowait: (value) => channel.sendNowait(value),
      receiveNowait: () => channel.receiveNowait(),
      size: () => channel.size,
      waitingSends: () => channel.statistics().waitingSends,
    };
  },
  Broadcast: () => {
    const broadcast = new Broadcast<number>({ capacity: 1 });
    const subscription = broadcast.subscribe();
    return {
      send: (value) => broadcast.send(value),
      receive: () => subscription.receive(),
      sendNowait: (value) => broadcast.sendNowait(value),
      receiveNowait: () => subscription.receiveNowait(),
      size: () => subscription.size,
      waitingSends: () => broadcast.statistics().waitingSends,
    };
  },
};

/** Defines a trial per kind of way. */
function onEachWay(
  sentence: string,
  program: (as: FrontEnd, way: Way) => Program<void>,
): void {
  for (const [kind, make] of Object.entries(WAYS)) {
    trial(`${kind}: ${sentence}`, (as) => program(as, make()));
  }
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

/** Cancels a task, and awaits its end. */
function* cancelled(task: Task<unknown>): Program<void> {
  task.cancel("c");
  yield* failure(task, CancelledError, "c");
}

onEachWay("a task cancelled before it sends has sent nothing", function* (as, way) {
  const begun: string[] = [];
  const task = createTask(as(function* () {
    begun.push("send");
    yield way.send(1);
  }));
  yield* cancelled(task);
  assertEquals([begun, way.size()], [[], 0]);
});

onEachWay("a cancellation on its way does not stop what need not wait", function* (as, way) {
  const task = createTask(as(function* () {
    task.cancel();
    yield way.send(1);
    yield sleep(0);
  }));
  yield* failure(task, CancelledError);
  assertEquals([way.size(), way.receiveNowait()], [1, 1]);
});

onEachWay("a send cancelled while it waits has sent nothing", function* (_as, way) {
  way.sendNowait(1);
  const sends = [2, 3, 4].map((value) => createTask(() => way.send(value)));
  yield sleep(1);
  yield* cancelled(sends[1]);
  assertEquals(way.waitingSends(), 2);
  const got = [yield way.receive(), yield way.receive(), yield way.receive()];
  assertEquals([got, way.size(), way.waitingSends()], [[1, 2, 4], 0, 0]);
  for (const send of [sends[0], sends[2]]) yield send;
});

onEachWay("a send cancelled after being woken lets the next go on", function* (_as, way) {
  way.sendNowait(1);
  const sends = [2, 3].map((value) => createTask(() => way.send(value)));
  yield sleep(1);
  assertEquals(way.receiveNowait(), 1);
  yield* cancelled(sends[0]);
  yield sends[1];
  assertEquals([way.receiveNowait(), way.size(), way.waitingSends()], [3, 0, 0]);
});

onEachWay("a receive cancelled while it waits has taken nothing", function* (_as, way) {
  const receives = [1, 2, 3].map(() => createTask(() => way.receive()));
  yield sleep(1);
  yield* cancelled(receives[1]);
  yield way.send(1);
  yield way.send(2);
  assertEquals([yield receives[0], yield receives[2], way.size()], [1, 2, 0]);
});

onEachWay("a receive cancelled after being woken leaves it to the next", function* (_as, way) {
  const receives = [1, 2].map(() => createTask(() => way.receive()));
  yield sleep(1);
  way.sendNowait(1);
  yield* cancelled(receives[0]);
  assertEquals([yield receives[1], way.size()], [1, 0]);
});

onEachWay("a receive cancelled after being woken leaves it there", function* (_as, way) {
  const receive = createTask(() => way.receive());
  yield sleep(1);
  way.sendNowait(1);
  yield* cancelled(receive);
  assertEquals([way.size(), way.receiveNowait()], [1, 1]);
});

onEachWay("a receive that is cancelled in the step of a send loses nothing", function* (_as, way) {
  for (const isFirst of [true, false]) {
    const receive = createTask(() => way.receive());
    yield sleep(1);
    if (isFirst) receive.cancel();
    way.sendNowait(1);
    if (!isFirst) receive.cancel();
    yield* failure(receive, CancelledError);
    assertEquals([way.size(), way.receiveNowait()], [1, 1]);
  }
});

onEachWay("whoever runs out of time on either side has done nothing", function* (_as, way) {
  yield* failure(timeout(5, () => way.receive()), TimeoutError);
  way.sendNowait(1);
  yield* failure(timeout(5, () => way.send(2)), TimeoutError);
  assertEquals([way.receiveNowait(), way.size(), way.waitingSends()], [1, 0, 0]);
});

onEachWay("a receive that loses a select() has taken nothing", function* (_as, way) {
  const first = yield select({ value: way.receive(), late: sleep(5) });
  assertEquals(first, { name: "late", value: undefined });
  way.sendNowait(1);
  const go = new Event();
  go.set();
  assertEquals((yield select({ go: go.wait(), value: way.receive() })).name, "go");
  assertEquals([way.size(), yield select({ value: way.receive() })], [
    1,
    { name: "value", value: 1 },
  ]);
});

onEachWay("a send that loses a select() has sent nothing", function* (_as, way) {
  const go = new Event();
  go.set();
  assertEquals((yield select({ go: go.wait(), sent: way.send(0) })).name, "go");
  assertEquals(way.size(), 0);
  assertEquals((yield select({ sent: way.send(1), late: sleep(5) })).name, "sent");
  const first = yield select({ sent: way.send(2), late: sleep(5, "late") });
  assertEquals([first, way.waitingSends()], [{ name: "late", value: "late" }, 0]);
  assertEquals([way.receiveNowait(), way.size()], [1, 0]);
});

onEachWay("losers that were woken pass it on", function* (_as, way) {
  const go = new Event();
  const racer = createTask(() => select({ go: go.wait(), value: way.receive() }));
  yield sleep(1);
  const other = createTask(() => way.receive());
  yield sleep(1);
  go.set();
  way.sendNowait(1);
  assertEquals([(yield racer).name, yield other, way.size()], ["go", 1, 0]);
  go.clear();
  way.sendNowait(2);
  const sender = createTask(() => select({ go: go.wait(), sent: way.send(3) }));
  yield sleep(1);
  const next = createTask(() => way.send(4));
  yield sleep(1);
  go.set();
  assertEquals(way.receiveNowait(), 2);
  assertEquals((yield sender).name, "go");
  yield next;
  assertEquals([way.receiveNowait(), way.size(), way.waitingSends()], [4, 0, 0]);
});

onEachWay("a select() that is cancelled puts the value back in front", function* (as, way) {
  const racer = createTask(() => select({ value: way.receive(), slow: slowToEnd(as) }));
  yield sleep(1);
  way.sendNowait(1);
  yield sleep(1);
  assertEquals(way.size(), 0);
  way.sendNowait(2);
  yield* cancelled(racer);
  assertEquals([way.size(), way.receiveNowait(), way.receiveNowait()], [2, 1, 2]);
});

onEachWay("a value that is put back goes to who waits by then", function* (as, way) {
  const racer = createTask(() => select({ value: way.receive(), slow: slowToEnd(as) }));
  yield sleep(1);
  way.sendNowait(1);
  yield sleep(1);
  const others = [1, 2].map(() => createTask(() => way.receive()));
  yield sleep(1);
  yield* cancelled(racer);
  assertEquals([yield others[0], others[1].done, way.size()], [1, false, 0]);
  way.sendNowait(2);
  assertEquals(yield others[1], 2);
});

onEachWay("a value that was sent by a select() that is cancelled stays sent", function* (as, way) {
  way.sendNowait(1);
  const racer = createTask(() => select({ sent: way.send(2), slow: slowToEnd(as) }));
  yield sleep(1);
  assertEquals(way.receiveNowait(), 1);
  yield sleep(1);
  yield* cancelled(racer);
  assertEquals([way.receiveNowait(), way.size()], [2, 0]);
});

trial("A rendezvous of two select() happens, or both go other ways", function* () {
  const channel = new Channel<number>();
  const sender = createTask(() => select({ sent: channel.send(1), late: sleep(50) }));
  yield sleep(1);
  const first = yield select({ value: channel.receive(), late: sleep(5) });
  assertEquals([first, (yield sender).name], [{ name: "value", value: 1 }, "sent"]);
  const shy = createTask(() => select({ sent: channel.send(2), late: sleep(5) }));
  yield sleep(10);
  assertEquals(channel.statistics().waitingSends, 0);
  assertEquals((yield select({ value: channel.receive(), late: sleep(5) })).name, "late");
  assertEquals([(yield shy).name, channel.size], ["late", 0]);
});

trial("A receiver that is cancelled after a send was woken makes it wait on", function* () {
  const channel = new Channel<number>();
  const send = createTask(() => channel.send(1));
  yield sleep(1);
  const receive = createTask(() => channel.receive());
  const canceller = createTask(function* () {
    receive.cancel(); // The receiver waits, the sender was woken and has not run.
    yield* sleep(0);
  });
  yield canceller;
  yield* failure(receive, CancelledError);
  yield sleep(1);
  assertEquals([send.done, channel.size, channel.statistics().waitingSends], [false, 0, 1]);
  assertEquals(yield channel.receive(), 1);
  yield send;
});

onEachWay("labels tell dumps what is waited for", function* (_as, way) {
  const kinds = ["send() to a ", "receive() from a "];
  const labels = [way.send(1), way.receive()].map(String);
  assertEquals(labels.map((label, at) => label.startsWith(kinds[at])), [true, true]);
  yield sleep(0);
});

trial("A send that fails once it is closed keeps failing", function* () {
  const channel = new Channel<number>();
  channel.close();
  for (let n = 0; n < 3; n++) yield* failure(channel.send(n), QueueShutDown);
  const racer = select({ sent: channel.send(1), late: sleep(5) });
  yield* failure(racer, QueueShutDown);
});
