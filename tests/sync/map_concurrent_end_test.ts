import {
  asyncGenerator,
  CancelledError,
  type CancelScope,
  cancelScope,
  createTask,
  currentTask,
  each,
  getRunningLoop,
  mapConcurrent,
  RuntimeError,
  sleep,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { Boom, failure, type FrontEnd, takeReports, trial } from "../futures/trial.ts";

/** Makes work that sleeps as long as its item says, and fails at an item of 5. */
function breakingAtFive(as: FrontEnd, log: string[] = []) {
  return as(function* (ms: number) {
    try {
      yield sleep(ms);
    } catch (error) {
      log.push(`${ms} cancelled at ${getRunningLoop().time()}`);
      throw error;
    }
    if (ms === 5) throw new Boom("5");
    return ms;
  });
}

trial("mapConcurrent() whose work was cancelled is no failure to report", function* (as) {
  const work = as(function* (item: number) {
    yield sleep(item);
    if (item === 3) currentTask()!.cancel();
    yield sleep(0);
    return item;
  });
  const body = as(function* () {
    yield sleep(5);
    throw new Boom("enough");
  });
  yield* failure(each(mapConcurrent([1, 3], work, { limit: 2 }), body), Boom, "enough");
  assertEquals(getRunningLoop().time(), 6);
});

trial("mapConcurrent() that fails while nobody looks cancels the rest at once", function* (as) {
  const log: string[] = [];
  const results = mapConcurrent([1, 5, 100], breakingAtFive(as, log));
  yield results.next();
  yield sleep(10);
  assertEquals(log, ["100 cancelled at 5"]);
  yield* failure(results.next(), Boom, "5");
  assertEquals(yield results.next(), { done: true, value: undefined });
});

trial("mapConcurrent() reports a failure that nobody came for", function* (as, { reports }) {
  const results = mapConcurrent([1, 5], breakingAtFive(as));
  yield results.next();
  yield sleep(10);
  yield results.return();
  assertEquals(takeReports(reports), ["mapConcurrent() failed, and nobody asked for more: 5"]);
});

trial("mapConcurrent() that is closed ends the wait of another task", function* (as) {
  const slow = asyncGenerator<number>(function* (emit) {
    yield* sleep(1000);
    yield* emit(1);
  });
  for (const items of [slow, [1000]]) {
    const results = mapConcurrent(items, breakingAtFive(as));
    const waiter = createTask(() => results.next());
    yield sleep(1);
    assertEquals(yield results.return(), { done: true, value: undefined });
    assertEquals(yield waiter, { done: true, value: undefined });
  }
});

trial("mapConcurrent() throws the work's error when its source fails to close", function* (as, {
  reports,
}) {
  const source = function* () {
    try {
      yield 5;
      yield 5;
    } finally {
      // deno-lint-ignore no-unsafe-finally -- it is what is tested
      throw new Boom("close");
    }
  };
  const results = mapConcurrent(source(), breakingAtFive(as), { limit: 1 });
  yield* failure(results, Boom, "5");
  const message = "the source of mapConcurrent() failed when it was closed: close";
  assertEquals(takeReports(reports), [message]);
});

trial("mapConcurrent() cleans up to the end, however often it is cancelled", function* (as) {
  const log: string[] = [];
  const source = asyncGenerator<number>(function* (emit) {
    try {
      for (;;) yield* emit(1);
    } finally {
      log.push("source closed");
    }
  });
  const work = as(function* () {
    try {
      yield sleep(1000);
    } finally {
      yield sleep(10);
      log.push("work ended");
    }
  });
  const task = createTask(() => mapConcurrent(source, work, { limit: 1 }));
  yield sleep(1);
  task.cancel();
  yield sleep(1);
  task.cancel();
  yield* failure(task, CancelledError);
  assertEquals(log, ["work ended", "source closed"]);
});

trial("mapConcurrent() that fails lets the cleanup of the rest come to its end", function* (as) {
  const log: string[] = [];
  const work = as(function* (ms: number) {
    if (ms === 5) throw new Boom("5");
    try {
      yield sleep(1000);
    } finally {
      yield sleep(10);
      log.push("work ended");
    }
  });
  yield* failure(mapConcurrent([1, 5], work), Boom, "5");
  assertEquals(log, ["work ended"]);
});

trial("mapConcurrent() in a cancelled scope cleans up to the end", function* (as) {
  const log: string[] = [];
  const work = as(function* () {
    try {
      yield sleep(1000);
    } finally {
      log.push("work ended");
    }
  });
  const body = as(function* (scope: CancelScope) {
    getRunningLoop().callLater(1, () => scope.cancel());
    yield mapConcurrent([1], work);
  });
  yield cancelScope(body);
  assertEquals(log, ["work ended"]);
});

trial("mapConcurrent() can be awaited once", function* (as) {
  const results = mapConcurrent([1], breakingAtFive(as));
  assertEquals(yield results, [1]);
  yield* failure(results, RuntimeError, "a second time");
});
