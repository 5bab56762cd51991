import {
  type Awaitable,
  Barrier,
  CancelledError,
  Condition,
  createTask,
  Event,
  Limiter,
  Lock,
  Queue,
  run,
  Runner,
  RuntimeError,
  Semaphore,
  sleep,
  timeout,
  TimeoutError,
  until,
  VirtualClock,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import {
  caught,
  failure,
  FRONT_ENDS,
  type FrontEnd,
  inWorld,
  rejection,
  trial,
} from "../futures/trial.ts";

/** Makes awaitables that go on at once, of each primitive. */
function atOnce() {
  const event = new Event();
  event.set();
  const queue = new Queue<number>();
  queue.putNowait(1);
  queue.putNowait(2);
  return [
    new Lock().acquire(),
    new Condition().acquire(),
    new Semaphore().acquire(),
    new Limiter(1).acquire(),
    event.wait(),
    queue.get(),
    queue.put(3),
    new Queue<number>().join(),
    new Barrier(1).wait(),
  ];
}

/** Makes a task wait in line in a primitive for 1 ms, then lets it go on. */
const CONTENTIONS: Record<string, (as: FrontEnd) => () => unknown> = {
  Lock: (as) => {
    const lock = new Lock();
    return as(function* () {
      if (lock.locked) lock.release();
      yield lock.acquire();
      const task = createTask(() => lock.acquire());
      yield sleep(1);
      lock.release();
      yield task;
      lock.release();
    });
  },
  Semaphore: (as) => {
    const semaphore = new Semaphore(0);
    return as(function* () {
      const task = createTask(() => semaphore.acquire());
      yield sleep(1);
      if (!task.done) semaphore.release();
      yield task;
    });
  },
  Limiter: (as) => {
    const limiter = new Limiter(0);
    return as(function* () {
      limiter.limit = 0;
      const task = createTask(as(function* () {
        using _permit = yield limiter.acquire();
      }));
      yield sleep(1);
      limiter.limit = 1;
      yield task;
    });
  },
  Event: (as) => {
    const event = new Event();
    return as(function* () {
      const task = createTask(() => event.wait());
      yield sleep(1);
      event.set();
      event.clear();
      yield task;
    });
  },
  Condition: (as) => {
    const condition = new Condition();
    return as(function* () {
      const task = createTask(as(function* () {
        using _permit = yield condition.acquire();
        yield condition.wait();
      }));
      yield sleep(1);
      {
        using _permit = yield condition.acquire();
        condition.notify();
      }
      yield task;
    });
  },
  Queue: (as) => {
    const queue = new Queue<number>();
    return as(function* () {
      const task = createTask(() => queue.get());
      yield sleep(1);
      if (!task.done) queue.putNowait(1);
      yield task;
    });
  },
  Barrier: (as) => {
    const barrier = new Barrier(2);
    return as(function* () {
      const task = createTask(() => barrier.wait());
      yield sleep(1);
      if (task.done) yield task;
      yield barrier.wait();
      yield task;
    });
  },
};

/** Makes a runner in virtual time. */
function newRunner(): Runner {
  return new Runner({ clock: new VirtualClock(), signals: [] });
}

for (const [kind, contend] of Object.entries(CONTENTIONS)) {
  for (const [name, as] of FRONT_ENDS) {
    Deno.test(`${kind} can be used in one run after the other (${name})`, async () => {
      const main = contend(as);
      for (let n = 0; n < 3; n++) {
        const runner = newRunner();
        await runner.run(main as never);
        await runner.close();
      }
    });

    Deno.test(`${kind} refuses to be waited for in two loops that are open (${name})`, async () => {
      const main = contend(as) as () => never;
      const [first, second] = [newRunner(), newRunner()];
      await first.run(main);
      await rejection(second.run(main), RuntimeError, "another loop, which is still open");
      await first.close();
      await second.close();
    });
  }
}

trial("A wait cannot be awaited twice", function* () {
  for (const awaitable of atOnce()) {
    yield awaitable;
    yield* failure(awaitable, RuntimeError, "a second time");
  }
});

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`A wait that another loop has refused has been awaited (${name})`, async () => {
    const reports: string[] = [];
    const onError = ({ message }: { message: string }) => void reports.push(message);
    const event = new Event();
    const first = newRunner();
    await first.run(function* () {
      createTask(() => event.wait());
      yield* sleep(1);
    });
    await run(
      as(function* () {
        const wait = event.wait();
        yield* failure(wait, RuntimeError, "another loop, which is still open");
        yield* failure(wait, RuntimeError, "a second time");
      }),
      { debug: true, onError },
    );
    assertEquals(reports, []);
    await first.close();
  });
}

