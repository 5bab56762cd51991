/**
 * Runs the portable tests on a runtime that npm brings, a test of Deno per file.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { startCounterpart } from "../web/counterpart_server.ts";
import { bundleSuite } from "./bundle.ts";
import { COUNTERPART } from "./counterpart.ts";
import type { Outcome } from "./registry.ts";
import { NEEDS_DENO, NO_PROCESSES } from "./processes.ts";
import { finish, install, runBundled, type Runtime } from "./runtimes.ts";
import { type Ability, ALL_ABILITIES, portableFiles, ROOT, skipsOf } from "./suite.ts";

/** Counts the tests of which fewer would mean that something was not found. */
export const FEWEST = 2_500;

/** Finds the names of the tests that Deno finds in files. */
export async function namesOnDeno(files: string[]): Promise<Record<string, string[]>> {
  const program = new URL("registered.ts", import.meta.url).href;
  const args = ["run", "--allow-all", "--no-check", "--quiet", program, ...files];
  const { code, out, error } = await finish(Deno.execPath(), args, { cwd: ROOT.pathname });
  assertEquals(code, 0, error);
  return JSON.parse(out.trim().split("\n").at(-1)!);
}

/** Runs what it is given, two at a time: as many as the smallest machine has cores. */
export async function inPairs(
  files: readonly string[],
  run: (file: string) => Promise<void>,
): Promise<void> {
  const waiting = [...files];
  const next = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await run(file);
  };
  await Promise.all([next(), next()]);
}

/** Compares what became of the tests of one file on a host with what Deno has; says what is wrong. */
export async function checkOutcomes(
  file: string,
  abilities: readonly Ability[],
  expected: readonly string[],
  told: Promise<readonly Outcome[]>,
): Promise<{ ran: number; problems: string[] }> {
  const problems: string[] = [];
  let outcomes: readonly Outcome[] = [];
  try {
    outcomes = await told;
  } catch (error) {
    problems.push(String(error));
  }
  const skips = skipsOf(file, abilities);
  for (const { name, result, why } of outcomes) {
    if (result === "failed") problems.push(`${name}: ${why}`);
    const maySkip = why === NEEDS_DENO || why === NO_PROCESSES ||
      skips.some((skip) => skip.name.test(name));
    if (result !== "skipped") continue;
    if (!maySkip) problems.push(`${name}: it is skipped without need`);
    console.log(`skipped ${file}: ${name}: ${why}`);
  }
  for (const skip of skips) {
    if (!expected.some((name) => skip.name.test(name))) problems.push(`no test is ${skip.name}`);
  }
  if (outcomes.map(({ name }) => name).join("\n") !== expected.join("\n")) {
    problems.push(`Deno has ${expected.length} tests, the host ${outcomes.length}`);
  }
  return {
    ran: outcomes.filter(({ result }) => result === "passed").length,
    problems: problems.map((problem) => `${file}: ${problem}`),
  };
}

/** Defines the test that the whole portable suite passes on a runtime. */
export function testOn(
  runtime: Runtime,
  abilities: readonly Ability[] = ALL_ABILITIES,
): void {
  Deno.test(`the portable tests pass on ${runtime.name}, and are those of Deno`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "weft_portable_" });
    await using counterpart = startCounterpart();
    const env = { [COUNTERPART]: counterpart.url };
    try {
      const files = portableFiles();
      const [executable, names] = await Promise.all([
        install(runtime),
        namesOnDeno(files),
        bundleSuite(folder, abilities),
      ]);
      const found: string[] = [];
      let count = 0;
      await inPairs(files, async (file) => {
        const told = runBundled(executable, `${folder}/${file}.mjs`, env);
        const { ran, problems } = await checkOutcomes(file, abilities, names[file], told);
        count += ran;
        found.push(...problems);
      });
      assertEquals(found, []);
      assert(count >= FEWEST, `${count} tests ran, of ${FEWEST} or more`);
      console.log(`${count} tests of ${files.length} files passed on ${runtime.name}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
