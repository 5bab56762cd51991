import {
  CancelledError,
  createTask,
  gather,
  run,
  RuntimeError,
  type Task,
  TimeoutError,
  yieldNow,
} from "../../mod.ts";
import { JobLostError } from "../../workers.ts";
import { assert, assertEquals } from "../assert.ts";
import { Boom, failure, takeReport, trial } from "../futures/trial.ts";
import { Prng } from "../prng.ts";
import { echo, FakePool, type FakeSeat, type Script } from "./fake_pool.ts";
import { hostTurn } from "./pool_contract.ts";

const MODULE = "fake:module";

/** Leaves each job without an answer. */
const silent: Script = () => {};

trial("Pool runs jobs on seats of any kind, in the order they were asked for", function* () {
  const order: unknown[] = [];
  const pool = new FakePool((call, seat) => {
    order.push(call.args[0]);
    echo(call, seat);
  }, { size: 2 });
  const items = [1, 2, 3, 4, 5];
  assertEquals(yield gather(items.map((n) => pool.run(MODULE, "echo", n))), items);
  assertEquals([order, pool.seats.length], [items, 2]);
  yield pool.close();
  assertEquals(pool.seats.map((seat) => seat.log.join()), ["stop", "stop"]);
});

trial("Pool gives the place back if a seat cannot be started", function* () {
  const pool = new FakePool(echo, { size: 1, maxQueue: 0 });
  pool.startError = new Boom("no seat");
  yield* failure(pool.run(MODULE, "echo", 1), Boom, "no seat");
  assertEquals(pool.statistics(), { size: 1, running: 0, queued: 0, waiting: 0, seats: 0 });
  assertEquals(yield pool.run(MODULE, "echo", 2), 2);
  yield pool.close();
});

trial("Pool replaces a seat that ends by itself, and fails its job alone", function* () {
  let isFirst = true;
  const pool = new FakePool((call, seat) => {
    if (!isFirst) return echo(call, seat);
    isFirst = false;
    seat.die(new JobLostError("gone"));
  }, { size: 1 });
  const lost = createTask(() => pool.run(MODULE, "echo", 1));
  const queued = createTask(() => pool.run(MODULE, "echo", 2));
  yield* failure(lost, JobLostError, "gone");
  assertEquals([yield queued, pool.seats.length], [2, 2]);
  yield pool.close();
});

trial("Pool gives a job that a seat had no time to begin to another one", function* (_, world) {
  const pool = new FakePool((call, seat) => {
    if (call.args[0] === "late" && pool.seats.length === 1) seat.die(new JobLostError("gone"), 1);
    else echo(call, seat);
  }, { size: 1, maxQueue: 0 });
  assertEquals(yield pool.run(MODULE, "echo", "first"), "first");
  assertEquals([yield pool.run(MODULE, "echo", "late"), pool.seats.length], ["late", 2]);
  takeReport(world, "An idle worker has ended by itself");
  assertEquals(pool.statistics().running, 0);
  yield pool.close();
});

trial("Pool loses the job of a seat that begins nothing at all", function* () {
  const pool = new FakePool((_call, seat) => seat.die(new JobLostError("bad seat"), 0), {
    size: 1,
  });
  yield* failure(pool.run(MODULE, "echo", 1), JobLostError, "bad seat");
  assertEquals(pool.seats.length, 1);
  yield pool.close();
});

trial("Pool keeps all seats busy with chunks of any size", function* () {
  const held: [call: { args: readonly unknown[] }, seat: FakeSeat][] = [];
  const pool = new FakePool((call, seat) => {
    held.push([call, seat]);
    if (held.length < 2) return; // None is answered before there are two.
    for (const [{ args }, one] of held.splice(0)) one.say({ type: "result", value: args });
  }, { size: 2 });
  const items = Array.from({ length: 40 }, (_, n) => n);
  assertEquals(yield pool.map(MODULE, "echo", items, { chunk: 10 }), items);
  yield pool.close();
});

trial("Pool refuses results of a chunk that are not as many as its items", function* () {
  for (const value of [[1], [1, 2, 3], new Array(2 ** 32 - 1), 5]) {
    const pool = new FakePool((_call, seat) => seat.say({ type: "result", value }), { size: 1 });
    const results = pool.map(MODULE, "echo", [1, 2], { chunk: 2 });
    yield* failure(results, RuntimeError, "Cannot take the results of a chunk of 2 items");
    yield pool.close();
  }
});

