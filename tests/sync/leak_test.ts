import { Word } from "../../core.ts";
import {
  type Awaitable,
  Broadcast,
  Channel,
  createTask,
  Event,
  type EventLoop,
  getRunningLoop,
  Lock,
  Queue,
  RateLimiter,
  select,
  Semaphore,
  sleep,
} from "../../mod.ts";
import type { InnerLoop } from "../../src/futures/event_loop.ts";
import { assertEquals } from "../assert.ts";
import { runToEnd } from "../futures/child.ts";
import { inWorld, trial } from "../futures/trial.ts";
import { rounds } from "../rounds.ts";

const ROUNDS = 20_000;

/** Counts what a loop holds. */
function held(loop: EventLoop) {
  const { core } = loop as InnerLoop;
  const { ready, timers, stale } = loop.metrics();
  return { ready, timers, stale, ids: core.words[Word.LIVE], tasks: loop.allTasks().size };
}

for (const maxSize of [0, 1]) {
  Deno.test(`20,000 puts and gets leave nothing in a queue of ${maxSize}`, async () => {
    await inWorld(({ loop }) =>
      function* () {
        const queue = new Queue<number>(maxSize);
        yield* sleep(1);
        const before = held(loop);
        let sum = 0;
        const getter = createTask(function* () {
          for (let n = 0; n < ROUNDS; n++) sum += yield* queue.get();
        });
        for (let n = 0; n < ROUNDS; n++) yield* queue.put(n);
        yield* getter;
        yield* sleep(1);
        assertEquals([held(loop), sum], [before, ROUNDS * (ROUNDS - 1) / 2]);
        const { size, waitingGets, waitingPuts } = queue.statistics();
        assertEquals([size, waitingGets, waitingPuts], [0, 0, 0]);
      }
    );
  });
}

for (const capacity of [0, 1]) {
  Deno.test(`20,000 sends and receives leave nothing in a channel of ${capacity}`, async () => {
    await inWorld(({ loop }) =>
      function* () {
        const channel = new Channel<number>(capacity);
        yield* sleep(1);
        const before = held(loop);
        let sum = 0;
        const receiver = createTask(function* () {
          for (let n = 0; n < ROUNDS; n++) sum += yield* channel.receive();
        });
        for (let n = 0; n < ROUNDS; n++) yield* channel.send(n);
        yield* receiver;
        yield* sleep(1);
        assertEquals([held(loop), sum], [before, ROUNDS * (ROUNDS - 1) / 2]);
        const { size, waitingSends, waitingReceives } = channel.statistics();
        assertEquals([size, waitingSends, waitingReceives], [0, 0, 0]);
      }
    );
  });
}

Deno.test("20,000 turns leave nothing in a lock and a semaphore", async () => {
  await inWorld(({ loop }) =>
    function* () {
      const [lock, semaphore] = [new Lock(), new Semaphore(1)];
      yield* sleep(1);
      const before = held(loop);
      const visitor = function* () {
        for (let n = 0; n < ROUNDS / 4; n++) {
          using _turn = yield* lock.acquire();
          using _permit = yield* semaphore.acquire();
        }
      };
      const tasks = [1, 2, 3, 4].map(() => createTask(() => visitor()));
      for (const task of tasks) yield* task;
      yield* sleep(1);
      assertEquals(held(loop), before);
      assertEquals(lock.statistics(), { locked: false, waiting: 0 });
      assertEquals(semaphore.statistics(), { value: 1, waiting: 0 });
    }
  );
});

