/**
 * Pits Weft at a git ref against the working tree, in one run.
 *
 *     deno task bench:compare HEAD             every case, in all variants
 *     deno task bench:compare v0.1.0 hold      the cases whose name contains a word
 *
 * The cases are those of the working tree. Ratios are working tree / base of rounds that ran next
 * to each other, as costs: below 1 the working tree is better. A difference counts if it is more
 * than 5 % and nine in ten pairs of processes agree on its direction.
 *
 * @module
 */

import { type Effort, measure, median, type Samples, selectCases } from "./measure.ts";
import { Progress } from "./progress.ts";
import type { Suite } from "./suite.ts";
import { SUITES } from "./suites.ts";
import { formatNumber, formatTable } from "./table.ts";

const ROOT = new URL("../", import.meta.url);
const EFFORT: Effort = { lives: 8, rounds: 4 };
const LEAST_DIFFERENCE = 0.05;
const LEAST_AGREEMENT = 0.9;

/** Says how the working tree did. */
type Outcome = "better" | "worse" | "same";

/** Is one variant in one case. */
interface Comparison {
  readonly label: string;
  readonly variant: string;
  readonly base: number;
  readonly tree: number;
  /** Holds the ratio of each pair of processes, least first. */
  readonly ratios: readonly number[];
  /** Is the median of the ratios. */
  readonly ratio: number;
  readonly outcome: Outcome;
}

/** Runs git; returns what it printed. */
async function git(...args: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const command = new Deno.Command("git", { args, cwd: ROOT, stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new Error(`COULD NOT RUN: git ${args.join(" ")}`);
  return stdout;
}

/** Unpacks the library at a ref into a directory. */
async function unpack(ref: string, directory: string): Promise<void> {
  const archive = await git("archive", "--format=tar", ref, "src", "mod.ts");
  const tar = new Deno.Command("tar", { args: ["-x", "-C", directory], stdin: "piped" }).spawn();
  const writer = tar.stdin.getWriter();
  await writer.write(archive);
  await writer.close();
  if (!(await tar.status).success) throw new Error(`COULD NOT UNPACK: ${ref}`);
}

/** Weighs the processes of one variant against each other. */
function weigh(suite: Suite, label: string, variant: string, samples: Samples): Comparison {
  const base = samples.get(`${variant} base`)!, tree = samples.get(`${variant} tree`)!;
  const rounds = tree.map((value, at) => suite.more ? base[at] / value : value / base[at]);
  const length = suite.fresh ? 1 : rounds.length / EFFORT.lives;
  const ratios: number[] = [];
  for (let at = 0; at < rounds.length; at += length) {
    ratios.push(median(rounds.slice(at, at + length)));
  }
  ratios.sort((a, b) => a - b);
  const ratio = median(ratios);
  const share = (agree: (one: number) => boolean) => ratios.filter(agree).length / ratios.length;
  let outcome: Outcome = "same";
  if (ratio < 1 - LEAST_DIFFERENCE && share((one) => one < 1) >= LEAST_AGREEMENT) {
    outcome = "better";
  } else if (ratio > 1 + LEAST_DIFFERENCE && share((one) => one > 1) >= LEAST_AGREEMENT) {
    outcome = "worse";
  }
  return { label, variant, base: median(base), tree: median(tree), ratios, ratio, outcome };
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

/** Measures the cases on both checkouts; returns how many cases could not run. */
async function compare(
  base: string,
  cases: ReturnType<typeof selectCases>,
  comparisons: Comparison[],
): Promise<number> {
  const progress = new Progress(cases.length);
  let failed = 0;
  for (const { file, suite, size, label } of cases) {
    progress.begin(label);
    const variants = Object.keys(suite.weft);
    const candidates = Object.entries({ base, tree: ROOT.href }).flatMap(([side, root]) =>
      variants.map((variant) => ({ name: `${variant} ${side}`, subject: { variant, root } }))
    );
    try {
      const tick = (done: number) => progress.tick(done);
      const samples = await measure(file, suite, size, candidates, EFFORT, tick);
      const all = variants.map((variant) => weigh(suite, label, variant, samples));
      comparisons.push(...all);
      progress.end(all.map((one) => `${one.variant} ${one.ratio.toFixed(2)}`).join(", "));
    } catch (error) {
      failed++;
      progress.end(`could not run: ${error}`);
    }
  }
  return failed;
}

/** Prints the comparisons as one table. */
function formatComparisons(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((one) => [
    one.label,
    one.variant,
    formatNumber(one.base),
    formatNumber(one.tree),
    one.ratio.toFixed(2),
    `${one.ratios[0].toFixed(2)}–${one.ratios.at(-1)!.toFixed(2)}`,
    one.outcome,
  ]);
  return formatTable(["case", "variant", "base", "tree", "tree/base", "from–to", "tree is"], rows);
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
  const comparisons: Comparison[] = [];
  let failed = 0;
  try {
    await unpack(ref, directory);
    const base = new URL(`file://${directory}/`).href;
    failed = await compare(base, selectCases(SUITES, filters), comparisons);
  } finally {
    remove();
  }
  if (comparisons.length === 0) {
    console.error("Nothing was compared.");
    Deno.exit(1);
  }
  console.log(`\n${formatComparisons(comparisons)}\n`);
  console.log(judge(ref, comparisons, failed));
}