trial("Pool counts the items of a map, in chunks too", function* () {
  const answerAll: Script = (call, seat) => seat.say({ type: "result", value: call.args });
  const pool = new FakePool(answerAll, { size: 1 });
  const results = pool.map<number>(MODULE, "echo", [1, 2, 3, 4, 5], { chunk: 2 });
  assertEquals(results.statistics(), { begun: 0, running: 0, waiting: 0, taken: 0 });
  assertEquals(yield results.next(), { done: false, value: 1 });
  const { begun, running, waiting, taken } = results.statistics();
  assertEquals([begun - running - waiting, taken], [taken, 1]);
  assertEquals(yield results, [2, 3, 4, 5]);
  assertEquals(results.statistics(), { begun: 5, running: 0, waiting: 0, taken: 5 });
  assertEquals(yield results.return(), { done: true, value: undefined });
  yield pool.close();
});

Deno.test("a map in chunks handles its failure as a promise does", async () => {
  const pool = new FakePool((_call, seat) => seat.die(new JobLostError("gone")), { size: 1 });
  await run(async () => {
    const results = () => pool.map(MODULE, "echo", [1, 2, 3], { chunk: 2 });
    assertEquals(await results().catch((error) => `${error}`), "JobLostError: gone");
    let isOver = false;
    await results().finally(() => isOver = true).catch(() => {});
    assert(isOver);
    await pool.close();
  });
});

Deno.test("Pool in which the jobs of two loops wait says that they cannot", async () => {
  const pool = new FakePool(echo, { size: 1 });
  const main = () => run(() => gather([1, 2, 3].map((n) => pool.run(MODULE, "echo", n))));
  const [first, second] = await Promise.allSettled([main(), main()]);
  assertEquals(first.status, "fulfilled");
  assert(second.status === "rejected" && second.reason instanceof RuntimeError);
  assert(second.reason.message.includes("jobs of another loop wait there"));
  assertEquals(pool.statistics().running, 0);
});

trial("Pool takes what a job gives once, however often it says so", function* () {
  const pool = new FakePool((call, seat) => {
    for (let n = 0; n < 3; n++) echo(call, seat);
  }, { size: 2 });
  assertEquals(yield pool.run(MODULE, "echo", 1), 1);
  for (let n = 0; n < 5; n++) yield hostTurn();
  const both = [2, 3].map((n) => pool.run(MODULE, "echo", n));
  assertEquals(yield gather(both), [2, 3]);
  assertEquals([pool.seats.length, pool.statistics().running], [2, 0]);
  yield pool.close();
});

trial("Pool drops what a job gives after it was given up", function* () {
  const pool = new FakePool(
    (call, seat) => call.args[0] === "late" ? undefined : echo(call, seat),
    {
      size: 1,
      grace: 60_000,
    },
  );
  const late = createTask(() => pool.run(MODULE, "echo", "late"));
  yield yieldNow();
  late.cancel();
  const next = createTask(() => pool.run(MODULE, "echo", "next"));
  yield* failure(late, CancelledError);
  const [seat] = pool.seats;
  assertEquals([seat.log, pool.statistics().running, next.done], [["cancel 1"], 1, false]);
  seat.say({ type: "progress", value: "dropped" });
  seat.say({ type: "error", error: { name: "Error", message: "dropped" } });
  assertEquals([yield next, pool.seats.length], ["next", 1]);
  yield pool.close();
});

trial("Pool does not use a seat again that cannot go on", function* () {
  const pool = new FakePool((call, seat) => {
    seat.isReusable = false;
    if (call.args[0] !== "late") echo(call, seat);
  }, { size: 1, grace: 60_000 });
  const late = createTask(() => pool.run(MODULE, "echo", "late"));
  yield yieldNow();
  late.cancel();
  yield* failure(late, CancelledError);
  const [seat] = pool.seats;
  seat.say({ type: "result", value: "dropped" });
  assertEquals(yield pool.run(MODULE, "echo", "next"), "next");
  assertEquals([seat.log, pool.seats.length], [["cancel 1", "kill"], 2]);
  yield pool.close();
});

for (const isCertain of [true, false]) {
  const what = isCertain ? "says nothing" : "reports it";
  trial(`Pool ends a seat after the grace, and ${what}`, function* (_, world) {
    const pool = new FakePool((_call, seat) => void (seat.isCertain = isCertain), {
      size: 1,
      grace: 1,
    });
    const late = createTask(() => pool.run(MODULE, "slow"));
    yield yieldNow();
    late.cancel();
    yield* failure(late, CancelledError);
    yield pool.close();
    assertEquals(pool.seats[0].log, ["cancel 1", "kill"]);
    if (!isCertain) takeReport(world, "A worker was replaced");
  });
}

