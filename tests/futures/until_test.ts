import {
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  sleep,
  timeout,
  TimeoutError,
  until,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { hostTurn } from "../host_turns.ts";
import { assertError, Boom, failure, inWorld, trial } from "./trial.ts";

trial("until() gives what a promise of the host does", function* () {
  assertEquals(yield until(hostTurn("value")), "value");
  assertEquals(yield until(() => hostTurn("made when awaited")), "made when awaited");
  yield* failure(until(Promise.reject(new Boom("b"))), Boom, "b");
  yield* failure(until(() => Promise.reject(new Boom("c"))), Boom, "c");
  const thenable: PromiseLike<number> = Promise.resolve(5);
  assertEquals(yield until({ then: thenable.then.bind(thenable) } as PromiseLike<number>), 5);
});

trial("until() keeps virtual time from passing while it waits", function* (_, { clock }) {
  const order: string[] = [];
  const timer = createTask(() => sleep(1000));
  timer.addDoneCallback(() => order.push("timer"));
  yield until(hostTurn(1));
  order.push(`host at ${clock.now()}`);
  yield timer;
  assertEquals(order, ["host at 0", "timer"]);
});

trial("until() that is cancelled aborts its signal and throws at once", function* () {
  const signals: AbortSignal[] = [];
  const task = createTask(() =>
    until((signal) => {
      signals.push(signal);
      return new Promise<void>(() => {});
    })
  );
  yield sleep(0);
  assert(!signals[0].aborted);
  task.cancel("enough");
  yield* failure(task, CancelledError, "enough");
  assert(signals[0].aborted);
  assertError(signals[0].reason, CancelledError, "enough");
  yield sleep(5); // Virtual time passes again.
});

trial("until() cancelled before it begins calls nothing", function* () {
  let called = false;
  const task = createTask(() =>
    until(() => {
      called = true;
      return Promise.resolve();
    })
  );
  task.cancel();
  yield* failure(task, CancelledError);
  assertEquals(called, false);
});

trial("until() swallows a rejection that comes after it was cancelled", function* () {
  const late = Promise.withResolvers<void>();
  const task = createTask(() => until(late.promise));
  yield sleep(0);
  task.cancel();
  yield* failure(task, CancelledError);
  late.reject(new Boom("late"));
  yield until(hostTurn(1));
});

trial("until() swallows the rejection of a promise that nobody came to wait for", function* () {
  const late = Promise.withResolvers<void>();
  const task = createTask(() => until(late.promise));
  task.cancel();
  yield* failure(task, CancelledError);
  until(late.promise);
  late.reject(new Boom("late"));
  yield until(hostTurn(1));
});

trial("until() cancelled after it was woken aborts its signal", function* () {
  const promise = Promise.withResolvers<string>();
  let signal: AbortSignal | undefined;
  const task = createTask(() => until((given) => (signal = given, promise.promise)));
  yield sleep(0);
  promise.resolve("lost");
  promise.promise.then(() => task.cancel("late"));
  yield* failure(task, CancelledError, "late");
  assertError(signal!.reason, CancelledError, "late");
});

trial("until() refuses what the library can await itself", function* () {
  const task = createTask(() => sleep(1));
  for (const awaitable of [task, sleep(1)]) {
    assertThrows(() => until(awaitable), TypeError, "await it with yield*");
  }
  yield task;
});

trial("until() cancelled after it was woken is cancelled", function* () {
  const promise = Promise.withResolvers<string>();
  const task = createTask(() => until(promise.promise));
  yield sleep(0);
  promise.resolve("lost");
  promise.promise.then(() => task.cancel("late"));
  yield* failure(task, CancelledError, "late");
});

trial("until() can be bounded by a timeout, and gathered", function* (as) {
  const bounded = timeout(
    5,
    as(function* () {
      yield gather([sleep(10), sleep(20)]);
      yield until(new Promise<void>(() => {}));
    }),
  );
  yield* failure(bounded, TimeoutError);
  assertEquals(yield gather([until(hostTurn(1)), until(hostTurn(2))]), [1, 2]);
  assertEquals(getRunningLoop().time(), 5);
});

trial("until() says in dumps what it waits for", function* () {
  const named = function download() {
    return new Promise<void>(() => {});
  };
  const waits = [
    () => until(named),
    () => until(() => new Promise<void>(() => {}), { label: "label" }),
  ];
  const tasks = waits.map((wait) => createTask(wait));
  yield sleep(0);
  const shown = tasks.map((task) => String(task.waitingOn));
  assert(shown[0].includes("download") && shown[1].includes("label"), shown.join());
  for (const task of tasks) {
    task.cancel();
    yield* failure(task, CancelledError);
  }
});

/** A query that runs each time its then() is called, and counts what is done to it. */
class Query<T> implements PromiseLike<T> {
  readonly #outcome: () => T | PromiseLike<T>;
  reads = 0;
  runs = 0;

  constructor(outcome: () => T | PromiseLike<T>) {
    this.#outcome = outcome;
  }

  get then(): PromiseLike<T>["then"] {
    this.reads++;
    return (onValue, onError) => {
      this.runs++;
      return hostTurn().then(this.#outcome).then(onValue, onError);
    };
  }
}

trial("until() runs a thenable once, when it is awaited", function* () {
  const query = new Query(() => "row");
  const waiting = until(query);
  assertEquals([query.reads, query.runs], [1, 0]);
  assertEquals([yield waiting, query.reads, query.runs], ["row", 1, 1]);
  const made = new Query(() => "made");
  assertEquals([yield until(() => made), made.reads, made.runs], ["made", 1, 1]);
  const bad = new Query(() => {
    throw new Boom("q");
  });
  yield* failure(until(bad), Boom, "q");
  assertEquals(bad.runs, 1);
});

trial("until() runs no thenable that nobody awaits, or that is cancelled before", function* () {
  const query = new Query(() => "row");
  until(query);
  const task = createTask(() => until(query));
  task.cancel();
  yield* failure(task, CancelledError);
  yield until(hostTurn());
  assertEquals(query.runs, 0);
});

trial("until() takes what a thenable gives as await does", function* () {
  const inner = new Query(() => "inner");
  const nested = { then: (onValue: (value: unknown) => void) => onValue(inner) };
  assertEquals([yield until(nested as PromiseLike<unknown>), inner.runs], ["inner", 1]);
  const hasty: PromiseLike<unknown> = {
    then() {
      throw new Boom("t");
    },
  };
  yield* failure(until(hasty), Boom, "t");
  const twice = {
    then(onValue: (value: number) => void, onError: (error: unknown) => void) {
      onValue(1);
      onError(new Boom());
      onValue(2);
    },
  };
  assertEquals(yield until(twice as PromiseLike<number>), 1);
});

trial("until() refuses what is no promise", function* () {
  for (const value of [5, undefined, null, "text", {}]) {
    assertThrows(() => until(value as never), TypeError, "until()");
  }
  yield* failure(until((() => 5) as never), TypeError, "5");
  yield* failure(
    until(() => {
      throw new Boom("at once");
    }),
    Boom,
    "at once",
  );
});

Deno.test("a native async function that a generator calls belongs to the generator's task", async () => {
  const names: (string | undefined)[] = [];
  const nameTwice = async () => {
    await sleep(0);
    names.push(currentTask()?.name);
    await sleep(0);
    return currentTask()?.name;
  };
  const caller = function* (): Coroutine<void> {
    for (let n = 0; n < 2; n++) names.push(yield* until(nameTwice()));
  };
  await inWorld(() =>
    function* () {
      const [a, b] = ["a", "b"].map((name) => createTask(caller, { name }));
      yield* a;
      yield* b;
    }
  );
  assertEquals(names.toSorted(), ["a", "a", "a", "a", "b", "b", "b", "b"]);
});

trial("virtual time passes while native code that until() waits for sleeps", function* (_, world) {
  const rest = async (ms: number) => {
    await sleep(ms);
    await null;
    await gather([sleep(ms), sleep(2 * ms)]);
    return ms;
  };
  assertEquals(yield until(() => rest(10)), 10);
  assertEquals(world.clock.now(), 30);
});

Deno.test("virtual time passes while native code that a generator called sleeps", async () => {
  const rest = async (ms: number) => {
    await sleep(ms);
    await sleep(ms);
    return ms;
  };
  await inWorld(({ clock }) =>
    function* () {
      assertEquals([yield* until(rest(10)), clock.now()], [10, 20]);
      const begun = rest(5);
      yield* sleep(0);
      assertEquals([yield* until(begun), clock.now()], [5, 30]);
    }
  );
});

trial("virtual time waits for the host again when native code has slept", function* (_, { clock }) {
  const host = Promise.withResolvers<number>();
  const other = createTask(() => sleep(1000));
  const waiting = createTask(() =>
    until(async () => {
      await sleep(10);
      setTimeout(() => host.resolve(clock.now()), 0);
      return await host.promise;
    })
  );
  assertEquals([yield waiting, clock.now(), other.done], [10, 10, false]);
  other.cancel();
});

Deno.test("virtual time does not pass while the host works beside a wait for the library", async () => {
  await inWorld(({ clock }) => async () => {
    const both = [until(hostTurn("host")).then(() => clock.now()), sleep(10)];
    assertEquals(await Promise.all(both), [0, undefined]);
  });
});
