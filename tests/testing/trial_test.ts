import {
  CancelledError,
  createTask,
  currentTask,
  DeadlockError,
  ExceptionGroup,
  Future,
  getRunningLoop,
  Lock,
  run,
  RuntimeError,
  sleep,
  VirtualClock,
  yieldNow,
} from "../../mod.ts";
import { runTest, type TestBody } from "../../testing.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import {
  Boom,
  caughtBy,
  FRONT_ENDS,
  type FrontEnd,
  type Program,
  rejection,
} from "../futures/trial.ts";

/** Defines a test per front end. */
function forBoth(sentence: string, body: (as: FrontEnd) => Promise<void>): void {
  for (const [name, as] of FRONT_ENDS) Deno.test(`${sentence} (${name})`, () => body(as));
}

forBoth("a test returns what its body returns, in no time", async (as) => {
  const result = await runTest(as(function* (scope): Program<string> {
    assert(scope.loop === getRunningLoop());
    yield sleep(3_600_000);
    assertEquals([scope.clock.now(), scope.loop.time()], [3_600_000, 3_600_000]);
    return `${currentTask()!.name} is over`;
  }) as TestBody<string>);
  assertEquals(result, "the test is over");
});

forBoth("a test fails with the very error of its body", async (as) => {
  const boom = new Boom("here");
  const error = await rejection(
    runTest(as(function* () {
      yield sleep(1);
      throw boom;
    })),
    Boom,
  );
  assert(error === boom);
});

forBoth("a failed body is not blamed for what it leaves behind, only for errors", async (as) => {
  const error = await rejection(
    runTest(as(function* () {
      createTask(() => sleep(5));
      createTask(as(function* () {
        yield yieldNow();
        throw new Boom("the reason");
      }));
      yield sleep(1);
      throw new Boom("the symptom");
    })),
    ExceptionGroup,
  );
  const [symptom, reason, ...others] = error.errors;
  assertEquals([symptom.message, reason.cause.message], ["the symptom", "the reason"]);
  assertEquals(others, []);
});

forBoth("a test that waits for what cannot come fails with who waits on what", async (as) => {
  let isClosed = false;
  const error = await rejection(
    runTest(
      as(function* ({ defer }): Program {
        defer(() => isClosed = true);
        const locked = new Lock();
        yield locked.acquire();
        createTask(() => locked.acquire(), { name: "visitor" });
        yield new Future<void>();
      }) as TestBody,
      { name: "a deadlock" },
    ),
    DeadlockError,
    "a deadlock waits on <future pending>",
    "visitor waits on Lock.acquire()",
  );
  assert(error && isClosed, "what was deferred must be called");
});

Deno.test("a body that is cancelled by itself fails with its cancellation", async () => {
  const error = await caughtBy(runTest(async () => {
    currentTask()!.cancel("by itself");
    await sleep(1);
  }));
  assert(error instanceof CancelledError && error.message === "by itself", String(error));
});

Deno.test("a test starts its clock where it says, or has one of its own", async () => {
  await runTest(({ clock }) => sleep(5, assertEquals(clock.now(), 100)), { start: 100 });
  const own = new VirtualClock(7);
  await runTest(({ clock }) => sleep(5, assert(clock === own)), { clock: own });
  assertEquals(own.now(), 12);
});

Deno.test("a test on another clock has its time, and no virtual one", async () => {
  const before = performance.now();
  await runTest(async (scope) => {
    assert(scope.loop.time() >= before);
    assertThrows(() => scope.clock, RuntimeError, "loop.time()");
    await sleep(0);
  }, { clock: "real" });
  await runTest(async (scope) => {
    await yieldNow();
    assertEquals(scope.loop.time(), 5);
    assertThrows(() => scope.clock, RuntimeError, "loop.time()");
  }, { clock: { now: () => 5 } });
});

Deno.test("a schedule is followed, and its seed is that of the random choices", async () => {
  const play = async (seed: number): Promise<string> => {
    const order: number[] = [];
    const drawn = await runTest<number>(async ({ random }) => {
      for (let n = 0; n < 8; n++) getRunningLoop().callSoon(() => void order.push(n));
      await sleep(1);
      return random.below(1_000_000);
    }, { schedule: { seed } });
    return `${order} ${drawn}`;
  };
  assertEquals(await play(3), await play(3));
  const [three, four] = [await play(3), await play(4)];
  assert(three !== four && !three.startsWith("0,1,2,3,4,5,6,7"), three);
});

Deno.test("a test refuses what it cannot use", async () => {
  const body = () => sleep(0);
  const bad = (value: unknown) => value as never;
  await rejection(runTest(bad(5)), TypeError, "5");
  await rejection(runTest(bad(() => 5)), TypeError, "5");
  await rejection(runTest(body, { clock: bad("sand") }), TypeError, '"sand"');
  await rejection(runTest(body, { clock: "real", start: 1 }), TypeError, "start", '"real"');
  await rejection(runTest(body, { start: NaN }), RangeError, "NaN");
  await rejection(runTest(body, { timeout: 0 }), RangeError, "timeout", "0");
  await rejection(runTest(body, { timeout: NaN }), RangeError, "NaN");
  await rejection(runTest(body, { timeout: bad("1") }), TypeError, '"1"');
  await rejection(runTest(body, { schedule: { seed: 0.5 } }), RangeError, "0.5");
  await rejection(runTest(body, { schedule: bad(5) }), TypeError, "schedule", "5");
  await rejection(runTest(body, { allowLeaks: bad("no") }), TypeError, "allowLeaks");
  for (const wrong of [5, null, [], { clokc: "real" }, { seeds: 5 }]) {
    await rejection(runTest(body, bad(wrong)), TypeError, "a test");
  }
  await runTest(body, { timeout: Infinity });
});

Deno.test("a test cannot run inside of a running loop", async () => {
  await run(async () => {
    await rejection(runTest(() => sleep(0)), RuntimeError, "inside of a running loop");
  });
});