trial("Pool takes the end of a seat as the end of the job that was given up", function* () {
  const pool = new FakePool(silent, { size: 1, grace: 60_000 });
  const late = createTask(() => pool.run(MODULE, "slow"));
  yield yieldNow();
  late.cancel();
  yield* failure(late, CancelledError);
  pool.seats[0].die(new JobLostError("gone"));
  yield pool.close();
  assertEquals(pool.statistics().seats, 0);
});

trial("Pool cancelled in the turn its job has ended leaves all free", function* () {
  const pool = new FakePool(echo, { size: 1 });
  const task = createTask(() => pool.run(MODULE, "echo", 1));
  yield yieldNow();
  const [seat] = pool.seats;
  while (pool.statistics().running > 0) yield hostTurn();
  task.cancel();
  yield task;
  assertEquals(seat.log, []);
  const woken = createTask(() => pool.run(MODULE, "echo", 1));
  yield yieldNow();
  setTimeout(() => woken.cancel(), 0); // Right after the answer.
  yield* failure(woken, CancelledError);
  assertEquals(yield pool.run(MODULE, "echo", 3), 3);
  assertEquals([seat.log, pool.seats.length], [[], 1]);
  yield pool.close();
});

trial("Pool counts a job's time from its beginning, not in the queue", function* () {
  let held: FakeSeat | undefined;
  const pool = new FakePool((call, seat) => {
    if (call.args[0] === "first") held = seat;
  }, { size: 1, grace: 1 });
  const first = createTask(() => pool.run(MODULE, "slow", "first"));
  const second = pool.job(MODULE, "slow", ["second"], { timeout: 0, label: "quick" });
  yield second.start();
  yield hostTurn();
  yield hostTurn();
  assertEquals(second.done, false);
  held!.say({ type: "result", value: 1 });
  assertEquals(yield first, 1);
  yield* failure(second, TimeoutError, "quick has taken longer than 0 ms");
  yield pool.close();
});

trial("Pool closed by `await using` ends its seats", function* () {
  const pool = new FakePool(echo);
  yield createTask(async () => {
    await using same = pool;
    await same.run(MODULE, "echo", 1);
  });
  assertEquals(pool.seats[0].log, ["stop"]);
});

trial(
  "Pool whose block is left gives its jobs up, and holds up no error",
  function* (_, { clock }) {
    const pool = new FakePool(silent, { size: 1, grace: 1 });
    const jobs = [1, 2].map((n) => createTask(() => pool.run(MODULE, "slow", n)));
    const main = createTask(async () => {
      await using _same = pool;
      await yieldNow();
      throw new Boom("main fails");
    });
    yield* failure(main, Boom, "main fails");
    for (const job of jobs) {
      yield* failure(job, JobLostError, "Cannot go on with the job slow", "pool.close()");
    }
    assertEquals([pool.seats.map(({ log }) => log.join()), clock.now()], [["cancel 1,kill"], 0]);
    const { running, queued, seats } = pool.statistics();
    assertEquals([running, queued, seats], [0, 0, 0]);
  },
);

trial("Pool that is closed within its block ends all that it was asked for", function* () {
  const pool = new FakePool(echo, { size: 1 });
  const jobs = [1, 2].map((n) => createTask(() => pool.run(MODULE, "echo", n)));
  yield createTask(async () => {
    await using _same = pool;
    await yieldNow();
    await pool.close();
  });
  assertEquals(yield gather(jobs), [1, 2]);
});

trial("Pool loses no place, whatever becomes of its jobs", function* (_, { reports }) {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Prng(seed);
    const pool = new FakePool((call, seat) => {
      const fate = random.below(10);
      seat.isReusable = fate % 2 === 0;
      if (fate === 0) seat.die(new JobLostError("gone"));
      else if (fate < 8) echo(call, seat);
    }, { size: 1 + random.below(3), maxQueue: random.below(3), grace: 2 });
    const tasks: Task<unknown>[] = [];
    for (let n = 0; n < 40; n++) {
      tasks.push(createTask(() => pool.job(MODULE, "echo", [n], { timeout: 5 })));
      if (random.below(3) === 0) tasks[random.below(tasks.length)].cancel();
      if (random.below(4) === 0) yield hostTurn();
    }
    yield gather(tasks, { returnExceptions: true });
    yield pool.close();
    const { running, queued, waiting, seats } = pool.statistics();
    assertEquals([running, queued, waiting, seats], [0, 0, 0, 0], `seed ${seed}`);
    for (const task of tasks) assert(task.done);
    assertEquals(reports, []);
  }
});
