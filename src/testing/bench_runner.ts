/**
 * A small runner of benchmarks, for hosts that have none.
 *
 * @module
 */

import { ExceptionGroup } from "../errors.ts";
import { show } from "../lowlevel.ts";

/** A benchmark, as the host's runner takes it, too. */
export interface BenchDefinition {
  readonly name: string;
  readonly group?: string;
  readonly baseline?: boolean;
  readonly only?: boolean;
  readonly ignore?: boolean;
  readonly n?: number;
  readonly warmup?: number;
  readonly fn: (context: { start(): void; end(): void }) => Promise<void>;
}

/** How long, in ms, a benchmark runs before it counts, and while it does. */
const WARM_UP = 100, MEASURED = 500;
/** How long, in ms, what is timed together takes at least: the host's clock is coarse. */
const LEAST = 0.05;
/** The number of samples that are kept at most. */
const MOST_SAMPLES = 100_000;

const HEAD = ["benchmark", "time/iter (avg)", "iter/s", "(min … max)", "p75", "p99", "p995"];

/** What a benchmark has come to: times in ns, least first. */
interface Measured {
  readonly name: string;
  readonly group: string | undefined;
  readonly isBaseline: boolean;
  readonly average: number;
  readonly times: readonly number[];
}

/** What runs benchmarks one after the other, once the module that registers them has run. */
export class BenchRunner {
  readonly #print: (line: string) => void;
  #definitions: BenchDefinition[] = [];

  /** Makes a runner that writes its tables somewhere: to the console, unless told. */
  constructor(print: (line: string) => void = (line) => console.log(line)) {
    this.#print = print;
  }

  /** Adds a benchmark; the first makes all run soon. */
  add(definition: BenchDefinition): void {
    if (this.#definitions.push(definition) === 1) setTimeout(() => this.run(), 0);
  }

  /**
   * Runs what was added, group by group, and prints what it has come to. One that fails keeps no other
   * from being run; it rejects with what they failed with when all have been.
   */
  async run(): Promise<void> {
    const errors: unknown[] = [];
    const all = this.#definitions;
    this.#definitions = [];
    const isOnly = all.some(({ only }) => only);
    const chosen = all.filter(({ ignore, only }) => !ignore && (!isOnly || only));
    const width = Math.max(HEAD[0].length, ...chosen.map(({ name }) => name.length));
    const table = [HEAD, HEAD.map(() => "-")];
    for (const [at, row] of table.entries()) this.#print(formatRow(row, width, at ? "-" : " "));
    for (const group of new Set(chosen.map(({ group }) => group))) {
      const members = chosen.filter((one) => one.group === group);
      if (group !== undefined) this.#print(`\ngroup ${group}`);
      const measured: Measured[] = [];
      for (const definition of members) {
        try {
          const result = await measure(definition);
          this.#print(formatRow(cellsOf(result), width));
          measured.push(result);
        } catch (error) {
          errors.push(error);
          this.#print(`| ${definition.name.padEnd(width)} | failed: ${show(error)}`);
        }
      }
      if (group !== undefined && measured.length > 1) this.#summarize(measured);
    }
    if (errors.length > 0) throw new ExceptionGroup("Benchmarks have failed", errors);
  }

  /** Compares the members of a group with their baseline, or with the fastest. */
  #summarize(measured: readonly Measured[]): void {
    const [fastest] = measured.toSorted((a, b) => a.average - b.average);
    const baseline = measured.find(({ isBaseline }) => isBaseline) ?? fastest;
    this.#print(`\nsummary\n  ${baseline.name}`);
    for (const { name, average } of measured) {
      if (name === baseline.name) continue;
      const ratio = Math.max(average, 1) / Math.max(baseline.average, 1); // A clock may be coarse.
      const isFaster = ratio >= 1;
      const times = (isFaster ? ratio : 1 / ratio).toFixed(2);
      this.#print(`  ${times.padStart(7)}x ${isFaster ? "faster" : "slower"} than ${name}`);
    }
  }
}

/** Measures one benchmark. */
async function measure(definition: BenchDefinition): Promise<Measured> {
  const { name, group, baseline = false, n, warmup, fn } = definition;
  const watch = new Stopwatch(fn);
  let size = 1; // How many iterations are timed together.
  for (let done = 0, spent = 0; warmup === undefined ? spent < WARM_UP : done < warmup;) {
    const time = await watch.time(size);
    done += size;
    spent += Math.max(time * size, 1e-3);
    if (n === undefined && !watch.isByHand && time * size < LEAST) size *= 2;
  }
  const times: number[] = [];
  const end = performance.now() + MEASURED;
  const most = n ?? MOST_SAMPLES;
  while (times.length < most && (n !== undefined || performance.now() < end || times.length < 10)) {
    times.push(await watch.time(size) * 1e6);
  }
  const average = times.reduce((sum, time) => sum + time, 0) / times.length;
  return { name, group, isBaseline: baseline, average, times: times.sort((a, b) => a - b) };
}

/** Times iterations, as a whole or from `start()` to `end()`. */
class Stopwatch {
  readonly #fn: BenchDefinition["fn"];
  #started = 0;
  #ended: number | undefined;
  /** Whether the body says itself what is measured. */
  isByHand = false;

  constructor(fn: BenchDefinition["fn"]) {
    this.#fn = fn;
  }

  /** Returns what an iteration takes, in ms: the mean of so many. */
  async time(count: number): Promise<number> {
    const begun = this.#started = performance.now();
    this.#ended = undefined;
    for (let done = 0; done < count; done++) await this.#fn(this);
    const now = performance.now();
    return this.isByHand ? (this.#ended ?? now) - this.#started : (now - begun) / count;
  }

  start(): void {
    this.isByHand = true;
    this.#started = performance.now();
  }

  end(): void {
    this.isByHand = true;
    this.#ended = performance.now();
  }
}

/** Gives the cells of a row. */
function cellsOf({ name, average, times }: Measured): string[] {
  const at = (share: number) =>
    formatTime(times[Math.min(Math.floor(times.length * share), times.length - 1)]);
  const rate = (1e9 / average).toLocaleString("en", { maximumSignificantDigits: 4 });
  const range = `(${at(0)} … ${at(1)})`;
  return [name, formatTime(average), rate, range, at(0.75), at(0.99), at(0.995)];
}

/** Writes a time that is given in ns. */
function formatTime(ns: number): string {
  const [value, unit] = ns < 1e3
    ? [ns, "ns"]
    : ns < 1e6
    ? [ns / 1e3, "µs"]
    : ns < 1e9
    ? [ns / 1e6, "ms"]
    : [ns / 1e9, "s"];
  return `${value.toFixed(1)} ${unit}`.padStart(8);
}

/** Writes a row of the table. */
function formatRow(cells: readonly string[], width: number, fill = " "): string {
  const widths = [width, 15, 13, 23, 8, 8, 8];
  const padded = cells.map((cell, at) =>
    at === 0 ? cell.padEnd(widths[at], fill) : cell.padStart(widths[at], fill)
  );
  return `| ${padded.join(" | ")} |`;
}
