import {
  type Awaitable,
  CancelledError,
  createTask,
  gather,
  getRunningLoop,
  run,
  sleep,
  type Task,
  timeout,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import { singleFlight } from "../../resilience.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { Boom, failure, type FrontEnd, trial } from "../futures/trial.ts";

/** Makes a function whose runs take 10 ms, and note what becomes of them. */
function loader(as: FrontEnd) {
  const log: string[] = [];
  const failures: Error[] = [];
  let runs = 0;
  const load = as(function* (key: string) {
    const run = ++runs;
    log.push(`begin ${key}${run}`);
    try {
      yield sleep(10);
      const error = failures.shift();
      if (error !== undefined) throw error;
      log.push(`end ${key}${run}`);
      return `${key}${run}`;
    } catch (error) {
      if (error instanceof CancelledError) {
        yield sleep(5);
        log.push(`cancelled ${key}${run}`);
      }
      throw error;
    }
  });
  return { log, failures, get: singleFlight(load) };
}

const start = <T>(call: () => Awaitable<T>): Task<T> => createTask(call);

trial("singleFlight() shares a run among who ask for the same at the same time", function* (as) {
  const { log, get } = loader(as);
  const first = start(() => get("a"));
  yield sleep(9);
  const [second, other] = [start(() => get("a")), start(() => get("b"))];
  assertEquals(yield gather([first, second, other]), ["a1", "a1", "b2"]);
  assertEquals(log, ["begin a1", "begin b2", "end a1", "end b2"]);
  assertEquals([yield get("a"), getRunningLoop().time()], ["a3", 29]);
});

trial("singleFlight() gives a failure to all who share the run, and keeps none", function* (as) {
  const { failures, get } = loader(as);
  const boom = new Boom("once");
  failures.push(boom);
  const tasks = [start(() => get("a")), start(() => get("a"))];
  for (const task of tasks) assertEquals(yield* failure(task, Boom), boom);
  assertEquals(yield get("a"), "a2");
});

trial("singleFlight() goes on for the others when one leaves", function* (as) {
  const { log, get } = loader(as);
  const [first, second] = [start(() => get("a")), start(() => get("a"))];
  yield sleep(5);
  first.cancel();
  yield* failure(first, CancelledError);
  assertEquals([yield second, log], ["a1", ["begin a1", "end a1"]]);
});

trial(
  "singleFlight() is cancelled when the last one leaves, who waits for its end",
  function* (as) {
    const { log, get } = loader(as);
    const [first, second] = [start(() => get("a")), start(() => timeout(5, () => get("a")))];
    yield sleep(2);
    first.cancel();
    yield* failure(first, CancelledError);
    yield* failure(second, TimeoutError);
    assertEquals([log, getRunningLoop().time()], [["begin a1", "cancelled a1"], 10]);
  },
);

trial("singleFlight() begins another run while one that all have left ends", function* (as) {
  const { log, get } = loader(as);
  const leaver = start(() => get("a"));
  yield sleep(5);
  leaver.cancel();
  yield sleep(0);
  assertEquals(yield get("a"), "a2");
  yield* failure(leaver, CancelledError);
  assertEquals(log, ["begin a1", "begin a2", "cancelled a1", "end a2"]);
});

trial("singleFlight() takes who comes as the last one leaves", function* (as) {
  const { log, get } = loader(as);
  const leaver = start(() => get("a"));
  yield sleep(5);
  const comer = start(() => get("a"));
  yield sleep(0);
  leaver.cancel();
  yield* failure(leaver, CancelledError);
  assertEquals([yield comer, log], ["a1", ["begin a1", "end a1"]]);
});

trial(
  "singleFlight() whose caller is cancelled after the run has ended ends as cancelled",
  function* (
    as,
  ) {
    const { get } = loader(as);
    const tasks = [start(() => get("a")), start(() => get("a"))];
    yield sleep(10);
    yield sleep(0);
    tasks[0].cancel();
    yield* failure(tasks[0], CancelledError);
    assertEquals(yield tasks[1], "a1");
  },
);

trial("singleFlight() tells calls apart by their key", function* (as) {
  let runs = 0;
  const add = as(function* (a: number, b: number) {
    runs++;
    yield sleep(1);
    return a + b;
  });
  const shared = singleFlight(add, { key: (a: number, b: number) => `${a},${b}` });
  assertEquals(yield gather([shared(1, 2), shared(1, 2), shared(2, 2)]), [3, 3, 4]);
  assertEquals(runs, 2);
  const keyless = singleFlight(add);
  assertThrows(() => keyless(1, 2), TypeError, "key");
  const alone = singleFlight(as(function* () {
    runs++;
    yield sleep(1);
  }));
  yield gather([alone(), alone()]);
  assertEquals(runs, 3);
});

trial("singleFlight() takes plain functions, and what they throw", function* () {
  const plain = singleFlight((n: number) => {
    if (n < 0) throw new Boom("negative");
    return n;
  });
  assertEquals(yield plain(5), 5);
  yield* failure(plain(-1), Boom, "negative");
});

Deno.test("singleFlight() keeps the runs of each loop apart", async () => {
  let runs = 0;
  const get = singleFlight(() => sleep(10, ++runs));
  const main = () => timeout(5, () => get());
  for (let n = 0; n < 2; n++) {
    await run(main, { clock: new VirtualClock(), signals: [] }).catch(() => {});
  }
  assertEquals(await run(() => get(), { clock: new VirtualClock(), signals: [] }), 3);
});

Deno.test("singleFlight() refuses bad input, and has a name in dumps", () => {
  assertThrows(() => singleFlight(5 as never), TypeError, "fn");
  assertThrows(() => singleFlight(() => 5, { key: 5 as never }), TypeError, "key");
  assertThrows(() => singleFlight(() => 5, { by: 5 } as never), TypeError, "Unknown option");
  const load = Object.defineProperty(() => 5, "name", { value: "load" });
  assertEquals(`${singleFlight(load)()}`, "singleFlight() of load");
});
