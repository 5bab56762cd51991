/**
 * Pits Weft in a process that has run every other case before against Weft in a fresh one.
 *
 *     deno task bench:used             every case that runs on a loop, in all variants
 *     deno task bench:used queue       the cases whose name contains a word
 *
 * A real program's call sites have seen many kinds of tasks, waits and callbacks; those of a
 * benchmark's process know one. What costs more than 1.3 times as much there has a site that its
 * engine cannot make fast for all of them.
 *
 * @module
 */

import { type Effort, selectCases } from "./measure.ts";
import { isOnLoop, SUITES } from "./suites.ts";
import { formatComparisons, type Side, weighAll } from "./weigh.ts";

const ROOT = new URL("../", import.meta.url).href;
const EFFORT: Effort = { lives: 3, rounds: 5 };
/** The most that a case may cost in a used process, in parts of what it costs in a fresh one. */
const MOST = 1.3;

if (import.meta.main) {
  const cases = selectCases(SUITES, Deno.args).filter(({ file, suite }) => isOnLoop(file, suite));
  if (cases.length === 0) {
    console.error("No case on a loop has such a name.");
    Deno.exit(2);
  }
  const sides: [Side, Side] = [
    { name: "fresh", subject: { root: ROOT } },
    { name: "used", subject: { root: ROOT, isUsed: true } },
  ];
  const { comparisons, failed } = await weighAll(cases, sides, EFFORT);
  console.log(`\n${formatComparisons(comparisons, sides)}\n`);
  const dear = comparisons.filter(({ ratio }) => ratio > MOST);
  const named = dear.map((one) => `${one.label}, ${one.variant} ${one.ratio.toFixed(2)}`);
  console.log(
    `${comparisons.length - dear.length} of ${comparisons.length} cost at most ${MOST} times as ` +
      `much in a used process${dear.length === 0 ? "" : `; more: ${named.join("; ")}`}.` +
      (failed === 0 ? "" : ` ${failed} could not run.`),
  );
}
