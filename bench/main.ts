/**
 * Measures the core, the loop and the primitives beside their peers, and prints one table.
 *
 *     deno task bench                  run every case
 *     deno task bench hold churn       run the cases whose name contains a word
 *     deno task bench:peers            run the cases that other runtimes have too
 *     deno task bench:growth           run the cases that show how cost grows with numbers
 *     deno task bench --save           write the result, dated; what quotes one is written, too
 *
 * @module
 */

import { BESIDE_PEERS } from "./beside_peers.ts";
import { formatHost, formatRows } from "./figures.ts";
import { describeHost } from "./host.ts";
import { candidatesOf, type Effort, measure, selectCases } from "./measure.ts";
import { preparePrograms, type ProgramName } from "./peers/programs.ts";
import { Progress } from "./progress.ts";
import { writeQuotes } from "./quote.ts";
import { formatResult, type Kind, type Result, type Row, toRow } from "./result.ts";
import { SUITES } from "./suites.ts";
import { formatNumber } from "./table.ts";

const ROOT = new URL("../", import.meta.url).href;
const RESULTS = new URL("./results/", import.meta.url);
/** The cases of the results that documents quote. */
const QUOTED: Readonly<Record<Kind, readonly string[]>> = {
  peers: BESIDE_PEERS,
  growth: ["growth", "growth_connections"],
};
const EFFORT: Effort = { lives: 3, rounds: 5 };

/** Measures the cases, with those programs that the host can build. */
async function measureAll(cases: ReturnType<typeof selectCases>): Promise<Result> {
  const load = Deno.loadavg()[0];
  console.error("Preparing the peers in other languages");
  const names = cases.flatMap(({ suite }) => Object.values<ProgramName>(suite.programs ?? {}));
  const programs = await preparePrograms(new Set(names));
  for (const name of new Set(names)) {
    console.error(
      `  ${name} ${
        programs.get(name)?.version ?? "is not measured: deno task bench:peers:install"
      }`,
    );
  }
  const progress = new Progress(cases.length);
  const rows: Row[] = [];
  for (const { file, suite, size, label } of cases) {
    progress.begin(label);
    const candidates = candidatesOf(suite, ROOT, programs);
    const tick = (done: number) => progress.tick(done);
    const samples = await measure(file, suite, size, candidates, EFFORT, tick);
    const row = toRow(file, suite, size, label, samples);
    rows.push(row);
    const medians = Object.entries(row.values).map(([name, { median }]) =>
      `${name} ${formatNumber(median)}`
    );
    progress.end(`${medians.join(", ")} ${row.unit}`);
  }
  return { ...await describeHost(programs, load), cases: rows };
}

/** Writes the result; tells where. */
async function save(result: Result, name: string): Promise<void> {
  await Deno.mkdir(RESULTS, { recursive: true });
  await Deno.writeTextFile(new URL(`${name}.json`, RESULTS), formatResult(result));
  console.log(`wrote bench/results/${name}.json`);
}

if (import.meta.main) {
  const filters = Deno.args.filter((word) => !word.startsWith("--"));
  const kind = (["peers", "growth"] as const).find((kind) => Deno.args.includes(`--${kind}`));
  const suites = kind === undefined
    ? SUITES
    : Object.fromEntries(QUOTED[kind].map((file) => [file, SUITES[file]]));
  const cases = selectCases(suites, filters);
  if (cases.length === 0) {
    console.error(`No case has such a name; there are: ${Object.keys(suites).join(", ")}`);
    Deno.exit(2);
  }
  const result = await measureAll(cases);
  console.log(`\n${formatRows(result.cases)}\n`);
  console.log(formatHost(result));
  console.log("Medians. Ratios are of costs: below 1 the first variant of Weft is better.");
  if (Deno.args.includes("--save")) {
    await save(result, result.date.slice(0, 10) + (kind === undefined ? "" : `_${kind}`));
    if (kind !== undefined) await writeQuotes();
  }
}
