/**
 * A result: what was measured on, and one row for each case and size.
 *
 * @module
 */

import { median, type Samples } from "./measure.ts";
import type { Suite } from "./suite.ts";

/** How long the formatter lets a line of JSON be. */
const LINE_WIDTH = 100;

/** Where, and with what, was measured. */
export interface Host {
  /** The time at the end, in ISO 8601. */
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly os: string;
  /** The load average of a minute before and after, which counts this measurement. */
  readonly load: readonly number[];
  /** The hash of the sources that the embedded core was built from. */
  readonly core: string | undefined;
  /** The versions of the host and of the peers. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The rounds of a candidate, summed up. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** A case at one size. */
export interface Row {
  readonly file: string;
  readonly name: string;
  readonly about: string;
  readonly unit: Suite["unit"];
  /** Whether more is better. */
  readonly more: boolean;
  /** The names of the variants of Weft; the first is the one held against the peers. */
  readonly variants: readonly string[];
  /** The peer that only shows what the measurement costs. */
  readonly baseline: string | undefined;
  readonly values: Readonly<Record<string, Spread>>;
  /** The peers that were not measured, since their toolchain is missing or they failed. */
  readonly missing: readonly string[];
  /** The most that variants should take. */
  readonly targets: Readonly<Record<string, number>>;
}

/** What a run leaves behind. */
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
  const at = suite.sizes.indexOf(size);
  const targets = Object.entries(suite.targets ?? {}).flatMap(([variant, limits]) => {
    const limit = limits[at];
    if (typeof limit === "number") return [[variant, limit + above]];
    const [times, peer] = limit;
    return peer in values ? [[variant, times * values[peer].median]] : [];
  });
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

/** What a result that documents quote is of. */
export type Kind = "peers" | "growth";

/** Reads the newest result of a kind. */
export async function readNewest(folder: URL, kind: Kind): Promise<Result> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(`_${kind}.json`)) names.push(name);
  }
  const newest = names.sort().at(-1);
  if (newest === undefined) throw new Error(`Cannot find a result of ${kind} in ${folder}`);
  return JSON.parse(await Deno.readTextFile(new URL(newest, folder)));
}
