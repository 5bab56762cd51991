/**
 * Many orders, not only the likely one: under thousands of schedules, nothing is lost.
 *
 * @module
 */

import {
  type Awaitable,
  type Coroutine,
  createTask,
  isCancelled,
  Lock,
  Queue,
  run,
  Semaphore,
  sleep,
  type Task,
  TimeoutError,
  VirtualClock,
  waitFor,
  yieldNow,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { Prng } from "../prng.ts";

const SEEDS = 2_000;

/** Runs a program under many schedules; a failure names the seed that replays it. */
async function explore(program: (random: Prng) => Coroutine<void>): Promise<void> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new Prng(seed);
    try {
      await run(() => program(random), { clock: new VirtualClock(), schedule: { seed } });
    } catch (error) {
      throw new Error(`seed ${seed}: ${error}`, { cause: error });
    }
  }
}

/** Waits for a while, or for a turn. */
function* pause(random: Prng): Coroutine<void> {
  const ms = random.below(3);
  if (ms === 0) yield* yieldNow();
  else yield* sleep(ms);
}

/** Awaits something for a random time, if at all; returns whether it came. */
function* patiently<T>(
  random: Prng,
  what: () => Coroutine<T> | Awaitable<T>,
): Coroutine<{ value: T } | undefined> {
  try {
    if (random.below(2) === 0) return { value: yield* what() };
    return { value: yield* waitFor(what, random.below(4)) };
  } catch (error) {
    if (error instanceof TimeoutError) return undefined;
    throw error;
  }
}

/** Cancels some of the tasks while they run, and waits for all. */
function* disturb(random: Prng, tasks: readonly Task<unknown>[]): Coroutine<void> {
  for (let n = random.below(5); n > 0; n--) {
    yield* pause(random);
    tasks[random.below(tasks.length)].cancel();
  }
  for (const task of tasks) {
    try {
      yield* task;
    } catch (error) {
      if (!isCancelled(error)) throw error;
    }
  }
}

for (const places of [1, 2]) {
  Deno.test(`no permit of ${places} is lost or given twice, whatever the order`, async () => {
    await explore(function* (random) {
      const gate = places === 1 ? new Lock() : new Semaphore(places);
      let inside = 0;
      const visit = function* (): Coroutine<void> {
        for (let n = 0; n < 3; n++) {
          const got = yield* patiently(random, function* () {
            return yield* gate.acquire();
          });
          if (got === undefined) continue;
          using _permit = got.value;
          assert(++inside <= places, `${inside} are inside`);
          try {
            yield* pause(random);
          } finally {
            inside--;
          }
        }
      };
      yield* disturb(random, Array.from({ length: 5 }, () => createTask(visit)));
      assertEquals(gate.locked, false);
      assertEquals(gate.statistics().waiting, 0);
      assertEquals(gate instanceof Semaphore ? gate.value : 1, places);
    });
  });
}

Deno.test("no item is lost or doubled, whatever the order", async () => {
  await explore(function* (random) {
    const queue = new Queue<[putter: number, item: number]>(random.below(3));
    const put: string[] = [];
    const got: string[] = [];
    const putter = (name: number) =>
      function* (): Coroutine<void> {
        for (let item = 0; item < 8; item++) {
          const done = yield* patiently(random, () => queue.put([name, item]));
          if (done) put.push(`${name}.${item}`);
          yield* pause(random);
        }
      };
    const getter = function* (): Coroutine<void> {
      for (;;) {
        const taken = yield* patiently(random, () => queue.get());
        if (taken) got.push(taken.value.join("."));
        yield* pause(random);
      }
    };
    // Between two milliseconds nothing is ready: who still waits must have something to wait for.
    const watcher = createTask(function* () {
      yield* sleep(0.5);
      for (let n = 0; n < 30; n++) {
        const { size, waitingGets, waitingPuts } = queue.statistics();
        assert(size === 0 || waitingGets === 0, `${waitingGets} wait for ${size} items`);
        assert(queue.full || waitingPuts === 0, `${waitingPuts} wait for room that is there`);
        yield* sleep(1);
      }
    });
    const putters = [1, 2].map((name) => createTask(putter(name)));
    const getters = [1, 2, 3, 4].map(() => createTask(getter));
    yield* disturb(random, putters);
    yield* watcher;
    for (const task of getters) task.cancel();
    yield* disturb(random, getters);
    while (!queue.empty) got.push(queue.getNowait().join("."));
    assertEquals(new Set(got).size, got.length);
    for (const item of put) assert(got.includes(item), `${item} is lost`);
    const { waitingGets, waitingPuts } = queue.statistics();
    assertEquals([waitingGets, waitingPuts], [0, 0]);
  });
});
