/**
 * The process that one candidate is measured in: one variant or peer, so that calls stay of one kind.
 *
 * Prints a value and ends, or prints `ready` once warm and then ns per operation for each line that
 * it is sent.
 *
 * @module
 */

import type { Candidate } from "./measure.ts";
import type { Suite, Trial, Work } from "./suite.ts";

/** The CPU time of the warm-up, where the host knows it: other candidates become warm meanwhile. */
const WARM_MS = 300;
/** The CPU time that each other case gets in a process that is used before. */
const LIFE_MS = 100;
/** The most work, in ms, that is done once untimed before each round. */
const MOST_REFRESH_MS = 100;

/** Does a little of every case that runs on a loop, under both front ends. */
async function live(root: string): Promise<void> {
  const { isOnLoop, SUITES } = await import("./suites.ts");
  const { Stopwatch } = await import("./stopwatch.ts");
  for (const [file, suite] of Object.entries(SUITES)) {
    if (!isOnLoop(file, suite)) continue;
    for (const prepare of Object.values(suite.weft)) {
      const trial = await prepare(root, suite.sizes[0]);
      const stopwatch = new Stopwatch();
      while (!("value" in trial) && stopwatch.ms < LIFE_MS) await trial.run();
    }
  }
}

/** Prepares the candidate. */
async function prepare(suite: Suite, size: number, candidate: Candidate): Promise<Trial> {
  const { subject, name } = candidate;
  if (subject?.isUsed) await live(subject.root);
  if (subject) return await suite.weft[subject.variant](subject.root, size);
  return await suite.peers![name](size);
}

/** Measures work each time that a line comes in. */
async function serve(work: Work): Promise<void> {
  // Not before it is needed: this loads modules, and some values are the time of loading modules.
  const { Stopwatch } = await import("./stopwatch.ts");
  const warming = new Stopwatch();
  let last = 0, now = 0;
  do {
    last = now;
    await work.run();
    now = warming.ms;
  } while (now < WARM_MS);
  const refreshes = now - last < MOST_REFRESH_MS;
  console.log("ready");
  for await (const _line of Deno.stdin.readable) {
    // The candidate before this one has had the caches to itself.
    if (refreshes) await work.run();
    const stopwatch = new Stopwatch();
    const operations = await work.run();
    console.log(stopwatch.ms * 1e6 / operations);
  }
}

if (import.meta.main) {
  const [file, size, candidate] = Deno.args;
  const module: Record<string, object> = await import(import.meta.resolve(`./cases/${file}.ts`));
  const suite = Object.values(module).find((it) => "weft" in it) as Suite;
  const trial = await prepare(suite, Number(size), JSON.parse(candidate));
  if ("value" in trial) console.log(trial.value);
  else await serve(trial);
  Deno.exit(0);
}
