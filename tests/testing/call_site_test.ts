import {
  createTask,
  DeadlockError,
  Future,
  run,
  sleep,
  VirtualClock,
  yieldNow,
} from "../../mod.ts";
import {
  explore,
  LeakError,
  raises,
  RaisesError,
  runTest,
  SeedError,
  type TestBody,
  UnhandledError,
} from "../../testing.ts";
import { userFrames } from "../../src/futures/user_frames.ts";
import { CallSite } from "../../src/testing/call_site.ts";
import { assert, assertEquals } from "../assert.ts";
import { Boom, rejection } from "../futures/trial.ts";

/** Asserts that a stack holds the whole message, then this file and nothing of the library. */
function assertPointsHere(error: Error): void {
  const { stack = "" } = error;
  assert(stack.startsWith(`${error}\n    at `), stack);
  assert(stack.includes("tests/testing/call_site_test.ts:"), stack);
  assert(!stack.includes("/src/") && !stack.includes("ext:"), stack);
}

Deno.test("what the kit itself finds points at the test, not at the library", async () => {
  const leak = () =>
    runTest(async () => {
      createTask(() => sleep(5));
      await yieldNow();
    });
  assertPointsHere(await rejection(leak(), LeakError));
  assertPointsHere(await rejection(runTest(() => new Future<void>()), DeadlockError));
  const failure = await rejection(explore(1, () => new Future<void>()), SeedError);
  assertPointsHere(failure);
  assertPointsHere(failure.cause as Error);
});

Deno.test("a run that waits for what cannot come points at where it began", async () => {
  const clock = new VirtualClock();
  for (const debug of [false, true]) {
    assertPointsHere(
      await rejection(run(() => new Future<void>(), { clock, debug }), DeadlockError),
    );
  }
});

Deno.test("raises() points at its own line, in either front end", async () => {
  const bodies: TestBody[] = [
    async () => void await raises(sleep(1)),
    function* () {
      yield* raises(() => Promise.reject(new Boom("another")), TypeError);
    },
    () => raises(() => Promise.reject(new Boom("loud")), Boom, "quiet"),
  ];
  for (const body of bodies) assertPointsHere(await rejection(runTest(body), RaisesError));
});

Deno.test("the console tells once what a test has left behind, or what nobody handled", async () => {
  const leak = await rejection(
    runTest(async ({ loop }) => {
      loop.callLater(5, function tick() {});
      await yieldNow();
    }),
    LeakError,
  );
  assertEquals(Deno.inspect(leak).split("tick()").length, 2);
  const unhandled = await rejection(
    runTest(async ({ loop }) => {
      loop.callExceptionHandler({ message: "by hand" });
      await yieldNow();
    }),
    UnhandledError,
  );
  assertEquals(Deno.inspect(unhandled).split("by hand").length, 2);
});

Deno.test("what the body throws keeps its own stack", async () => {
  const boom = new Boom("here");
  const { stack } = boom;
  await rejection(runTest(() => Promise.reject(boom)), Boom);
  assertEquals(boom.stack, stack);
});

Deno.test("an error that Deno.test reports has one line before its frames", () => {
  const error = new CallSite(true).mark(new Error("first line\n  second line"));
  const [header, frame] = error.stack!.split("\n");
  assertEquals(header, "Error: first line");
  assert(frame.includes("call_site_test.ts:"), frame);
});

Deno.test("a stack of another form has no frames, and is left as it is", () => {
  assertEquals(userFrames("leak@file:///program.js:1:2\n@file:///program.js:3:4"), []);
  assertEquals(userFrames(undefined), []);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const site = new CallSite();
  Error.stackTraceLimit = stackTraceLimit;
  const error = new Error("somewhere");
  const { stack } = error;
  assertEquals(site.mark(error).stack, stack);
});
