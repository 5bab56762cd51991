import {
  asCompleted,
  CancelledError,
  createTask,
  each,
  EventLoop,
  Future,
  gather,
  getRunningLoop,
  RuntimeError,
  sleep,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertError, Boom, caught, failure, trial } from "./trial.ts";

/** Fails after a time. */
function* failAfter(ms: number, message: string) {
  yield* sleep(ms);
  throw new Boom(message);
}

trial("gather() gives results in the order of its arguments, of any kind", function* (as) {
  const future = new Future<string>();
  getRunningLoop().callLater(1, () => future.setResult("future"));
  const results: string[] = yield gather([
    sleep(3, "sleep"),
    as(function* () {
      yield sleep(1);
      return "function";
    }),
    createTask(() => sleep(2, "task")),
    future,
    gather([sleep(1, "nested")]),
  ] as Iterable<Future<string>>);
  assertEquals(results.flat(), ["sleep", "function", "task", "future", "nested"]);
  assertEquals(getRunningLoop().time(), 3);
});

trial("gather() of nothing is done at once, and takes any iterable", function* () {
  assertEquals([yield gather([]), yield gather(new Set([]))], [[], []]);
  assertEquals(gather([]).done, true);
  assertEquals(yield gather(new Set([sleep(1, 1), sleep(0, 2)])), [1, 2]);
});

trial("gather() runs an awaitable given twice once", function* () {
  let runs = 0;
  const work = function* () {
    runs++;
    yield* sleep(1);
    return runs;
  };
  const coroutine = work();
  assertEquals(yield gather([coroutine, coroutine]), [1, 1]);
  assertEquals(runs, 1);
});

trial("gather() and asCompleted() call a function for each time it is given", function* (as) {
  let runs = 0;
  const work = as(function* () {
    const run = ++runs;
    yield sleep(1);
    return run;
  });
  assertEquals(yield gather([work, work, work]), [1, 2, 3]);
  const results: number[] = [];
  yield each(asCompleted([work, work]), (done) => {
    results.push(done.result());
    return sleep(0);
  });
  assertEquals(results, [4, 5]);
});

trial("gather() throws the first failure at once, and lets the others go on", function* () {
  const other = createTask(() => sleep(9, "went on"));
  const both = gather([failAfter(1, "first"), failAfter(2, "second"), other]);
  yield* failure(both, Boom, "first");
  assertEquals([getRunningLoop().time(), other.done], [1, false]);
  assertEquals(yield other, "went on"); // The second failure is reported to nobody.
});

trial("gather() lists failures in place of results when told to", function* () {
  const cancelled = createTask(() => sleep(9));
  getRunningLoop().callLater(1, () => cancelled.cancel("c"));
  const results: unknown[] = yield gather([failAfter(2, "b"), sleep(3, "r"), cancelled], {
    returnExceptions: true,
  });
  assertError(results[0], Boom, "b");
  assertEquals(results[1], "r");
  assertError(results[2], CancelledError);
});

trial("gather() throws the cancellation of a child, which is not its own", function* () {
  const child = createTask(() => sleep(9));
  const both = gather([child, sleep(2)]);
  child.cancel("child");
  yield* failure(both, CancelledError, "child");
  assertEquals(both.cancelled, false);
  yield sleep(5);
});

trial("gather() that is cancelled cancels every child that is not done", function* (as) {
  const log: string[] = [];
  const child = (name: string) =>
    as(function* () {
      try {
        yield sleep(9);
      } finally {
        yield sleep(1);
        log.push(name);
      }
    });
  const task = createTask(as(function* () {
    yield gather([child("a"), sleep(0), child("b")]);
  }));
  yield sleep(2);
  assert(task.cancel("all"));
  yield* failure(task, CancelledError, "all");
  assertEquals([log, getRunningLoop().time()], [["a", "b"], 3]);
});

trial("gather() cancelled before its children began runs none of them", function* () {
  let began = 0;
  // deno-lint-ignore require-yield -- it must not run
  const child = function* () {
    began++;
  };
  const both = gather([child, child]);
  assert(both.cancel());
  yield* failure(both, CancelledError);
  assertEquals([began, both.cancel()], [0, false]);
});

trial("gather() refuses what is no list of awaitables, and starts nothing", function* () {
  for (const value of [5, undefined, null, {}, () => {}]) {
    assertThrows(() => gather(value as never), TypeError, "gather()");
  }
  for (const value of [[5], ["text"], [undefined], "text"]) {
    assertThrows(() => gather(value as never), TypeError);
  }
  assertThrows(() => gather([Promise.resolve()] as never), TypeError, "() => f()");
  yield sleep(0);
});

trial("gather() refuses a single awaitable: it takes a list", function* () {
  const task = createTask(() => sleep(1));
  const coroutine = failAfter(1, "never");
  for (const value of [task, sleep(1), coroutine, gather([])]) {
    assertThrows(() => gather(value as never), TypeError, "gather()");
  }
  yield task;
});

trial("gather() refuses futures of two loops", function* () {
  const other = new EventLoop();
  const [a, b] = [new Future<void>(), other.createFuture<void>()];
  assertThrows(() => gather([a, b]), RangeError, "another loop");
  other.close();
  yield* caught(sleep(0));
});

Deno.test("gather() outside of a loop says what to do", () => {
  assertThrows(() => gather([]), RuntimeError, "run()");
});