Deno.test("5,000 branches that lose leave nothing behind", async () => {
  await inWorld(({ loop }) =>
    function* () {
      const [lock, event, queue] = [new Lock(), new Event(), new Queue<number>()];
      const semaphore = new Semaphore(0);
      const busy = yield* lock.acquire();
      yield* sleep(1);
      const before = held(loop);
      event.set();
      for (let n = 0; n < ROUNDS / 4; n++) {
        const { name } = yield* select({
          item: queue.get(),
          lock: lock.acquire(),
          permit: semaphore.acquire(),
          event: event.wait(),
          late: sleep(1000),
        });
        if (name !== "event") throw new Error(name);
      }
      yield* sleep(1);
      assertEquals(held(loop), before);
      const waiting = [lock, event, semaphore].map((it) => it.statistics().waiting);
      assertEquals([...waiting, queue.statistics().waitingGets], [0, 0, 0, 0]);
      busy[Symbol.dispose]();
      assertEquals([lock.locked, loop.time()], [false, 2]);
    }
  );
});

trial("a thousand waits that are cancelled leave nothing behind", function* () {
  const [lock, queue] = [new Lock(), new Queue<number>()];
  const [sends, receives] = [new Channel<number>(), new Channel<number>()];
  const [broadcast, rate] = [
    new Broadcast<number>({ capacity: 1 }),
    new RateLimiter(1, { per: 9 }),
  ];
  const [slow, quick] = [broadcast.subscribe(), new Broadcast<number>().subscribe()];
  yield lock.acquire();
  yield broadcast.send(0);
  yield rate.pass();
  const loop = getRunningLoop();
  yield sleep(1);
  const before = held(loop);
  const waits: (() => Awaitable<unknown>)[] = [
    () => lock.acquire(),
    () => queue.get(),
    () => sends.send(1),
    () => receives.receive(),
    () => broadcast.send(1),
    () => quick.receive(),
    () => rate.pass(),
  ];
  const waiting = () => [
    lock.statistics().waiting,
    queue.statistics().waitingGets,
    sends.statistics().waitingSends,
    receives.statistics().waitingReceives,
    broadcast.statistics().waitingSends,
    rate.statistics().waiting,
  ];
  const tasks = waits.flatMap((wait) => Array.from({ length: 200 }, () => createTask(wait)));
  yield sleep(1);
  assertEquals(waiting(), Array(6).fill(200));
  for (const task of tasks) task.cancel();
  assertEquals(waiting(), Array(6).fill(0));
  yield sleep(1);
  assertEquals([held(loop), tasks.every((task) => task.cancelled)], [before, true]);
  assertEquals([slow.size, quick.size], [1, 0]);
});

/** Bounds, in bytes, what so many rounds may leave on the heap: a few bytes of each are more. */
const MOST_GROWTH = 2_000_000;

/** Uses a primitive in a process of its own, and tells what it leaves behind that it should not. */
async function leftBy(program: string, count: number): Promise<string[]> {
  const fixture = new URL("./fixtures/leak.ts", import.meta.url).href;
  const { code, stdout, stderr } = await runToEnd(fixture, ["--v8-flags=--expose-gc"], [
    program,
    String(count),
  ]);
  assertEquals([code, stderr], [0, ""]);
  const { before, after } = JSON.parse(stdout);
  const left: string[] = [];
  for (const what of ["ready", "timers", "stale", "tasks", "ids", "alive", "aliveAfter"]) {
    if (after[what] !== 0) left.push(what);
  }
  if (after.bytes !== before.bytes) left.push("bytes");
  if (after.heap - before.heap > MOST_GROWTH) left.push("heap");
  return left;
}

const PROGRAMS = {
  "Items through a queue": ["queue", 300_000],
  "Values through a channel": ["channel", 300_000],
  "Values through a broadcast": ["broadcast", 200_000],
  "Turns in a lock and a semaphore": ["lock", 300_000],
  "Passes of a rate limiter": ["rate", 200_000],
  "Branches of select()": ["select", 100_000],
} as const;

for (const [sentence, [program, count]] of Object.entries(PROGRAMS)) {
  Deno.test(`${sentence} leave nothing on the heap`, async () => {
    assertEquals(await leftBy(program, rounds(count)), []);
  });
}

Deno.test("What is left on the heap on purpose is found", async () => {
  assertEquals(await leftBy("leaky", 200_000), ["alive", "heap"]);
});
