/**
 * A result: what was measured on, and one row for each case and size.
 *
 * @module
 */

import { median, type Samples } from "./measure.ts";
import type { Suite } from "./suite.ts";

/** Is how long the formatter lets a line of JSON be. */
const LINE_WIDTH = 100;

/** Describes where and with what was measured. */
export interface Host {
  /** Is the time at the end, in ISO 8601. */
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly os: string;
  /** Holds the load average of a minute before and after, which counts this measurement. */
  readonly load: readonly number[];
  /** Is the hash of the sources that the embedded core was built from. */
  readonly core: string | undefined;
  /** Holds the versions of the host and of the peers. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Sums up the rounds of a candidate. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Is a case at one size. */
export interface Row {
  readonly file: string;
  readonly name: string;
  readonly about: string;
  readonly unit: Suite["unit"];
  /** Tells that more is better. */
  readonly more: boolean;
  /** Names the variants of Weft; the first is the one held against the peers. */
  readonly variants: readonly string[];
  /** Names the peer that only shows what the measurement costs. */
  readonly baseline: string | undefined;
  readonly values: Readonly<Record<string, Spread>>;
  /** Names the peers that were not measured, since their toolchain is missing or they failed. */
  readonly missing: readonly string[];
  /** Holds the most that variants should take. */
  readonly targets: Readonly<Record<string, number>>;
}

/** Is what a run leaves behind. */
export interface Result extends Host {
  readonly cases: readonly Row[];
}

/** Works out a row from the samples. */
export function toRow(
  file: string,
  suite: Suite,
  size: number,
  name: string,
  samples: Samples,
): Row {
  const values = Object.fromEntries([...samples].map(([candidate, rounds]) => [candidate, {
    median: median(rounds),
    least: Math.min(...rounds),
    most: Math.max(...rounds),
  }]));
  const above = suite.baseline === undefined ? 0 : values[suite.baseline].median;
  const targets = Object.entries(suite.targets ?? {}).map((
    [variant, limits],
  ) => [variant, limits[suite.sizes.indexOf(size)] + above]);
  return {
    file,
    name,
    about: suite.about,
    unit: suite.unit,
    more: suite.more ?? false,
    variants: Object.keys(suite.weft),
    baseline: suite.baseline,
    values,
    missing: Object.keys(suite.programs ?? {}).filter((program) => !samples.has(program)),
    targets: Object.fromEntries(targets),
  };
}

/** Lists the peers that a row was measured beside, best first. */
export function peersOf(row: Row): string[] {
  const names = Object.keys(row.values);
  return names.filter((name) => name !== row.baseline && !row.variants.includes(name))
    .sort((a, b) => costOf(row, a) - costOf(row, b));
}

/** Finds the cost of a candidate: less is better. */
export function costOf({ values, more }: Row, name: string): number {
  return more ? 1 / values[name].median : values[name].median;
}

/** Writes the result as JSON, a line for each candidate; numbers keep four digits. */
export function formatResult(result: Result): string {
  const round = (_key: string, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(4)) : value;
  const leaf = /^( *.*: )([[{])\n([^[\]{}]+)\n *([\]}],?)$/gm;
  return JSON.stringify(result, round, 2).replace(
    leaf,
    (whole, start: string, open: string, inner: string, close: string) => {
      const pad = open === "{" ? " " : "";
      const line = start + open + pad + inner.trim().replaceAll(/\n\s*/g, " ") + pad + close;
      return line.length <= LINE_WIDTH ? line : whole;
    },
  ) + "\n";
}

/** Reads the newest of the results beside the peers. */
export async function readNewest(folder: URL): Promise<Result> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith("_peers.json")) names.push(name);
  }
  const newest = names.sort().at(-1);
  if (newest === undefined) throw new Error(`THERE IS NO RESULT BESIDE THE PEERS: ${folder}`);
  return JSON.parse(await Deno.readTextFile(new URL(newest, folder)));
}
