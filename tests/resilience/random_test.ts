import {
  createTask,
  getRunningLoop,
  isCancelled,
  Runner,
  sleep,
  type Task,
  timeout,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import { CircuitBreaker, CircuitOpenError, hedge, singleFlight } from "../../resilience.ts";
import { assert, assertEquals } from "../assert.ts";
import {
  assertIdle,
  Boom,
  caught,
  FRONT_ENDS,
  type FrontEnd,
  type Program,
} from "../futures/trial.ts";
import { Prng } from "../prng.ts";
import { rounds } from "../rounds.ts";

const SEEDS = rounds(100);

/** Awaits what may fail as it is meant to, and gives whether it did not. */
function* succeeds(work: Parameters<typeof caught>[0]): Program<boolean> {
  const error = yield* caught(work);
  if (error === undefined) return true;
  const isExpected = isCancelled(error) || error instanceof Boom ||
    error instanceof TimeoutError || error instanceof CircuitOpenError;
  if (!isExpected) throw error;
  return false;
}

/** Lets many ask for a few things, with random patience. */
function* ask(as: FrontEnd, prng: Prng): Program<void> {
  let running = 0;
  const load = as(function* (key: number, run: { count: number }) {
    running++;
    run.count++;
    try {
      yield sleep(prng.below(6));
      if (prng.chance(10)) throw new Boom();
      return key;
    } finally {
      running--;
    }
  });
  const runs = Array.from({ length: 3 }, () => ({ count: 0 }));
  const get = singleFlight((key: number) => load(key, runs[key]));
  const caller = as(function* () {
    for (let n = 0; n < 5; n++) {
      const key = prng.below(3);
      const call = prng.chance(50) ? get(key) : timeout(prng.below(6), () => get(key));
      const error = yield* caught(call);
      if (isCancelled(error)) throw error;
      if (prng.chance(50)) yield sleep(prng.below(4));
    }
  });
  const tasks = Array.from({ length: 8 }, () => createTask(caller));
  for (let n = 0; n < 4; n++) {
    yield sleep(prng.below(8));
    prng.pick(tasks).cancel();
  }
  for (const task of tasks) yield* succeeds(task);
  assertEquals(running, 0); // Who left last has waited for the end.
  assert(runs.every(({ count }) => count > 0 && count < 40), JSON.stringify(runs));
}

/** Lets many call a service that breaks and recovers, hedged and through a breaker. */
function* call(as: FrontEnd, prng: Prng): Program<void> {
  let running = 0;
  let isUp = true;
  const service = as(function* (attempt: number) {
    running++;
    try {
      yield sleep(prng.below(8));
      if (!isUp && prng.chance(90)) throw new Boom();
      return attempt;
    } finally {
      try {
        if (prng.chance(20)) yield sleep(1);
      } finally {
        running--;
      }
    }
  });
  const breaker = new CircuitBreaker({ failures: 2, window: 4, cooldown: 20, trials: 2 });
  const caller = as(function* () {
    for (let n = 0; n < 6; n++) {
      const hedged = () => hedge(service, { after: prng.below(4), attempts: 1 + prng.below(3) });
      yield* succeeds(breaker.run(() => timeout(prng.below(12), hedged)));
      assert(["closed", "open", "half-open"].includes(breaker.state));
      yield sleep(prng.below(6));
    }
  });
  const tasks: Task<unknown>[] = Array.from({ length: 5 }, () => createTask(caller));
  for (let n = 0; n < 8; n++) {
    yield sleep(prng.below(10));
    isUp = prng.chance(50);
    if (prng.chance(40)) prng.pick(tasks).cancel();
  }
  isUp = true;
  for (const task of tasks) yield* succeeds(task);
  assertEquals(running, 0);
  const end = getRunningLoop().time() + 1000;
  while (breaker.state !== "closed" && getRunningLoop().time() < end) {
    yield* succeeds(breaker.run(() => service(1)));
    yield sleep(20);
  }
  assertEquals(breaker.state, "closed");
}

const PROGRAMS = {
  "singleFlight() answers all, and leaves no run behind": ask,
  "hedge() and CircuitBreaker leave no attempt behind, and recover": call,
};

for (const [sentence, program] of Object.entries(PROGRAMS)) {
  for (const [name, as] of FRONT_ENDS) {
    Deno.test(`${sentence}, whoever is cancelled (${name})`, async () => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const reports: unknown[] = [];
        const onError = ({ exception }: { exception?: unknown }) => {
          if (!(exception instanceof Boom)) reports.push(exception);
        };
        const runner = new Runner({ clock: new VirtualClock(), onError, signals: [] });
        try {
          await runner.run(as(() => program(as, new Prng(seed))));
          await runner.run(() => sleep(100));
          assertIdle(runner.loop);
        } catch (error) {
          throw new Error(`seed ${seed}: ${error}`, { cause: error });
        } finally {
          await runner.close();
        }
        assertEquals(reports, []);
      }
    });
  }
}

Deno.test("several strands of a task are hedged, share runs, and are cancelled side by side", async () => {
  const runner = new Runner({ clock: new VirtualClock(), signals: [] });
  await runner.run(async () => {
    let runs = 0;
    const get = singleFlight((key: string) => sleep(10, `${key}${++runs}`));
    const slow = (attempt: number) => sleep(attempt === 1 ? 100 : 5, attempt);
    const late = (error: unknown) => error instanceof TimeoutError ? "late" : error;
    const results = await Promise.all([
      get("a"),
      timeout(5, () => get("a")).catch(late),
      timeout(5, () => get("b")).catch(late),
      hedge(slow, { after: 3 }),
      timeout(5, () => hedge(slow, { after: 3 })).catch(late),
    ]);
    assertEquals(results, ["a1", "late", "late", 2, "late"]);
    assertEquals(runner.loop.time(), 10);
  });
  assertIdle(runner.loop);
  await runner.close();
});
