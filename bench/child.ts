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

/** Is CPU time where the host tells it, since other candidates become warm at the same time. */
const WARM_MS = 300;
/** Bounds the work that is done once untimed before each round. */
const MOST_REFRESH_MS = 100;

/** Prepares the candidate. */
async function prepare(suite: Suite, size: number, candidate: Candidate): Promise<Trial> {
  const { subject, name } = candidate;
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
  const module: Record<string, Suite> = await import(import.meta.resolve(`./cases/${file}.ts`));
  const [suite] = Object.values(module);
  const trial = await prepare(suite, Number(size), JSON.parse(candidate));
  if ("value" in trial) console.log(trial.value);
  else await serve(trial);
  Deno.exit(0);
}
