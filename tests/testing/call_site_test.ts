import { createTask, DeadlockError, Future, sleep, yieldNow } from "../../mod.ts";
import { explore, LeakError, runTest, SeedError } from "../../testing.ts";
import { CallSite, userFrames } from "../../src/testing/call_site.ts";
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
