/**
 * Measures the core, the loop and the primitives beside their peers, and prints one table.
 *
 *     deno task bench                  run every case
 *     deno task bench hold churn       run the cases whose name contains a word
 *     deno task bench --save           write bench/results/<date>.json as well
 *
 * @module
 */

import {
  type Candidate,
  type Effort,
  measure,
  median,
  peersOf,
  type Samples,
  selectCases,
} from "./measure.ts";
import { Progress } from "./progress.ts";
import type { Suite } from "./suite.ts";
import { SUITES } from "./suites.ts";
import { formatNumber, formatTable } from "./table.ts";

const ROOT = new URL("../", import.meta.url);
const EFFORT: Effort = { lives: 3, rounds: 5 };

/** Is one line of the table. */
interface Row {
  readonly name: string;
  readonly about: string;
  readonly unit: Suite["unit"];
  /** Holds the median of each candidate. */
  readonly medians: Readonly<Record<string, number>>;
  /** Holds all rounds of each candidate. */
  readonly samples: Readonly<Record<string, number[]>>;
  /** Names the variants of Weft. */
  readonly variants: readonly string[];
  /** Is the cost of the first variant divided by that of the second. */
  readonly toSecond: number | undefined;
  /** Names the peer that did best. */
  readonly bestPeer: string | undefined;
  /** Is the cost of the first variant divided by that of the best peer. */
  readonly toBestPeer: number | undefined;
  /** Holds the most that variants should take. */
  readonly targets: Readonly<Record<string, number>>;
}

/** Works out a line from the samples. */
function toRow(suite: Suite, size: number, name: string, samples: Samples): Row {
  const medians = Object.fromEntries([...samples].map(([key, values]) => [key, median(values)]));
  const cost = (key: string) => suite.more ? 1 / medians[key] : medians[key];
  const variants = Object.keys(suite.weft);
  const peers = peersOf(suite).map((peer) => peer.name).filter((peer) => peer !== suite.baseline);
  const bestPeer = peers.sort((a, b) => cost(a) - cost(b))[0];
  const ratio = (key: string | undefined) =>
    key === undefined ? undefined : cost(variants[0]) / cost(key);
  const above = suite.baseline === undefined ? 0 : medians[suite.baseline];
  const limits = Object.entries(suite.targets ?? {});
  return {
    name,
    about: suite.about,
    unit: suite.unit,
    medians,
    samples: Object.fromEntries(samples),
    variants,
    toSecond: ratio(variants[1]),
    bestPeer,
    toBestPeer: ratio(bestPeer),
    targets: Object.fromEntries(
      limits.map(([variant, list]) => [variant, list[suite.sizes.indexOf(size)] + above]),
    ),
  };
}

/** Lists candidates of a line with their medians. */
function formatMedians(row: Row, isWanted: (name: string) => boolean): string {
  return Object.entries(row.medians).filter(([name]) => isWanted(name))
    .map(([name, value]) => `${name} ${formatNumber(value)}`).join(", ") || "–";
}

/** Says which targets of a line were met. */
function formatTargets(row: Row): string {
  return Object.entries(row.targets).map(([variant, limit]) =>
    `${row.medians[variant] <= limit ? "met" : "missed"}: ≤ ${formatNumber(limit)}`
  ).join(", ") || "–";
}

/** Prints the lines as one table. */
function formatRows(rows: readonly Row[]): string {
  const header = ["case", "unit", "weft", "1st/2nd", "peers", "1st/best peer", "target"];
  return formatTable(
    header,
    rows.map((row) => [
      row.name,
      row.unit,
      formatMedians(row, (name) => row.variants.includes(name)),
      row.toSecond?.toFixed(2) ?? "–",
      formatMedians(row, (name) => !row.variants.includes(name)),
      row.toBestPeer?.toFixed(2) ?? "–",
      formatTargets(row),
    ]),
  );
}

/** Reads the name of the processor, where the host tells it. */
async function readCpu(): Promise<string> {
  try {
    const text = await Deno.readTextFile("/proc/cpuinfo");
    return /^model name\s*:\s*(.+)$/m.exec(text)?.[1] ?? Deno.build.arch;
  } catch {
    return Deno.build.arch;
  }
}

/** Reads the hash of the sources that the embedded core was built from. */
async function readSourceHash(): Promise<string | undefined> {
  const text = await Deno.readTextFile(new URL("src/engine/core.generated.ts", ROOT));
  return /source-hash: (\w+)/.exec(text)?.[1];
}

/** Describes what was measured on. */
async function describeHost(): Promise<Record<string, string | number | undefined>> {
  return {
    date: new Date().toISOString(),
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    os: Deno.build.os,
    cpu: await readCpu(),
    cores: navigator.hardwareConcurrency,
    core: await readSourceHash(),
  };
}

/** Writes the result, dated; returns where. */
async function save(host: Record<string, unknown>, rows: readonly Row[]): Promise<URL> {
  const file = new URL(`results/${String(host.date).slice(0, 10)}.json`, import.meta.url);
  await Deno.mkdir(new URL("./", file), { recursive: true });
  const round = (_key: string, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(4)) : value;
  const lines = rows.map((row) => `    ${JSON.stringify(row, round)}`);
  const head = JSON.stringify(host, undefined, 2).slice(0, -2);
  await Deno.writeTextFile(file, `${head},\n  "cases": [\n${lines.join(",\n")}\n  ]\n}\n`);
  return file;
}

if (import.meta.main) {
  const filters = Deno.args.filter((word) => !word.startsWith("--"));
  const cases = selectCases(SUITES, filters);
  if (cases.length === 0) {
    console.error(`No case has such a name; there are: ${Object.keys(SUITES).join(", ")}`);
    Deno.exit(2);
  }
  const host = await describeHost();
  console.log(`Deno ${host.deno}, V8 ${host.v8}, ${host.cpu}, ${host.cores} cores`);
  const progress = new Progress(cases.length);
  const rows: Row[] = [];
  for (const { file, suite, size, label } of cases) {
    progress.begin(label);
    const candidates: Candidate[] = [
      ...Object.keys(suite.weft).map((variant) => (
        { name: variant, subject: { variant, root: ROOT.href } }
      )),
      ...peersOf(suite),
    ];
    const tick = (done: number) => progress.tick(done);
    const samples = await measure(file, suite, size, candidates, EFFORT, tick);
    const row = toRow(suite, size, label, samples);
    rows.push(row);
    progress.end(`${formatMedians(row, (name) => row.variants.includes(name))} ${row.unit}`);
  }
  console.log(`\n${formatRows(rows)}\n`);
  console.log("Medians. Ratios are of costs: below 1 the first variant of Weft is better.");
  if (Deno.args.includes("--save")) console.log(`wrote ${(await save(host, rows)).pathname}`);
}
