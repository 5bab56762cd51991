import { createTask, ExceptionGroup, sleep, TimeoutError, until, yieldNow } from "../../mod.ts";
import { LeakError, runTest, type TestBody } from "../../testing.ts";
import { assert, assertEquals } from "../assert.ts";
import { caughtBy, FRONT_ENDS, type FrontEnd, type Program, rejection } from "../futures/trial.ts";

/** Defines a test per front end. */
function forBoth(sentence: string, body: (as: FrontEnd) => Promise<void>): void {
  for (const [name, as] of FRONT_ENDS) Deno.test(`${sentence} (${name})`, () => body(as));
}

forBoth("a test that hangs is cancelled, and says who waits on what", async (as) => {
  let ended = "";
  await rejection(
    runTest(
      as(function* (): Program {
        try {
          yield until(new Promise(() => {}), { label: "a reply" });
        } catch (error) {
          ended = (error as Error).name;
          throw error;
        }
      }) as TestBody,
      { timeout: 200, name: "asking" },
    ),
    TimeoutError,
    "has not ended within its timeout",
    "200 ms",
    "task asking waits on a reply",
  );
  assertEquals(ended, "CancelledError");
});

forBoth("a test that hangs says that time stands still if a task sleeps", async (as) => {
  const error = await rejection(
    runTest(
      as(function* (): Program {
        const { promise, resolve } = Promise.withResolvers<void>();
        createTask(as(function* (): Program {
          yield sleep(1000);
          resolve();
        }));
        yield until(promise);
      }) as TestBody,
      { timeout: 200, name: "asking" },
    ),
    TimeoutError,
    "sleep(1000)",
    "await that task, or a Future",
  );
  const [told] = error.message.split("\n").slice(-1);
  assert(told.startsWith("  Virtual time stands still"), told);
});

Deno.test("a test that hangs says nothing of time where nobody sleeps, or time is real", async () => {
  for (const clock of ["virtual", "real"] as const) {
    const error = await rejection(
      runTest(async () => {
        if (clock === "real") createTask(() => sleep(60_000));
        await until(new Promise(() => {}));
      }, { timeout: 200, clock, allowLeaks: true }),
      TimeoutError,
    );
    assert(!error.message.includes("stands still"), error.message);
  }
});

Deno.test("a test that hangs and cannot be cancelled is left alone", async () => {
  const never = new Promise(() => {});
  await rejection(
    runTest(() => never, { timeout: 200 }),
    TimeoutError,
    "task the test waits on a promise of the host",
  );
});

Deno.test("a test whose leaked task hangs is left alone", async () => {
  const error = await rejection(
    runTest(function* () {
      createTask(async () => await new Promise(() => {}), { name: "deaf" });
      yield* yieldNow();
    }, { timeout: 200 }),
    ExceptionGroup,
  );
  const [timeout, leak, ...others] = error.errors;
  assertEquals(others, []);
  for (const failure of [timeout, leak]) {
    assert(failure.message.includes("task deaf waits on a promise of the host"), failure.message);
  }
  assert(timeout instanceof TimeoutError && leak instanceof LeakError);
});

Deno.test("a body that only ever yields is cancelled", async () => {
  await rejection(
    runTest(async () => {
      for (;;) await yieldNow();
    }, { timeout: 200 }),
    TimeoutError,
    "task the test waits on",
  );
});

Deno.test("a cleanup that hangs is cancelled, and the next one is called", async () => {
  const log: string[] = [];
  await rejection(
    runTest(function* ({ defer }) {
      defer(() => log.push("the first"));
      defer(() => new Promise(() => {}).finally(() => log.push("never")));
      defer(() => until(new Promise(() => {}), { label: "an answer" }));
      yield* yieldNow();
    }, { timeout: 200 }),
    TimeoutError,
    "task the test waits on an answer",
  );
  assertEquals(log, []); // The second to be called cannot be cancelled.
  await rejection(
    runTest(function* ({ defer }) {
      defer(() => log.push("the first"));
      defer(() => until(new Promise(() => {})));
      yield* yieldNow();
    }, { timeout: 200 }),
    TimeoutError,
  );
  assertEquals(log, ["the first"]);
});

Deno.test("a body that goes on after its cancellation, and ends, has still failed", async () => {
  let isOver = false;
  await rejection(
    runTest(async () => {
      await caughtBy(until(new Promise(() => {})));
      await sleep(5);
      isOver = true;
    }, { timeout: 200 }),
    TimeoutError,
  );
  assert(isOver);
});
