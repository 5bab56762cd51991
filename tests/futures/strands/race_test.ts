import {
  type Awaitable,
  Channel,
  createTask,
  Event,
  Future,
  getRunningLoop,
  Lock,
  Queue,
  run,
  Semaphore,
  sleep,
  type Task,
  timeout,
  VirtualClock,
} from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { runToEnd } from "../child.ts";
import { toldBy } from "../told.ts";
import { caughtBy, inWorld, trial } from "../trial.ts";
import { foreign } from "./foreign.ts";

/** Takes a few microtasks. */
async function microtasks(): Promise<void> {
  for (let n = 0; n < 5; n++) await null;
}

/** Leaves a loser behind in a scope: a sleep that goes on for 30 ms. */
const racing = () =>
  timeout(1000, async () => {
    await Promise.race([microtasks(), sleep(30)]);
  });

trial("the loser of a race does not enter its own task into a lock", function* (_, { loop }) {
  const lock = new Lock();
  const other = createTask(async () => {
    using _permit = await lock.acquire();
    await sleep(100);
  });
  yield sleep(1);
  yield racing();
  const permit: Disposable = yield lock.acquire();
  assertEquals([loop.time(), other.done], [100, true]);
  permit[Symbol.dispose]();
});

/** Waits that last for ever, unless somebody else ends them. */
const WAITS: Record<string, () => Awaitable<unknown>> = {
  "Event.wait()": () => new Event().wait(),
  "Semaphore.acquire()": () => new Semaphore(0).acquire(),
  "Channel.receive()": () => new Channel<number>(1).receive(),
  "Queue.get()": () => new Queue<number>().get(),
  "sleep()": () => sleep(500),
};

for (const [name, wait] of Object.entries(WAITS)) {
  trial(`the loser of a race does not wake ${name} that its task waits on`, function* (as, world) {
    // It is let in a task of its own, so that what goes wrong ends in no more than a failed test.
    const task: Task<unknown> = createTask(as(function* () {
      yield racing();
      yield wait();
    }));
    const closing = world.loop.callLater(400, () => {
      assert(!task.done, `${name} was woken`);
      task.cancel();
    });
    try {
      yield task;
    } catch (error) {
      assertEquals((error as Error).name, "CancelledError");
    } finally {
      closing.cancel();
    }
    assertEquals([task.cancelled, world.loop.time()], [true, 400]);
  });
}

for (const what of ["a task", "a future"]) {
  Deno.test(`${what} that is awaited after a race gives its result when it is done`, async () => {
    const { code, stdout, stderr } = await runToEnd("after_race.ts", [], [what]);
    assertEquals([stdout, stderr, code], ["generator 1 at 100\nnative async 1 at 100\n", "", 0]);
  });
}

for (const isFirst of [true, false]) {
  const order = isFirst ? "first" : "last";
  Deno.test(`a task or future that loses a race, named ${order}, is cancelled by nobody`, async () => {
    await inWorld(() => async () => {
      const race = <T>(shared: Awaitable<T>) =>
        createTask(async () => {
          const late = sleep(5, "too late");
          return await Promise.race<unknown>(isFirst ? [shared, late] : [late, shared]);
        });
      const shared = createTask(() => sleep(50, "value"));
      assertEquals(await race(shared), "too late");
      assertEquals(await shared, "value");
      const future = new Future<string>();
      assertEquals(await race(future), "too late");
      future.setResult("value");
      assertEquals(await future, "value");
    });
  });
}

for (const isFirst of [true, false]) {
  const order = isFirst ? "first" : "last";
  Deno.test(`a Queue.get() that loses a race, named ${order}, takes nothing after its task's end`, async () => {
    const clock = new VirtualClock();
    await run(async () => {
      const queue = new Queue<string>();
      await createTask(async () => {
        await Promise.race(isFirst ? [queue.get(), sleep(5)] : [sleep(5), queue.get()]);
      });
      queue.putNowait("item");
      await sleep(1);
      assertEquals(queue.size, 1);
      assertEquals(await queue.get(), "item");
    }, { clock, signals: [] });
  });
}

Deno.test("debug mode reports a loser of a race that takes an item, and names select()", async () => {
  for (const race of ["race", "any"] as const) {
    const got: number[] = [];
    const { lines, all } = await toldBy(async () => {
      const queue = new Queue<number>();
      const consumer = createTask(async () => {
        for (let n = 0; n < 4; n++) got.push(await Promise[race]([queue.get(), sleep(20, -1)]));
      });
      await sleep(50);
      for (const n of [1, 2, 3]) queue.putNowait(n);
      await consumer;
    });
    assertEquals(got, [-1, -1, 3, -1]);
    assertEquals(lines.length, 2, all);
    const words = ["Queue.get()", `Promise.${race}()`, "select(", "race_test.ts:"];
    for (const word of words) assert(lines.every((line) => line.includes(word)), all);
  }
});

Deno.test("debug mode reports no race whose losers take nothing, and leaves Promise as it was", async () => {
  const { race, any } = Promise;
  const { all } = await toldBy(async () => {
    const queue = new Queue<number>();
    const first = [queue.get(), sleep(20, -1)];
    queue.putNowait(1);
    assertEquals(await Promise.race(first), 1);
    assertEquals(await Promise.race([sleep(1, "one"), sleep(2)]), "one");
    const failing = (async () => {
      await sleep(1);
      throw new Error("it lost");
    })();
    assertEquals(await Promise.any([failing, queue.get(), sleep(5, -1)]), -1);
    assertEquals(
      (await caughtBy(Promise.race([failing, queue.get()])) as Error).message,
      "it lost",
    );
    assertEquals(await caughtBy(Promise.any([Promise.reject(5)])) instanceof AggregateError, true);
    assertEquals(await Promise.race([7, queue.get()]), 7);
    await sleep(30); // Nothing is left behind.
  });
  assertEquals(all, "");
  assert(Promise.race === race && Promise.any === any);
});

Deno.test("a loser of a race goes on until it ends, with its task's time", async () => {
  await inWorld(({ loop }) => async () => {
    const log: string[] = [];
    const slow = async () => {
      await sleep(20);
      log.push(`slow at ${loop.time()}`);
      await sleep(20);
      log.push(`slow at ${loop.time()}`);
    };
    await timeout(1000, async () => {
      await Promise.race([foreign(5), slow()]);
    });
    log.push(`raced at ${getRunningLoop().time()}`);
    await sleep(100);
    assertEquals(log, ["raced at 5", "slow at 20", "slow at 40"]);
  });
});
