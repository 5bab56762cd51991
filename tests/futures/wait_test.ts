import {
  CancelledError,
  createTask,
  Future,
  getRunningLoop,
  sleep,
  type Task,
  wait,
} from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { Boom, failure, trial } from "./trial.ts";

/** Starts a task per time; a negative time ends in failure. */
function start(...times: number[]): Task<number>[] {
  return times.map((time) =>
    createTask(function* () {
      yield* sleep(Math.abs(time));
      if (time < 0) throw new Boom(String(time));
      return time;
    })
  );
}

trial("wait() parts its futures into sets in the order they were given", function* () {
  const [slow, quick, middle] = start(30, 1, 20);
  const first = yield wait([slow, quick, middle], { returnWhen: "first" });
  assertEquals([[...first.done], [...first.pending]], [[quick], [slow, middle]]);
  const all = yield wait(new Set([slow, quick, middle]));
  assertEquals([[...all.done], [...all.pending]], [[slow, quick, middle], []]);
  assertEquals(getRunningLoop().time(), 30);
});

trial("wait() for an exception ends with the first failure, or when all are done", function* () {
  const futures = start(10, -2, 1);
  const failed = yield wait(futures, { returnWhen: "exception" });
  assertEquals([failed.done.size, getRunningLoop().time()], [2, 2]);
  const rest = yield wait([futures[0], futures[2]], { returnWhen: "exception" });
  assertEquals([rest.pending.size, getRunningLoop().time()], [0, 10]);
  futures[1].exception();
});

trial("wait() throws and cancels nothing at its timeout", function* () {
  const futures = start(1, 50);
  const { done, pending } = yield wait(futures, { timeout: 5 });
  assertEquals([[...done], [...pending]], [[futures[0]], [futures[1]]]);
  assertEquals([getRunningLoop().time(), yield futures[1]], [5, 50]);
});

trial("wait() that is cancelled leaves its futures alone, and no timer behind", function* () {
  const futures = start(50, 60);
  const task = createTask(() => wait(futures, { timeout: 1000 }));
  yield sleep(1);
  task.cancel("w");
  yield* failure(task, CancelledError, "w");
  assertEquals(getRunningLoop().metrics().timers, 2);
  yield wait(futures);
  assertEquals(futures.map((future) => future.result()), [50, 60]);
});

trial("wait() for what is done already takes no time", function* () {
  const future = new Future<void>();
  future.cancel();
  const { done } = yield wait([future]);
  assertEquals([[...done], getRunningLoop().time()], [[future], 0]);
});

trial("wait() refuses what it cannot wait for", function* () {
  const [task] = start(1);
  for (const value of [5, undefined, {}, task, sleep(1)]) {
    assertThrows(() => wait(value as never), TypeError, "wait()");
  }
  yield* failure(wait([]), RangeError, "at least one");
  yield* failure(wait([Promise.resolve()] as never), TypeError, "() => f()");
  yield* failure(wait([function* () {}()] as never), TypeError, "make a task");
  yield* failure(wait([sleep(1)] as never), TypeError, "make a task");
  assertThrows(() => wait([task], { returnWhen: "some" as "all" }), RangeError, '"some"');
  assertThrows(() => wait([task], { timeout: NaN }), RangeError, "NaN");
  assertThrows(() => wait([task], { timeout: "1" as unknown as number }), TypeError, "timeout");
  yield task;
});

trial("wait() waits for those that were in the list when it was called", function* () {
  const left = new Set(start(1, 2));
  const waiting = wait(left);
  left.clear();
  assertEquals((yield waiting).done.size, 2);
});
