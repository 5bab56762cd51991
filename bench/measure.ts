/**
 * The harness: every candidate in a process of its own, rounds taken in turn, medians.
 *
 * @module
 */

import type { Program, ProgramName } from "./peers/programs.ts";
import type { Subject, Suite } from "./suite.ts";

/** What is measured: a variant of Weft, a program, or else the peer of that name. */
export interface Candidate {
  readonly name: string;
  readonly subject?: Subject;
  readonly program?: Program;
}

/** The extent of a measurement. */
export interface Effort {
  /** The number of processes that each candidate gets, one after another. */
  readonly lives: number;
  /** The number of rounds in each process. */
  readonly rounds: number;
}

/** The values of each candidate; those at one index were measured next to each other. */
export type Samples = Map<string, number[]>;

const CHILD = new URL("./child.ts", import.meta.url).href;

/** Lists the variants of Weft in the checkout at a URL, and the peers that the host can run. */
export function candidatesOf(
  suite: Suite,
  root: string,
  programs: ReadonlyMap<ProgramName, Program>,
): Candidate[] {
  const variants = Object.keys(suite.weft).map((name) => ({
    name,
    subject: { variant: name, root },
  }));
  const peers = Object.keys(suite.peers ?? {}).map((name) => ({ name }));
  const foreign = Object.entries(suite.programs ?? {}).flatMap(([name, key]) => {
    const program = programs.get(key);
    return program ? [{ name, program }] : [];
  });
  return [...variants, ...peers, ...foreign];
}

/** Says how to start the process of a candidate. */
function commandOf(file: string, size: number, candidate: Candidate): [string, string[]] {
  if (candidate.program) {
    const [executable, ...args] = candidate.program.command;
    return [executable, [...args, file, String(size)]];
  }
  const flags = ["run", "--quiet", "--allow-all", "--v8-flags=--expose-gc"];
  return [Deno.execPath(), [...flags, CHILD, file, String(size), JSON.stringify(candidate)]];
}

/** Measures the candidates of a case at one size; `tick` is told how far it has come, 0 to 1. */
export async function measure(
  file: string,
  suite: Suite,
  size: number,
  candidates: readonly Candidate[],
  effort: Effort,
  tick: (done: number) => void = () => {},
): Promise<Samples> {
  const samples: Samples = new Map(candidates.map(({ name }) => [name, []]));
  const lives = suite.fresh ? (suite.rounds ?? effort.rounds) : effort.lives;
  const rounds = suite.fresh ? 1 : suite.rounds ?? effort.rounds;
  for (let life = suite.fresh && lives > 1 ? -1 : 0; life < lives; life++) {
    const children = candidates.map((candidate) => new Child(file, size, candidate));
    try {
      if (!suite.fresh) await Promise.all(children.map((child) => child.start()));
      for (let round = 0; round < rounds; round++) {
        for (const child of children) {
          if (suite.fresh) await child.start();
          const value = suite.fresh ? child.first : await child.round();
          // Life -1 of fresh processes only fills the caches of the host.
          if (life >= 0) samples.get(child.name)!.push(value);
        }
        tick(Math.max(0, life * rounds + round + 1) / (lives * rounds));
      }
    } finally {
      await Promise.all(children.map((child) => child.end()));
    }
  }
  return samples;
}

/** A process that measures one candidate. */
class Child {
  readonly name: string;
  /** The value that was printed instead of `ready`. */
  first = NaN;
  readonly #command: Deno.Command;
  #process: Deno.ChildProcess | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;
  #reader: ReadableStreamDefaultReader<string> | undefined;
  #text = "";

  constructor(file: string, size: number, candidate: Candidate) {
    this.name = candidate.name;
    const [program, args] = commandOf(file, size, candidate);
    this.#command = new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    });
  }

  /** Starts the process and waits until it is warm, or has printed its value. */
  async start(): Promise<void> {
    this.#process = this.#command.spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reader = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const line = await this.#readLine();
    if (line !== "ready") this.first = Number(line);
  }

  /** Runs one round. */
  async round(): Promise<number> {
    await this.#writer!.write(new Uint8Array([10]));
    return Number(await this.#readLine());
  }

  /** Ends the process. */
  async end(): Promise<void> {
    if (!this.#process) return;
    await this.#writer!.close().catch(() => {});
    await this.#reader!.cancel();
    await this.#process.status;
  }

  async #readLine(): Promise<string> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      const { value, done } = await this.#reader!.read();
      if (done) throw new Error(`The candidate has ended before its measurement: ${this.name}`);
      this.#text += value;
    }
  }
}

/** Finds the median. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Names a case at a size, as the table shows it. */
export function labelOf(suite: Suite, size: number): string {
  if (suite.sizes.length === 1) return suite.name;
  return `${suite.name}, ${size >= 1e3 ? size.toExponential().replace("+", "") : size}`;
}

/** Lists the cases whose file or label contains one of the filters; all if there are none. */
export function selectCases(
  suites: Readonly<Record<string, Suite>>,
  filters: readonly string[],
): { file: string; suite: Suite; size: number; label: string }[] {
  return Object.entries(suites).flatMap(([file, suite]) =>
    suite.sizes.map((size) => ({ file, suite, size, label: labelOf(suite, size) }))
  ).filter(({ file, label }) =>
    filters.length === 0 || filters.some((part) => file.includes(part) || label.includes(part))
  );
}
