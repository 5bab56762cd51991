import {
  Broadcast,
  CancelledError,
  Channel,
  createTask,
  each,
  PriorityQueue,
  Queue,
  sleep,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { Boom, failure, type FrontEnd, inWorld, trial } from "../futures/trial.ts";

/** What can be iterated over, with how it is filled and ended. */
interface Source {
  readonly values: Channel<number> | Queue<number> | ReturnType<Broadcast<number>["subscribe"]>;
  put(value: number): PromiseLike<void>;
  end(): void;
}

const SOURCES: Record<string, () => Source> = {
  Channel: () => {
    const values = new Channel<number>();
    return { values, put: (value) => values.send(value), end: () => values.close() };
  },
  Queue: () => {
    const values = new Queue<number>(1);
    return { values, put: (value) => values.put(value), end: () => values.shutdown() };
  },
  Subscription: () => {
    const broadcast = new Broadcast<number>({ capacity: 1 });
    const values = broadcast.subscribe();
    return { values, put: (value) => broadcast.send(value), end: () => broadcast.close() };
  },
};

/** Starts a task that puts values in, and then ends the source. */
function feed(as: FrontEnd, source: Source, count: number) {
  return createTask(as(function* () {
    for (let n = 0; n < count; n++) {
      yield source.put(n) as never;
      if (n % 3 === 0) yield sleep(1);
    }
    source.end();
  }));
}

for (const [kind, make] of Object.entries(SOURCES)) {
  trial(`${kind} gives each value to each() until it ends`, function* (as) {
    const source = make();
    const feeder = feed(as, source, 7);
    const got: number[] = [];
    const body = as(function* (value: number) {
      got.push(value);
      if (value % 2 === 0) yield sleep(1);
    });
    yield each(source.values, body);
    assertEquals([got, yield feeder], [[0, 1, 2, 3, 4, 5, 6], undefined]);
  });

  trial(`${kind} gives each value by hand until it ends`, function* (as) {
    const source = make();
    const feeder = feed(as, source, 3);
    const iterator = source.values[Symbol.asyncIterator]();
    for (const value of [0, 1, 2]) assertEquals(yield iterator.next(), { done: false, value });
    for (let n = 0; n < 2; n++) {
      assertEquals(yield iterator.next(), { done: true, value: undefined });
    }
    yield feeder;
  });

  trial(`${kind} keeps a value when the step of an iteration is cancelled`, function* (as) {
    const source = make();
    const iterator = source.values[Symbol.asyncIterator]();
    const task = createTask(() => iterator.next());
    yield sleep(1);
    const feeder = feed(as, source, 2);
    const stop = createTask(function* () {
      task.cancel();
      yield* sleep(0);
    });
    yield* failure(task, CancelledError);
    yield stop;
    const got = [yield iterator.next(), yield iterator.next(), yield iterator.next()];
    assertEquals(got.map(({ value }) => value), [0, 1, undefined]);
    yield feeder;
  });

  Deno.test(`${kind} gives each value to a native loop until it ends`, async () => {
    await inWorld(() => async () => {
      const source = make();
      const got: number[] = [];
      const feeder = createTask(async () => {
        for (let n = 0; n < 7; n++) await source.put(n);
        source.end();
      });
      for await (const value of source.values) {
        got.push(value);
        if (value % 2 === 0) await sleep(1);
      }
      await feeder;
      assertEquals(got, [0, 1, 2, 3, 4, 5, 6]);
    });
  });

  Deno.test(`${kind} can be iterated over again after a native loop that ended early`, async () => {
    await inWorld(() => async () => {
      const source = make();
      const feeder = createTask(async () => {
        for (let n = 0; n < 4; n++) await source.put(n);
        source.end();
      });
      const got: number[] = [];
      for await (const value of source.values) {
        got.push(value);
        if (value === 1) break;
      }
      for await (const value of source.values) got.push(value);
      await feeder;
      assertEquals(got, [0, 1, 2, 3]);
    });
  });
}

trial("An iteration takes nothing before it is asked to", function* () {
  const channel = new Channel<number>(1);
  yield channel.send(1);
  const iterator = channel[Symbol.asyncIterator]();
  const step = iterator.next();
  yield sleep(1);
  assertEquals([channel.size, yield step, channel.size], [1, { done: false, value: 1 }, 0]);
  assertEquals(iterator[Symbol.asyncIterator](), iterator);
});

trial("An iteration throws any error but the end", function* () {
  let isBroken = false;
  const compare = (a: number, b: number) => {
    if (isBroken) throw new Boom("compare");
    return a - b;
  };
  const queue = new PriorityQueue<number>(0, { compare });
  for (const item of [1, 2, 3]) queue.putNowait(item);
  const iterator = queue[Symbol.asyncIterator]();
  isBroken = true;
  yield* failure(iterator.next(), Boom, "compare");
  assertEquals(queue.size, 3);
  isBroken = false;
  assertEquals(yield iterator.next(), { done: false, value: 1 });
  queue.shutdown({ immediate: true });
  assertEquals(yield iterator.next(), { done: true, value: undefined });
});

trial("Two iterations share the values of a channel", function* (as) {
  const channel = new Channel<number>();
  const got: number[] = [];
  const take = as(function* (value: number) {
    got.push(value);
    yield sleep(1);
  });
  const loops = [1, 2].map(() => createTask(() => each(channel, take)));
  for (let n = 0; n < 6; n++) yield channel.send(n);
  channel.close();
  for (const loop of loops) yield loop;
  assertEquals(got, [0, 1, 2, 3, 4, 5]);
});
