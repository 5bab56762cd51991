import { assert, assertEquals } from "./assert.ts";
import { Tally } from "./tally.ts";

/** Notes some lines. */
function tallyOf(...lines: string[]): Tally {
  const tally = new Tally(3);
  for (const line of lines) tally.note(line);
  return tally;
}

Deno.test("the tally of a run counts results, and the files that they come from", () => {
  const tally = tallyOf(
    "Check tests/a_test.ts",
    "./tests/a_test.ts => one ... ok (1ms)",
    "./tests/a_test.ts => two ... in two lines ... ok (2s)",
    "./tests/b_test.ts => three ... ignored (0ms)",
    "./tests/b_test.ts => four ... FAILED (0ms)",
    "a line of output",
  );
  assert(/^2 tests passed, 1 failed, 1 ignored; 2 of 3 files begun, \d+ s$/.test(`${tally}`));
});

Deno.test("the tally of a run lists each file once in which a test failed", () => {
  const tally = tallyOf(
    "./tests/a_test.ts => one ... FAILED (1ms)",
    "./tests/a_test.ts => two ... FAILED (1ms)",
    "./tests/b_test.ts => three ... ok (1ms)",
    "./tests/c_test.ts => four ... FAILED (1ms)",
  );
  assertEquals(tally.failedFiles, ["./tests/a_test.ts", "./tests/c_test.ts"]);
});

Deno.test("the tally of a run shows what deno test says of failures, and nothing before", () => {
  const tally = tallyOf(
    "./tests/a_test.ts => one ... FAILED (1ms)",
    "noise",
    " ERRORS ",
    "",
    "why",
  );
  assertEquals(tally.failures(1), "ERRORS \n\nwhy");
});

Deno.test("the tally of a run that broke off shows what was said last, and what failed", () => {
  const tally = tallyOf("./tests/a_test.ts => one ... FAILED (1ms)", "error: No such module");
  assertEquals(
    tally.failures(1),
    "./tests/a_test.ts => one\nerror: No such module\n\ndeno test ended with 1",
  );
});
