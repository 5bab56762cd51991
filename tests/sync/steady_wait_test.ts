import {
  Broadcast,
  CancelledError,
  Channel,
  createTask,
  RateLimiter,
  Runner,
  RuntimeError,
  sleep,
  type Task,
  VirtualClock,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { caught, failure, FRONT_ENDS, type FrontEnd, rejection, trial } from "../futures/trial.ts";

/** Makes a task wait for 1 ms, then lets it go on; made once, it runs in any loop. */
const CONTENTIONS: Record<string, (as: FrontEnd) => () => unknown> = {
  "Channel.receive()": (as) => {
    const channel = new Channel<number>();
    return as(function* () {
      const task = createTask(() => channel.receive());
      yield sleep(1);
      if (!task.done) channel.sendNowait(1);
      assertEquals(yield task, 1);
    });
  },
  "Channel.send()": (as) => {
    const channel = new Channel<number>();
    return as(function* () {
      const task = createTask(() => channel.send(1));
      yield sleep(1);
      if (task.done) yield task;
      assertEquals(yield channel.receive(), 1);
      yield task;
    });
  },
  "Broadcast.send()": (as) => {
    const broadcast = new Broadcast<number>({ capacity: 1 });
    const reader = broadcast.subscribe();
    return as(function* () {
      if (reader.size === 0) broadcast.sendNowait(1);
      const task = createTask(() => broadcast.send(2));
      yield sleep(1);
      if (task.done) yield task;
      reader.receiveNowait();
      yield task;
    });
  },
  "Subscription.receive()": (as) => {
    const broadcast = new Broadcast<number>();
    const reader = broadcast.subscribe();
    return as(function* () {
      const task = createTask(() => reader.receive());
      yield sleep(1);
      if (!task.done) broadcast.sendNowait(1);
      assertEquals(yield task, 1);
    });
  },
  "RateLimiter.pass()": (as) => {
    const rate = new RateLimiter(1, { per: 10 });
    return as(function* () {
      yield rate.pass();
      yield rate.pass();
    });
  },
};

/** Makes a runner in virtual time. */
function newRunner(): Runner {
  return new Runner({ clock: new VirtualClock(), signals: [] });
}

for (const [kind, contend] of Object.entries(CONTENTIONS)) {
  for (const [name, as] of FRONT_ENDS) {
    Deno.test(`${kind} can wait in one run after the other (${name})`, async () => {
      const main = contend(as);
      for (let n = 0; n < 3; n++) {
        const runner = newRunner();
        await runner.run(main as never);
        await runner.close();
      }
    });

    Deno.test(`${kind} refuses to wait in two loops that are open (${name})`, async () => {
      const main = contend(as) as () => never;
      const [first, second] = [newRunner(), newRunner()];
      await first.run(main);
      await rejection(second.run(main), RuntimeError, "another loop, which is still open");
      await first.close();
      await second.close();
    });
  }
}

/** Makes a sender wait in a channel, and wakes it in vain: who was to receive has left. */
function* wakeInVain(channel: Channel<string>) {
  const receive: Task<string> = createTask(() => channel.receive());
  const quitter = createTask(function* () {
    receive.cancel();
    yield* sleep(0);
  });
  yield* failure(receive, CancelledError);
  yield quitter;
}

trial("A wait that was woken in vain keeps its place", function* () {
  const channel = new Channel<string>();
  const sends = ["a", "b", "c"].map((value) => createTask(() => channel.send(value)));
  yield sleep(1);
  for (let round = 0; round < 3; round++) yield* wakeInVain(channel);
  assertEquals(channel.statistics().waitingSends, 3);
  const got = [yield channel.receive(), yield channel.receive(), yield channel.receive()];
  assertEquals(got, ["a", "b", "c"]);
  for (const send of sends) yield send;
});

trial("A wait that was woken in vain can be cancelled", function* () {
  const channel = new Channel<string>();
  const sends = ["a", "b"].map((value) => createTask(() => channel.send(value)));
  yield sleep(1);
  yield* wakeInVain(channel);
  sends[0].cancel();
  yield* failure(sends[0], CancelledError);
  assertEquals([yield channel.receive(), channel.statistics().waitingSends], ["b", 0]);
  yield sends[1];
});

trial("A wait that was woken in vain cannot be awaited by another task", function* () {
  const channel = new Channel<string>();
  const send = channel.send("a");
  const first = createTask(() => send);
  yield sleep(1);
  yield* wakeInVain(channel);
  yield* failure(send, RuntimeError, "a second time", "send()");
  assertEquals(yield channel.receive(), "a");
  yield first;
  yield* failure(send, RuntimeError, "a second time");
});

trial("A newcomer does not go on before one that was woken in vain", function* () {
  const channel = new Channel<string>(1);
  channel.sendNowait("x");
  const first = createTask(() => channel.send("a"), { priority: 7 });
  yield sleep(1);
  assertEquals(channel.receiveNowait(), "x"); // It is woken, and less urgent than all others.
  const second = createTask(() => channel.send("b"), { priority: 0 });
  yield sleep(1);
  assertEquals([yield channel.receive(), yield channel.receive()], ["a", "b"]);
  for (const send of [first, second]) yield send;
});

trial("A line in which half are cancelled serves the others in order", function* () {
  const channel = new Channel<number>();
  const sends = Array.from({ length: 20 }, (_, n) => createTask(() => channel.send(n)));
  yield sleep(1);
  const got: number[] = [];
  for (let n = 0; n < 20; n += 2) {
    sends[n].cancel();
    got.push(yield channel.receive());
  }
  for (const send of sends) yield* caught(send);
  assertEquals(got, Array.from({ length: 10 }, (_, n) => 2 * n + 1));
  assertEquals(channel.statistics().waitingSends, 0);
});
