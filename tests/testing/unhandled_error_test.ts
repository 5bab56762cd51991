import { createTask, ExceptionGroup, Future, sleep, yieldNow } from "../../mod.ts";
import { LeakError, runTest, type TestScope, UnhandledError } from "../../testing.ts";
import { assert, assertEquals } from "../assert.ts";
import { Boom, caughtBy, FRONT_ENDS, type FrontEnd, rejection } from "../futures/trial.ts";

/** Defines a test per front end. */
function forBoth(sentence: string, body: (as: FrontEnd) => Promise<void>): void {
  for (const [name, as] of FRONT_ENDS) Deno.test(`${sentence} (${name})`, () => body(as));
}

forBoth("an error that nobody retrieved fails a test that allows leaks, too", async (as) => {
  for (const allowLeaks of [false, true]) {
    const error = await rejection(
      runTest(
        as(function* () {
          createTask(
            as(function* () {
              yield sleep(5);
              throw new Boom("in the background");
            }),
            { name: "worker" },
          );
          yield sleep(10);
        }),
        { allowLeaks },
      ),
      UnhandledError,
      "Task exception was never retrieved",
      "Boom: in the background",
      "task worker",
    );
    assert(error.cause instanceof Boom);
    assertEquals(error.context.exception, error.cause);
  }
});

Deno.test("what the exception handler is told fails a test, each report by itself", async () => {
  const error = await rejection(
    runTest(async ({ loop }) => {
      loop.callSoon(function explode() {
        throw new Boom("callback");
      });
      loop.callExceptionHandler({ message: "by hand" });
      new Future<void>().setException(new Boom("future"));
      await sleep(1);
    }),
    ExceptionGroup,
    "The test failed with 3 errors",
  );
  const [byHand, callback, future] = error.errors as UnhandledError[];
  assert(error.errors.every((one) => one instanceof UnhandledError));
  assert(byHand.message.includes("by hand") && !("cause" in byHand), byHand.message);
  assert(callback.message.includes("Exception in callback explode()"), callback.message);
  assert(future.message.includes("Future exception was never retrieved"), future.message);
});

Deno.test("the error of a callback names it", async () => {
  const body = async ({ loop }: TestScope) => {
    loop.callSoon(function explode() {
      throw new Boom("in a callback");
    });
    await sleep(1);
  };
  await rejection(runTest(body), UnhandledError, "handle: <callback explode()>");
});

Deno.test("a test that expects a report takes it out", async () => {
  await runTest(async ({ loop, reports }) => {
    loop.callExceptionHandler({ message: "expected" });
    await yieldNow();
    assertEquals(reports.splice(0).map(({ message }) => message), ["expected"]);
  });
});

Deno.test("the error of a leaked task that is cancelled at the end is shown", async () => {
  const error = await rejection(
    runTest(async () => {
      createTask(async () => {
        await caughtBy(sleep(1000));
        throw new Boom("in the cleanup");
      });
      await yieldNow();
    }),
    ExceptionGroup,
  );
  const [leak, unhandled] = error.errors;
  assert(leak instanceof LeakError, String(leak));
  assert(unhandled instanceof UnhandledError && unhandled.cause instanceof Boom);
});
