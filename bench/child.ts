/**
 * The process that one candidate is measured in: one variant or peer, so that calls stay of one kind.
 *
 * Prints a value and ends, or prints `ready` once warm and then ns per operation for each line that
 * it is sent.
 *
 * @module
 */

import type { Candidate } from "./measure.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { Suite, Trial, Work } from "./suite.ts";

const WARM_MS = 400;
/** Bounds the work that is done once untimed before each round. */
const MOST_REFRESH_MS = 100;

/** Prepares the candidate. */
async function prepare(suite: Suite, size: number, candidate: Candidate): Promise<Trial> {
  const { subject, name } = candidate;
  if (subject) return await suite.weft[subject.variant](subject.root, size);
  return await suite.peers![name](size);
}

/** Runs the work until the JIT has seen enough of it; returns how many ms the last run took. */
async function warm(work: Work): Promise<number> {
  const start = performance.now();
  let last = start, now = start;
  do {
    last = now;
    await work.run();
    now = performance.now();
  } while (now - start < WARM_MS);
  return now - last;
}

/** Times one round; returns ns per operation. */
async function time(work: Work): Promise<number> {
  const stopwatch = new Stopwatch();
  const operations = await work.run();
  return stopwatch.ms * 1e6 / operations;
}

if (import.meta.main) {
  const [file, size, candidate] = Deno.args;
  const module: Record<string, Suite> = await import(import.meta.resolve(`./cases/${file}.ts`));
  const [suite] = Object.values(module);
  const trial = await prepare(suite, Number(size), JSON.parse(candidate));
  if ("value" in trial) {
    console.log(trial.value);
  } else {
    const refreshes = await warm(trial) < MOST_REFRESH_MS;
    console.log("ready");
    for await (const _line of Deno.stdin.readable) {
      // The candidate before this one has had the caches to itself.
      if (refreshes) await trial.run();
      console.log(await time(trial));
    }
  }
  Deno.exit(0);
}
