import {
  createTask,
  isCancelled,
  Limiter,
  Lock,
  Queue,
  run,
  select,
  Semaphore,
  sleep,
  timeout,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { caught, FRONT_ENDS, type FrontEnd, type Program } from "../futures/trial.ts";
import { Prng } from "../prng.ts";
import { rounds } from "../rounds.ts";

const SEEDS = rounds(300);

/** Awaits what may be cancelled or run out of time, and hands on any other error. */
function* endOf(work: Parameters<typeof caught>[0]): Program<void> {
  const error = yield* caught(work);
  if (error !== undefined && !isCancelled(error) && !(error instanceof TimeoutError)) throw error;
}

/** Lets tasks with random patience in and out, and cancels some. */
function* crowd(as: FrontEnd, prng: Prng): Program<void> {
  const most = 1 + prng.below(3);
  const [lock, semaphore, limiter] = [new Lock(), new Semaphore(most), new Limiter(most)];
  const gate = prng.pick([lock, semaphore, limiter]);
  const bound = gate === lock ? 1 : most;
  let inside = 0;
  const visit = as(function* () {
    const racing = prng.chance(30);
    const entry: { value?: Disposable } = racing
      ? yield select({ value: gate.acquire(), late: sleep(prng.below(5)) })
      : { value: yield gate.acquire() };
    using _permit = entry.value;
    if (entry.value === undefined) return;
    assert(++inside <= bound, `${inside} are inside, at most ${bound} may be`);
    try {
      if (prng.chance(80)) yield sleep(prng.below(4));
    } finally {
      inside--;
    }
  });
  const tasks = Array.from({ length: 8 }, () => {
    const patience = prng.chance(30) ? prng.below(6) : undefined;
    return createTask(as(function* () {
      for (let n = 0; n < 3; n++) {
        yield* endOf(patience === undefined ? createTask(visit) : timeout(patience, () => visit()));
        if (prng.chance(50)) yield sleep(prng.below(3));
      }
    }));
  });
  for (let n = 0; n < 6; n++) {
    if (prng.chance(50)) yield sleep(prng.below(4));
    prng.pick(tasks).cancel();
  }
  for (const task of tasks) yield* endOf(task);
  yield sleep(100);
  assertEquals(inside, 0);
  assertEquals(lock.statistics(), { locked: false, waiting: 0 });
  assertEquals(semaphore.statistics(), { value: most, waiting: 0 });
  assertEquals(limiter.statistics(), { limit: most, borrowed: 0, waiting: 0 });
}

/** Passes items through a queue that some take by select(), and cancels some. */
function* pass(as: FrontEnd, prng: Prng): Program<void> {
  const queue = new Queue<number>(prng.below(3));
  const [put, taken]: [number[], number[]] = [[], []];
  let next = 0;
  const producer = as(function* () {
    for (let n = 0; n < 10; n++) {
      const item = next++;
      yield queue.put(item);
      put.push(item);
      if (prng.chance(40)) yield sleep(prng.below(3));
    }
  });
  const consumer = as(function* () {
    for (;;) {
      if (prng.chance(50)) taken.push(yield queue.get());
      else {
        const { name, value } = yield select({ item: queue.get(), late: sleep(prng.below(3)) });
        if (name === "item") taken.push(value);
      }
      if (prng.chance(40)) yield sleep(prng.below(3));
    }
  });
  const producers = [1, 2, 3].map(() => createTask(producer));
  const consumers = [1, 2, 3].map(() => createTask(consumer));
  for (let n = 0; n < 4; n++) {
    yield sleep(prng.below(4));
    prng.pick([...producers, ...consumers.slice(1)]).cancel();
  }
  for (const task of producers) yield* endOf(task);
  yield sleep(100);
  assertEquals([queue.size, consumers[0].done], [0, false]);
  for (const task of consumers) task.cancel();
  for (const task of consumers) yield* endOf(task);
  assertEquals(taken.sort((a, b) => a - b), put.sort((a, b) => a - b));
  const { waitingGets, waitingPuts, unfinished } = queue.statistics();
  assertEquals([waitingGets, waitingPuts, unfinished], [0, 0, put.length]);
}

const PROGRAMS = {
  "at most so many are inside, and every permit comes back": crowd,
  "no item is lost or doubled": pass,
};

for (const [sentence, program] of Object.entries(PROGRAMS)) {
  for (const [name, as] of FRONT_ENDS) {
    Deno.test(`${sentence}, whoever is cancelled (${name})`, async () => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const main = as(() => program(as, new Prng(seed)));
        try {
          await run(main, { clock: new VirtualClock(), signals: [] });
        } catch (error) {
          throw new Error(`seed ${seed}: ${error}`, { cause: error });
        }
      }
    });
  }
}
