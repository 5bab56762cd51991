import {
  CancelledError,
  createTask,
  gather,
  getRunningLoop,
  sleep,
  timeout,
  TimeoutError,
  until,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertError, Boom, failure, trial } from "./trial.ts";

/** Gives a value in a host's turn. */
function hostTurn<T>(value: T): Promise<T> {
  return new Promise((resolve) => void setTimeout(() => resolve(value), 0));
}

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
