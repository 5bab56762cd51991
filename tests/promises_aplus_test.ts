import { assertEquals } from "./assert.ts";
import { runToEnd } from "./futures/child.ts";

/** Counts the tests of the suite. */
const TESTS = 872;

Deno.test("Future passes the Promises/A+ suite from outside of a loop", async () => {
  const { stdout, stderr } = await runToEnd("promises_aplus.ts");
  const last = stdout.trim().split("\n").at(-1) ?? "";
  assertEquals(JSON.parse(last || "null"), { passes: TESTS, failures: 0 }, stderr);
});
