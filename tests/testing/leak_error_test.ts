import { createTask, Lock, sleep, timeout, yieldNow } from "../../mod.ts";
import { LeakError, runTest, type TestBody } from "../../testing.ts";
import { assert, assertEquals } from "../assert.ts";
import { FRONT_ENDS, type FrontEnd, type Program, rejection } from "../futures/trial.ts";

/** Defines a test per front end. */
function forBoth(sentence: string, body: (as: FrontEnd) => Promise<void>): void {
  for (const [name, as] of FRONT_ENDS) Deno.test(`${sentence} (${name})`, () => body(as));
}

forBoth("a test names each task it leaves behind, and what that waits on", async (as) => {
  const lock = new Lock();
  const error = await rejection(
    runTest(as(function* () {
      const permit: Disposable = yield lock.acquire();
      createTask(
        as(function* () {
          yield sleep(1500);
        }),
        { name: "poller" },
      );
      createTask(() => lock.acquire(), { name: "stuck" });
      assert(permit);
    })),
    LeakError,
    "left something behind",
    "task poller waits on sleep(1500)",
    "task stuck waits on Lock.acquire()",
    "debug: true",
  );
  assertEquals(error.leaks.length, 2);
});

forBoth("debug mode says where a leaked task was created", async (as) => {
  const error = await rejection(
    runTest(
      as(function* () {
        yield sleep(1);
        createTask(() => sleep(5), { name: "poller" });
      }),
      { debug: true },
    ),
    LeakError,
    "task poller waits on sleep(5), created at ",
    "tests/testing/leak_error_test.ts:",
  );
  assert(!error.message.includes("debug: true"), error.message);
  assert(!error.message.includes("src/futures"), error.message);
});

Deno.test("a test names the timers and callbacks it leaves behind", async () => {
  const error = await rejection(
    runTest(async ({ loop }) => {
      await sleep(100);
      loop.callLater(250, function tick() {});
      loop.callAt(3600, () => {});
      loop.whenIdle(function again() {
        loop.whenIdle(again);
      });
    }),
    LeakError,
    "timer tick() is due in 250 ms",
    "timer (anonymous function) is due in 3500 ms",
    "callback again() has not run",
  );
  assertEquals(error.leaks.length, 3);
});

Deno.test("a call in the default executor that was not awaited is a leak", async () => {
  const executor = { run: () => sleep(5) as never, close: () => sleep(0) };
  const body: TestBody = async ({ loop }) => {
    loop.setDefaultExecutor(executor);
    loop.runInExecutor(undefined, "file:///m.ts", "convert");
    await yieldNow();
  };
  const { leaks } = await rejection(runTest(body), LeakError);
  assertEquals(leaks[0], "task convert waits on sleep(5)");
});

Deno.test("a task that never waits is a leak, not a hang", async () => {
  await rejection(
    runTest(function* () {
      createTask(function* () {
        for (;;) yield* yieldNow();
      }, { name: "spinner" });
      yield* yieldNow();
    }),
    LeakError,
    "task spinner waits on",
  );
});

forBoth("what ends by itself when the body ends is no leak", async (as) => {
  let count = 0;
  await runTest(as(function* ({ loop }): Program {
    createTask(as(function* () {
      for (; count < 50; count++) yield yieldNow();
    }));
    createTask(() => sleep(1000)).cancel();
    loop.callLater(0, () => count++);
    loop.callSoon(() => count++);
    loop.callLater(5, () => count++).cancel();
    yield timeout(5, () => yieldNow());
  }) as TestBody);
  assert(count >= 50, `only ${count} callbacks ran`);
});

forBoth("what is left behind can be allowed, and is cancelled", async (as) => {
  let ended = "not at all";
  await runTest(
    as(function* ({ loop }): Program {
      loop.callLater(5, () => {});
      createTask(as(function* () {
        try {
          yield sleep(1000);
        } finally {
          ended = "by a cancellation";
        }
      }));
      yield yieldNow();
    }) as TestBody,
    { allowLeaks: true },
  );
  assertEquals(ended, "by a cancellation");
});
