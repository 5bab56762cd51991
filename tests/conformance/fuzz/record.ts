/**
 * Records CPython's traces of some random programs into `recorded.json`, for the tests that run without CPython.
 *
 * `deno run -A record.ts [SEEDS] [KEPT]` runs the programs of the first SEEDS seeds and keeps KEPT of them: again and again the one
 * whose trace shows the most that no trace before it shows, for its length; half of them have no primitives. `--check` runs the recorded seeds again instead and
 * fails where CPython gives another trace.
 */
import { generate } from "./generate.ts";
import { loadPython, type Python } from "./python.ts";
import {
  type Case,
  digest,
  pack,
  readRecording,
  type Recording,
  unpack,
  writeRecording,
} from "./recording.ts";

/** How many programs go to CPython at once. */
const BATCH = 250;

/** Runs the programs of some seeds on CPython. */
function run(python: Python, seeds: number[]): Case[] {
  const cases: Case[] = [];
  for (let start = 0; start < seeds.length; start += BATCH) {
    const batch = seeds.slice(start, start + BATCH);
    const programs = batch.map(generate);
    const traces = python.run(programs);
    batch.forEach((seed, index) => {
      cases.push({ seed, digest: digest(programs[index]), trace: pack(traces[index]) });
    });
  }
  return cases;
}

/** Lists what a trace shows: which kinds of lines follow each other, in one iteration or not. */
function features(trace: string): Set<string> {
  const found = new Set<string>();
  let before = "";
  let iterationBefore = "";
  for (const line of unpack(trace)) {
    const [iteration, , who = "", ...words] = line.split(" ");
    const outcome = words.slice(1).join(" ").match(/[A-Z]\w+|(?<==)\d+$|\b[01]$|unset|refused/g) ??
      [];
    const kind = `${who.replace(/[\d.]+/g, "")} ${words[0]} ${outcome.slice(0, 2)}`;
    found.add(`${before} ${iteration === iterationBefore} ${kind}`);
    before = kind;
    iterationBefore = iteration;
  }
  return found;
}

/** Chooses the cases that show the most for their length. */
function choose(cases: Case[], count: number): Case[] {
  const shown = new Set<string>();
  const left = cases.filter(({ trace }) => !trace.includes("\ncut ")).map((one) => ({
    one,
    features: features(one.trace),
  }));
  const chosen: Case[] = [];
  while (chosen.length < count && left.length > 0) {
    const worth = left.map(({ one, features }) =>
      features.difference(shown).size / (one.trace.length + 200)
    );
    const best = worth.indexOf(Math.max(...worth));
    const [{ one, features }] = left.splice(best, 1);
    for (const feature of features) shown.add(feature);
    chosen.push(one);
  }
  return chosen;
}

if (import.meta.main) {
  const [seeds = 8000, kept = 360] = Deno.args.filter((arg) => /^\d+$/.test(arg)).map(Number);
  const python = await loadPython();
  if (Deno.args.includes("--check")) {
    const { cases } = await readRecording();
    const stale = run(python, cases.map(({ seed }) => seed)).filter(({ trace }, index) =>
      trace !== cases[index].trace
    );
    console.log(`checked ${cases.length} programs on CPython ${python.version}`);
    for (const { seed } of stale) console.error(`Recording differs from CPython: seed ${seed}`);
    if (stale.length > 0) Deno.exit(1);
  } else {
    const all = run(python, Array.from({ length: seeds }, (_, index) => index + 1));
    const plain = all.filter(({ seed }) => generate(seed).primitives.length === 0);
    const half = choose(plain, Math.floor(kept / 2));
    const cases = [
      ...half,
      ...choose(all.filter((one) => !plain.includes(one)), kept - half.length),
    ]
      .sort((a, b) => a.seed - b.seed);
    const recording: Recording = { python: python.version, cases };
    await writeRecording(recording);
    console.log(`recorded ${recording.cases.length} programs on CPython ${python.version}`);
  }
}
