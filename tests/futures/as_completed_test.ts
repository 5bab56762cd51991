import {
  asCompleted,
  CancelledError,
  createTask,
  each,
  Future,
  gather,
  getRunningLoop,
  run,
  RuntimeError,
  sleep,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { asGenerator, Boom, failure, type Program, trial } from "./trial.ts";

/** Takes all that comes, and lists results and names of errors. */
function* takeAll(
  completions: ReturnType<typeof asCompleted<unknown>>,
): Program<unknown[]> {
  const taken: unknown[] = [];
  for (;;) {
    const step: IteratorResult<Future<unknown>> = yield completions.next();
    if (step.done) return taken;
    assert(step.value.done);
    try {
      taken.push(step.value.result());
    } catch (error) {
      taken.push((error as Error).name);
    }
  }
}

trial("asCompleted() gives futures in the order in which they are done", function* (as) {
  const task = createTask(() => sleep(2, "task"));
  const bad = as(function* () {
    yield sleep(3);
    throw new Boom();
  });
  const completions = asCompleted<unknown>([sleep(4, "sleep"), task, bad, sleep(1, "first"), task]);
  assertEquals(yield* takeAll(completions), ["first", "task", "Boom", "sleep"]);
  assertEquals((yield completions.next()).done, true);
});

trial("asCompleted() gives tasks and futures as they were given", function* () {
  const given = [new Future<number>(), createTask(() => sleep(1, 1))];
  getRunningLoop().callLater(2, () => (given[0] as Future<number>).setResult(0));
  const completions = asCompleted(given as Iterable<Future<number>>);
  assert((yield completions.next()).value === given[1]);
  assert((yield completions.next()).value === given[0]);
});

trial("asCompleted() of nothing is at its end at once", function* () {
  assertEquals(yield* takeAll(asCompleted<unknown>([])), []);
  assertEquals(getRunningLoop().metrics().timers, 0);
});

trial("asCompleted() throws at its timeout for each that is left, and cancels none", function* () {
  const slow = createTask(() => sleep(50, "slow"));
  const completions = asCompleted<unknown>([slow, sleep(1, "quick"), sleep(60)], { timeout: 10 });
  assertEquals((yield completions.next()).value.result(), "quick");
  yield* failure(completions.next(), TimeoutError);
  yield* failure(completions.next(), TimeoutError);
  assertEquals((yield completions.next()).done, true);
  assertEquals([getRunningLoop().time(), slow.done], [10, false]);
  assertEquals(yield slow, "slow");
  yield sleep(10);
});

trial("asCompleted() in time leaves no timer", function* (_, { loop }) {
  yield* takeAll(asCompleted<unknown>([sleep(1), sleep(2)], { timeout: 1000 }));
  assertEquals([loop.metrics().timers, loop.time()], [0, 2]);
});

trial("asCompleted() that is cancelled loses nothing: another step gets it", function* (as) {
  const work = createTask(() => sleep(5, "kept"));
  const completions = asCompleted<unknown>([work]);
  const step = createTask(as(function* () {
    yield completions.next();
  }));
  yield sleep(1);
  step.cancel();
  yield* failure(step, CancelledError);
  assertEquals([work.cancelling, yield work], [0, "kept"]);
});

/** A future that counts its done callbacks. */
class Counted extends Future<number> {
  callbacks = 0;

  override addDoneCallback(...args: Parameters<Future<number>["addDoneCallback"]>): void {
    this.callbacks++;
    super.addDoneCallback(...args);
  }

  override removeDoneCallback(...args: Parameters<Future<number>["removeDoneCallback"]>): number {
    const removed = super.removeDoneCallback(...args);
    this.callbacks -= removed;
    return removed;
  }
}

trial("asCompleted() that is left early leaves no timer and no callback", function* (_, { loop }) {
  const long = new Counted();
  const completions = asCompleted([long, sleep(1, 1)], { timeout: 1000 });
  assertEquals([(yield completions.next()).value.result(), loop.metrics().timers], [1, 1]);
  assertEquals(yield completions.return(), { done: true, value: undefined });
  assertEquals([long.callbacks, loop.metrics().timers], [0, 0]);
  assertEquals((yield completions.next()).done, true);
});

trial("asCompleted() that is left ends the steps that wait", function* (as) {
  const completions = asCompleted([new Future<number>(), new Future<number>()]);
  const steps = [0, 1].map(() =>
    createTask(as(function* () {
      return (yield completions.next()).done;
    }))
  );
  yield sleep(1);
  yield completions.return();
  assertEquals([yield steps[0], yield steps[1]], [true, true]);
});

Deno.test("a loop over asCompleted() that is left leaves nothing, however it is left", async () => {
  for (const way of ["break", "throw"]) {
    await run(async () => {
      const [long, loop] = [new Counted(), getRunningLoop()];
      const task = createTask(async () => {
        for await (const _ of asCompleted([long, sleep(1)], { timeout: 1000 })) {
          if (way === "break") break;
          if (way === "throw") throw new Boom();
        }
      });
      await gather([task], { returnExceptions: true });
      assertEquals([way, long.callbacks, loop.metrics().timers], [way, 0, 0]);
    }, { clock: new VirtualClock(), signals: [] });
  }
});

Deno.test("asCompleted() can be iterated by for await, and by each()", async () => {
  await run(async () => {
    const order: number[] = [];
    for await (const done of asCompleted([3, 1, 2].map((n) => sleep(n, n)))) {
      order.push(done.result());
    }
    assertEquals(order, [1, 2, 3]);
  }, { clock: new VirtualClock(), signals: [] });
  await run(function* () {
    const order: number[] = [];
    yield* each(asCompleted([3, 1, 2].map((n) => sleep(n, n))), function* (done) {
      yield* sleep(5);
      order.push(done.result());
    });
    assertEquals(order, [1, 2, 3]);
  }, { clock: new VirtualClock(), signals: [] });
});

Deno.test("asCompleted() may be left early: the work goes on", async () => {
  await run(async () => {
    const tasks = [1, 2].map((n) => createTask(() => sleep(n, n)));
    for await (const _ of asCompleted(tasks, { timeout: 100 })) break;
    assertEquals([tasks[0].done, tasks[1].done], [true, false]);
    assertEquals(await tasks[1], 2);
  }, { clock: new VirtualClock(), signals: [] });
});

trial("asCompleted() refuses ill-typed arguments", function* () {
  const task = createTask(() => sleep(1));
  for (const value of [5, undefined, {}, task, sleep(1)]) {
    assertThrows(() => asCompleted(value as never), TypeError, "asCompleted()");
  }
  assertThrows(() => asCompleted([5] as never), TypeError, "5");
  assertThrows(() => asCompleted([Promise.resolve()] as never), TypeError, "() => f()");
  assertThrows(() => asCompleted([task], { timeout: NaN }), RangeError, "NaN");
  assertThrows(() => asCompleted([task], { timeout: "1" as never }), TypeError, "timeout");
  yield task;
});

Deno.test("asCompleted() outside of a loop says what to do", () => {
  assertThrows(() => asCompleted([asGenerator(function* () {})]), RuntimeError, "run()");
});
