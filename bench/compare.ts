/**
 * Pits Weft at a git ref against the working tree, in one run.
 *
 *     deno task bench:compare HEAD             every case, in all variants
 *     deno task bench:compare v0.1.0 hold      the cases whose name contains a word
 *
 * The cases are those of the working tree. Below a ratio of 1 the working tree is better.
 *
 * @module
 */

import { type Effort, selectCases } from "./measure.ts";
import { SUITES } from "./suites.ts";
import {
  type Comparison,
  formatComparisons,
  type Outcome,
  type Side,
  weighAll,
  type Weighed,
} from "./weigh.ts";

const ROOT = new URL("../", import.meta.url);
const EFFORT: Effort = { lives: 8, rounds: 4 };

/** Runs git; returns what it printed. */
async function git(...args: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const command = new Deno.Command("git", { args, cwd: ROOT, stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new Error(`Cannot run git ${args.join(" ")}`);
  return stdout;
}

/** Unpacks the library at a ref into a directory. */
async function unpack(ref: string, directory: string): Promise<void> {
  const archive = await git("archive", "--format=tar", ref, "src", "mod.ts");
  const tar = new Deno.Command("tar", { args: ["-x", "-C", directory], stdin: "piped" }).spawn();
  const writer = tar.stdin.getWriter();
  await writer.write(archive);
  await writer.close();
  if (!(await tar.status).success) throw new Error(`Cannot unpack ${ref}`);
}

/** Sums up in one line. */
function judge(ref: string, comparisons: readonly Comparison[], failed: number): string {
  const of = (outcome: Outcome) => comparisons.filter((one) => one.outcome === outcome);
  const list = (outcome: Outcome) => {
    const names = of(outcome).map((one) => `${one.label}, ${one.variant} ${one.ratio.toFixed(2)}`);
    return `${names.length} ${outcome}${names.length === 0 ? "" : ` (${names.join("; ")})`}`;
  };
  return `Against ${ref}: ${list("worse")}, ${list("better")}, ${of("same").length} the same` +
    (failed === 0 ? "." : `, ${failed} could not run.`);
}

if (import.meta.main) {
  const [ref, ...filters] = Deno.args;
  if (ref === undefined) {
    console.error("Name the git ref to compare with, and cases if not all: HEAD hold");
    Deno.exit(2);
  }
  const directory = await Deno.makeTempDir({ prefix: "weft-compare-" });
  const remove = () => Deno.removeSync(directory, { recursive: true });
  Deno.addSignalListener("SIGINT", () => {
    remove();
    Deno.exit(130);
  });
  const sides: [Side, Side] = [
    { name: "base", subject: { root: new URL(`file://${directory}/`).href } },
    { name: "tree", subject: { root: ROOT.href } },
  ];
  let weighed: Weighed;
  try {
    await unpack(ref, directory);
    weighed = await weighAll(selectCases(SUITES, filters), sides, EFFORT);
  } finally {
    remove();
  }
  const { comparisons, failed } = weighed;
  if (comparisons.length === 0) {
    console.error("Nothing was compared.");
    Deno.exit(1);
  }
  console.log(`\n${formatComparisons(comparisons, sides)}\n`);
  console.log(judge(ref, comparisons, failed));
}
