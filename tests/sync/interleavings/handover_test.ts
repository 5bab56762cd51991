import {
  Broadcast,
  Channel,
  createTask,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  select,
  sleep,
  type Subscription,
} from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { FrontEnd, Program } from "../../futures/trial.ts";
import type { Prng } from "../../prng.ts";
import { disturb, explore, patiently, pause, stop, watch } from "./explore.ts";

/** Does what may be refused at once; returns whether it was done. */
function attempted(body: () => void): boolean {
  try {
    body();
    return true;
  } catch (error) {
    if (error instanceof QueueFull || error instanceof QueueEmpty) return false;
    throw error;
  }
}

/** Holds what was sent, and what was sent or not: its select() was cancelled. */
interface Sent {
  readonly surely: string[];
  readonly maybe: string[];
}

/** Sends a value in one of the ways there are. */
function* send(
  as: FrontEnd,
  random: Prng,
  to: Channel<string> | Broadcast<string>,
  value: string,
  sent: Sent,
): Program<void> {
  const way = random.below(5);
  if (way === 0) {
    if (attempted(() => to.sendNowait(value))) sent.surely.push(value);
  } else if (way === 1) {
    sent.maybe.push(value); // If the whole is cancelled after it was sent, it stays sent.
    const late = sleep(random.below(3));
    const { name } = yield select({ sent: to.send(value), late });
    sent.maybe.splice(sent.maybe.indexOf(value), 1);
    if (name === "sent") sent.surely.push(value);
  } else {
    yield* patiently(as, random, function* () {
      yield to.send(value);
      sent.surely.push(value);
    });
  }
}

/** Asserts that all that was sent is there, once, and nothing else. */
function assertSent(values: readonly string[], { surely, maybe }: Sent): void {
  const sent = [...surely, ...maybe.filter((value) => values.includes(value))];
  assertEquals(values.toSorted(), sent.sort());
}

/** Receives a value in one of the ways there are, and notes it. */
function* receive(
  as: FrontEnd,
  random: Prng,
  from: Channel<string> | Subscription<string>,
  note: (value: string) => void,
): Program<void> {
  const way = random.below(5);
  if (way === 0) attempted(() => note(from.receiveNowait()));
  else if (way === 1) {
    const late = sleep(random.below(3));
    const { name, value } = yield select({ value: from.receive(), late });
    if (name === "value") note(value);
  } else {
    yield* patiently(as, random, function* () {
      note(yield from.receive());
    });
  }
}

