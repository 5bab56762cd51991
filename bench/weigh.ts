/**
 * Weighs two sides of Weft against each other in one run, and says which is better.
 *
 * Ratios are of rounds that ran next to each other, as costs. A difference counts if it is more
 * than 5 % and nine in ten pairs of processes agree on its direction.
 *
 * @module
 */

import { type Effort, measure, median, type Samples, type selectCases } from "./measure.ts";
import { Progress } from "./progress.ts";
import type { Subject, Suite } from "./suite.ts";
import { formatNumber, formatTable } from "./table.ts";

const LEAST_DIFFERENCE = 0.05;
const LEAST_AGREEMENT = 0.9;

/** One side: what it is called, and where and how each variant of it runs. */
export interface Side {
  readonly name: string;
  readonly subject: Omit<Subject, "variant">;
}

/** How the second side did. */
export type Outcome = "better" | "worse" | "same";

/** One variant in one case. */
export interface Comparison {
  readonly label: string;
  readonly variant: string;
  readonly first: number;
  readonly second: number;
  /** The ratio of each pair of processes, least first. */
  readonly ratios: readonly number[];
  /** The median of the ratios. */
  readonly ratio: number;
  readonly outcome: Outcome;
}

/** What was compared. */
export interface Weighed {
  readonly comparisons: readonly Comparison[];
  /** The number of cases that could not run. */
  readonly failed: number;
}

/** Weighs the processes of one variant against each other. */
function weigh(
  suite: Suite,
  lives: number,
  label: string,
  variant: string,
  samples: Samples,
  [first, second]: readonly [Side, Side],
): Comparison {
  const base = samples.get(`${variant} ${first.name}`)!;
  const other = samples.get(`${variant} ${second.name}`)!;
  const rounds = other.map((value, at) => suite.more ? base[at] / value : value / base[at]);
  const length = suite.fresh ? 1 : rounds.length / lives;
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
  return { label, variant, first: median(base), second: median(other), ratios, ratio, outcome };
}

/** Measures the cases on both sides, in turn. */
export async function weighAll(
  cases: ReturnType<typeof selectCases>,
  sides: readonly [Side, Side],
  effort: Effort,
): Promise<Weighed> {
  const progress = new Progress(cases.length);
  const comparisons: Comparison[] = [];
  let failed = 0;
  for (const { file, suite, size, label } of cases) {
    progress.begin(label);
    const variants = Object.keys(suite.weft);
    const candidates = sides.flatMap(({ name, subject }) =>
      variants.map((variant) => ({ name: `${variant} ${name}`, subject: { variant, ...subject } }))
    );
    try {
      const tick = (done: number) => progress.tick(done);
      const samples = await measure(file, suite, size, candidates, effort, tick);
      const all = variants.map((variant) =>
        weigh(suite, effort.lives, label, variant, samples, sides)
      );
      comparisons.push(...all);
      progress.end(all.map((one) => `${one.variant} ${one.ratio.toFixed(2)}`).join(", "));
    } catch (error) {
      failed++;
      progress.end(`could not run: ${error}`);
    }
  }
  return { comparisons, failed };
}

/** Prints the comparisons as one table. */
export function formatComparisons(
  comparisons: readonly Comparison[],
  [first, second]: readonly [Side, Side],
): string {
  const rows = comparisons.map((one) => [
    one.label,
    one.variant,
    formatNumber(one.first),
    formatNumber(one.second),
    one.ratio.toFixed(2),
    `${one.ratios[0].toFixed(2)}–${one.ratios.at(-1)!.toFixed(2)}`,
    one.outcome,
  ]);
  const ratio = `${second.name}/${first.name}`;
  const header = ["case", "variant", first.name, second.name, ratio, "from–to"];
  return formatTable([...header, `${second.name} is`], rows);
}
