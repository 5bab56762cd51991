import {
  createTask,
  Event,
  type EventLoop,
  getRunningLoop,
  Lock,
  Queue,
  select,
  Semaphore,
  sleep,
  Word,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { inWorld, trial } from "../futures/trial.ts";

const ROUNDS = 100_000;

/** Counts what a loop holds. */
function held(loop: EventLoop) {
  const { ready, timers, stale } = loop.metrics();
  return { ready, timers, stale, ids: loop.core.words[Word.LIVE], tasks: loop.allTasks().size };
}

for (const maxSize of [0, 1]) {
  Deno.test(`100,000 puts and gets leave nothing in a queue of ${maxSize}`, async () => {
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

Deno.test("100,000 turns leave nothing in a lock and a semaphore", async () => {
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

Deno.test("100,000 branches that lose leave nothing behind", async () => {
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
  yield lock.acquire();
  const loop = getRunningLoop();
  yield sleep(1);
  const before = held(loop);
  const tasks = Array.from({ length: 500 }, () => [
    createTask(() => lock.acquire()),
    createTask(() => queue.get()),
  ]).flat();
  yield sleep(1);
  assertEquals([lock.statistics().waiting, queue.statistics().waitingGets], [500, 500]);
  for (const task of tasks) task.cancel();
  assertEquals([lock.statistics().waiting, queue.statistics().waitingGets], [0, 0]);
  yield sleep(1);
  assertEquals([held(loop), tasks.every((task) => task.cancelled)], [before, true]);
});
