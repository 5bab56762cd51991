/**
 * Runs the portable tests on a runtime that npm brings, and compares them with those of Deno.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { startCounterpart } from "../web/counterpart_server.ts";
import { bundleSuite } from "./bundle.ts";
import { COUNTERPART } from "./counterpart.ts";
import { LAST_LINE, type Outcome, readOutcomes } from "./registry.ts";
import { NEEDS_DENO, NO_PROCESSES } from "./processes.ts";
import { finish, install, runBundled, type Runtime } from "./runtimes.ts";
import { type Ability, ALL_ABILITIES, portableFiles, ROOT, skipsOf } from "./suite.ts";

/** Counts the tests of which fewer would mean that something was not found. */
const FEWEST = 2_500;
/** The number of characters to show of what a host said that broke off. */
const LAST = 4_000;

/** Finds the names of the portable tests on Deno, by file. */
export async function namesOnDeno(): Promise<Record<string, string[]>> {
  const program = new URL("registered.ts", import.meta.url).href;
  const args = ["run", "--allow-all", "--no-check", "--quiet", program, ...portableFiles()];
  const { code, out, error } = await finish(Deno.execPath(), args, { cwd: ROOT.pathname });
  assertEquals(code, 0, error);
  return JSON.parse(out.trim().split("\n").at(-1)!);
}

/** Compares what became of the tests of a file on a host with what Deno has; says what is wrong. */
function checkFile(
  file: string,
  abilities: readonly Ability[],
  expected: readonly string[],
  outcomes: readonly Outcome[],
): string[] {
  const problems: string[] = [];
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
  return problems.map((problem) => `${file}: ${problem}`);
}

/** Compares what a host told of the suite with what Deno has; counts what ran. */
export function checkSuite(
  host: string,
  abilities: readonly Ability[],
  names: Record<string, string[]>,
  output: string,
): void {
  const told = readOutcomes(output);
  const problems = [...told].flatMap(([file, outcomes]) =>
    checkFile(file, abilities, names[file] ?? [], outcomes)
  );
  if (!output.split("\n").includes(LAST_LINE)) {
    problems.push(`the host ended before its tests, and said at last:\n${output.slice(-LAST)}`);
  }
  const files = Object.keys(names);
  assertEquals([problems, [...told.keys()]], [[], files]);
  const count = [...told.values()].flat().filter(({ result }) => result === "passed").length;
  assert(count >= FEWEST, `${count} tests ran, of ${FEWEST} or more`);
  console.log(`${count} tests of ${files.length} files passed on ${host}`);
}

/** Defines the test that the whole portable suite passes on a runtime. */
export function testOn(
  runtime: Runtime,
  abilities: readonly Ability[] = ALL_ABILITIES,
): void {
  Deno.test(`the portable tests pass on ${runtime.name}, and are those of Deno`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "weft_portable_" });
    await using counterpart = startCounterpart();
    try {
      const [executable, names] = await Promise.all([
        install(runtime),
        namesOnDeno(),
        bundleSuite(folder, abilities),
      ]);
      const told = await runBundled(executable, folder, { [COUNTERPART]: counterpart.url });
      checkSuite(runtime.name, abilities, names, told);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