trial("A wait that still waits cannot be awaited by another task", function* () {
  const lock = new Lock();
  yield lock.acquire();
  const turn = lock.acquire();
  const first = createTask(() => turn);
  yield sleep(1);
  yield* failure(turn, RuntimeError, "a second time", "Lock.acquire()");
  assertEquals(lock.statistics(), { locked: true, waiting: 1 });
  lock.release();
  yield first;
  assertEquals(lock.statistics(), { locked: true, waiting: 0 });
  lock.release();
});

trial("A wait that was cancelled cannot be awaited again", function* () {
  const queue = new Queue<number>();
  const get = queue.get();
  const task = createTask(() => get);
  yield sleep(1);
  task.cancel();
  yield* failure(task, CancelledError);
  queue.putNowait(1);
  yield* failure(get, RuntimeError, "a second time", "Queue.get()");
  assertEquals(queue.size, 1);
});

Deno.test("A wait that is awaited outside of a task says so", async () => {
  for (const awaitable of atOnce()) {
    await rejection(awaitable, RuntimeError, "outside of a task");
  }
});

trial("A wait that runs out of time leaves the line", function* () {
  const [lock, semaphore, limiter] = [new Lock(), new Semaphore(0), new Limiter(0)];
  const [event, queue] = [new Event(), new Queue<number>()];
  yield lock.acquire();
  const waits: (() => Awaitable<unknown>)[] = [
    () => lock.acquire(),
    () => semaphore.acquire(),
    () => limiter.acquire(),
    () => event.wait(),
    () => queue.get(),
  ];
  for (const wait of waits) yield* failure(timeout(5, wait), TimeoutError);
  const waiting = [lock, semaphore, limiter, event].map((it) => it.statistics().waiting);
  assertEquals([...waiting, queue.statistics().waitingGets], [0, 0, 0, 0, 0]);
});

trial("A line loses nobody when those in the middle leave it", function* (as) {
  const lock = new Lock();
  yield lock.acquire();
  const log: number[] = [];
  const tasks = Array.from({ length: 9 }, (_, n) =>
    createTask(as(function* () {
      using _permit = yield lock.acquire();
      log.push(n);
    })));
  yield sleep(1);
  for (const n of [0, 4, 5, 8]) tasks[n].cancel();
  assertEquals(lock.statistics().waiting, 5);
  yield sleep(1);
  lock.release();
  for (const task of tasks) yield* caught(task);
  assertEquals(log, [1, 2, 3, 6, 7]);
  assert(!lock.locked);
});

Deno.test("native code waits in several lines at once, and beside another wait", async () => {
  await inWorld(() => async () => {
    const [one, two] = [new Semaphore(0), new Semaphore(0)];
    const queue = new Queue<number>();
    createTask(async () => {
      await sleep(1);
      two.release();
      one.release();
      await queue.put(7);
    });
    await Promise.all([one.acquire(), two.acquire()]);
    assertEquals([one.value, two.value], [0, 0]);
    const lock = new Lock();
    await until(async () => {
      using _turn = await lock.acquire();
      assertEquals(await queue.get(), 7);
    });
    assertEquals(lock.locked, false);
  });
});