for (const capacity of [0, 1, 2]) {
  Deno.test(`what is sent to a Channel of ${capacity} is received, or there`, async () => {
    await explore(function* (as, random) {
      const channel = new Channel<string>(capacity);
      const sent: Sent = { surely: [], maybe: [] };
      const received: string[] = [];
      const sender = (name: number) =>
        as(function* () {
          for (let n = 0; n < 8; n++) {
            yield* send(as, random, channel, `${name}.${n}`, sent);
            yield* pause(random);
          }
        });
      const receiver = as(function* () {
        for (;;) {
          yield* receive(as, random, channel, (value) => received.push(value));
          yield* pause(random);
        }
      });
      const watcher = watch(as, () => {
        const { size, waitingSends, waitingReceives } = channel.statistics();
        const isFull = size >= capacity && waitingReceives === 0;
        assert(waitingSends === 0 || isFull, `${waitingSends} wait to send, ${size} are there`);
        assert(waitingReceives === 0 || size === 0, `${waitingReceives} wait to receive ${size}`);
      });
      const senders = [1, 2].map((name) => createTask(sender(name)));
      const receivers = [1, 2, 3].map(() => createTask(receiver));
      if (random.chance(50)) receivers[2].cancel();
      yield* disturb(random, senders);
      yield watcher;
      if (random.chance(50)) channel.close();
      yield* stopAll(receivers);
      while (channel.size > 0) received.push(channel.receiveNowait());
      assertSent(received, sent);
      const { waitingSends, waitingReceives } = channel.statistics();
      assertEquals([waitingSends, waitingReceives], [0, 0]);
    });
  });

  Deno.test(`a Channel of ${capacity} never holds more than that for patient receivers`, async () => {
    await explore(function* (as, random) {
      const channel = new Channel<string>(capacity);
      const sent: Sent = { surely: [], maybe: [] };
      const received: string[] = [];
      const sender = (name: number) =>
        as(function* () {
          for (let n = 0; n < 8; n++) {
            yield* send(as, random, channel, `${name}.${n}`, sent);
            yield* pause(random);
          }
        });
      const receivers = [1, 2].map(() =>
        createTask(as(function* () {
          for (;;) {
            received.push(yield channel.receive());
            yield* pause(random);
          }
        }))
      );
      const watcher = watch(as, () => {
        assert(channel.size <= capacity, `${channel.size} are there`);
      });
      yield* disturb(random, [1, 2, 3].map((name) => createTask(sender(name))));
      yield watcher;
      yield* stop(receivers);
      assertEquals(channel.size, 0);
      assertSent(received, sent);
    });
  });

  Deno.test(`a Channel of ${capacity} serves in order who is not cancelled`, async () => {
    await explore(function* (as, random) {
      const channel = new Channel<number>(capacity);
      const [toSend, sent]: [number[], number[]] = [[], []];
      const [toReceive, served, received]: [number[], number[], number[]] = [[], [], []];
      const sender = (n: number) =>
        as(function* () {
          yield sleep(random.below(6));
          yield* patiently(as, random, function* () {
            toSend.push(n);
            yield channel.send(n);
            sent.push(n);
          });
        });
      const receiver = (n: number) =>
        as(function* () {
          yield sleep(random.below(6));
          yield* patiently(as, random, function* () {
            toReceive.push(n);
            received.push(yield channel.receive());
            served.push(n);
          });
        });
      const ids = Array.from({ length: 10 }, (_, n) => n);
      const tasks = ids.flatMap((n) => [createTask(sender(n)), createTask(receiver(n))]);
      const closer = createTask(() => sleep(20));
      closer.addDoneCallback(() => tasks.forEach((task) => task.cancel()));
      yield* disturb(random, tasks);
      yield* stop([closer]);
      while (channel.size > 0) received.push(channel.receiveNowait());
      assertEquals(sent, toSend.filter((n) => sent.includes(n)));
      assertEquals(served, toReceive.filter((n) => served.includes(n)));
      assertEquals(received, sent);
    }, { shuffled: false });
  });
}

/** Ends tasks that may have failed because what they received from was closed. */
function* stopAll(tasks: Parameters<typeof stop>[0]): Program<void> {
  for (const task of tasks) task.cancel();
  for (const task of tasks) {
    try {
      yield* stop([task]);
    } catch (error) {
      if (!(error instanceof QueueShutDown)) throw error;
    }
  }
}

/** Receives so many values if there are, and tells what it saw. */
function* follow(
  as: FrontEnd,
  random: Prng,
  subscription: Subscription<string>,
  most: number,
): Program<string[]> {
  const seen: string[] = [];
  try {
    while (seen.length < most) {
      yield* receive(as, random, subscription, (value) => seen.push(value));
      if (random.chance(60)) yield* pause(random);
    }
  } catch (error) {
    if (!(error instanceof QueueShutDown)) throw error;
  }
  subscription.close();
  return seen;
}

Deno.test("a Broadcast that waits gives all the same, in one order", async () => {
  await explore(function* (as, random) {
    const broadcast = new Broadcast<string>({ capacity: 1 + random.below(3) });
    const sent: Sent = { surely: [], maybe: [] };
    const sender = (name: number) =>
      as(function* () {
        for (let n = 0; n < 8; n++) {
          yield* send(as, random, broadcast, `${name}.${n}`, sent);
          if (random.chance(70)) yield* pause(random);
        }
      });
    const whole = broadcast.subscribe();
    const witness = createTask(as(() => follow(as, random, whole, Infinity)));
    const parts = Array.from({ length: 3 }, () =>
      createTask(as(function* () {
        yield* pause(random);
        const first = broadcast.statistics().sent;
        const most = random.chance(30) ? random.below(10) : Infinity;
        const seen = yield* follow(as, random, broadcast.subscribe(), most);
        return { first, seen };
      })));
    const senders = [1, 2].map((name) => createTask(sender(name)));
    yield* disturb(random, senders);
    broadcast.close();
    const all: string[] = yield witness;
    assertSent(all, sent);
    for (const part of parts) {
      const { first, seen }: { first: number; seen: string[] } = yield part;
      assertEquals(seen, all.slice(first, first + seen.length));
    }
    const { subscriptions, kept, waitingSends } = broadcast.statistics();
    assertEquals([subscriptions, kept, waitingSends], [0, 0, 0]);
  });
});
