import { RuntimeError, sleep } from "../../mod.ts";
import { test } from "../../testing.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

/** Runs `deno test` on a fixture; gives its exit status, and what it wrote. */
async function denoTest(name: string): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--allow-all",
      "--no-check",
      "--quiet",
      new URL(`./fixtures/${name}.ts`, import.meta.url).pathname,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Asserts that all of the words are there, in their order. */
function assertInOrder(output: string, words: readonly string[]): void {
  let at = 0;
  for (const word of words) {
    const found = output.indexOf(word, at);
    assert(found >= 0, `"${word}" must be in, after the ones before:\n${output}`);
    at = found + word.length;
  }
}

Deno.test("tests that pass, pass under deno test", async () => {
  const { code, output } = await denoTest("passing");
  assertEquals(code, 0, output);
  assertInOrder(output, [
    "a generator ... ok",
    "an async function ... ok",
    "many schedules ... ok",
    "that they were many ... ok",
    "without permissions ... ok",
    "what is left to the host is not looked at ... ok",
    "leaks are allowed ... ok",
    "steps of a generator ...",
    "first ... ok",
    "second ... ok",
    "steps of a generator ... ok",
    "steps of an async function ...",
    "third ... ok",
    "steps of an async function ... ok",
    "steps at once ... ok",
    "ignored ... ignored",
    "skipped ... ignored",
    "ignored by an option ... ignored",
    "not ignored by an option ... ok",
    "ok | 11 passed (6 steps) | 0 failed | 3 ignored",
  ]);
});

Deno.test("tests that fail, fail under deno test, and say why", async () => {
  const { code, output } = await denoTest("failing");
  assertEquals(code, 1, output);
  assertInOrder(output, [
    "fails ... FAILED",
    "leaks ... FAILED",
    "fails unseen ... FAILED",
    "is stuck ... FAILED",
    "hangs ... FAILED",
    "races ... FAILED",
    "leaves a timer of the host ... FAILED",
    "a failing step ...",
    "good ... ok",
    "bad ... FAILED",
    "a failing step ... FAILED",
    "passes nevertheless ... ok",
    "Error: a failed body",
    "LeakError: The test has left something behind",
    "task poller waits on sleep(1000), created at ",
    "fixtures/failing.ts:",
    "timer tick() is due in 250 ms",
    "UnhandledError: Task exception was never retrieved: Error: an unseen failure",
    "task: <task worker failed>",
    "Caused by: Error: an unseen failure",
    "DeadlockError: Every task waits for what cannot come",
    "is stuck waits on Event.wait()",
    "visitor waits on Lock.acquire()",
    "TimeoutError: The test has not ended",
    "task hangs waits on a promise of the host",
    "SeedError: The test failed under a seed, replay it with { schedule: { seed: ",
    "Caused by: Error: a deposit is lost",
    "A timer was started in this test, but never completed",
    "a failing step ... bad => ",
    "Error: a failed step",
    "FAILED | 1 passed (1 step) | 8 failed (1 step)",
  ]);
  for (const once of ["timer tick() is due", "visitor waits on", "task: <task worker failed>"]) {
    assertEquals(output.split(once).length, 2, `"${once}" must be told once:\n${output}`);
  }
});

Deno.test("test.only is that of the host", async () => {
  const { code, output } = await denoTest("only");
  assertEquals(code, 1, output);
  assertInOrder(output, [
    "only this one ... ok",
    "ok | 1 passed | 0 failed",
    '"only" option was used',
  ]);
});

Deno.test("test() refuses what cannot be a test", () => {
  const body = () => sleep(0);
  assertThrows(() => test(5 as never, body), TypeError, "5");
  assertThrows(() => test("name", 5 as never), TypeError, "5");
  assertThrows(
    () => test("name", body, { seeds: 5, schedule: { seed: 1 } }),
    TypeError,
    "both seeds and schedule",
  );
  for (const wrong of [5, null, { ingore: true }, { name: "another" }]) {
    assertThrows(() => test("name", body, wrong as never), TypeError, "a test");
  }
});

Deno.test("test() says so where the host has no tests", () => {
  const host = Object.getOwnPropertyDescriptor(globalThis, "Deno")!;
  try {
    for (const value of [undefined, {}]) {
      Object.defineProperty(globalThis, "Deno", { ...host, value });
      assertThrows(() => test("a lonely one", () => sleep(0)), RuntimeError, '"a lonely one"');
    }
  } finally {
    Object.defineProperty(globalThis, "Deno", host);
  }
});
