/**
 * Compares Weft with CPython on random programs.
 *
 * `deno run -A fuzz.ts SEED COUNT [--front=generator|async] [--show] [--python]` runs the programs of COUNT seeds from SEED on
 * and stops with status 1 at the first difference, which it first shrinks to a small program. `--show` prints each program and
 * its trace; `--python` leaves Weft out and checks instead that CPython gives the same traces twice.
 */
import { compare } from "./compare.ts";
import { generate } from "./generate.ts";
import { print } from "./print.ts";
import type { Program } from "./program.ts";
import { loadPython, type Python } from "./python.ts";
import { shrink } from "./shrink.ts";
import type { Front } from "./weft.ts";

/** How many programs go to CPython at once. */
const BATCH = 250;

/** Runs a program on Weft; loaded only when it is needed. */
type Run = (program: Program) => Promise<string[] | undefined>;

/** Prepares a front end of Weft; it answers undefined for a program that it does not support. */
async function prepare(front: Front): Promise<Run> {
  const { runOn, supports } = await import("./weft.ts");
  return async (program) => supports(front, program) ? await runOn(front, program) : undefined;
}

/** Shrinks a program that differs, prints what is left and ends the process. */
async function report(python: Python, front: Front, run: Run, seed: number): Promise<never> {
  const differs = async (program: Program) => {
    const weft = await run(program);
    return weft !== undefined && compare(python.run([program])[0], weft) !== undefined;
  };
  console.log(`\nseed ${seed} differs under the ${front} front end; shrinking`);
  const small = await shrink(generate(seed), differs);
  const expected = python.run([small])[0];
  const actual = await run(small) ?? [];
  const { line } = compare(expected, actual) ?? { line: 0 };
  console.log(`\n${print(small)}\n\n${JSON.stringify(small)}\n`);
  console.log(columns(["CPython", ...expected], ["Weft", ...actual], line + 1));
  Deno.exit(1);
}

/** Puts two traces side by side and marks a line. */
function columns(left: string[], right: string[], marked: number): string {
  const width = Math.max(...left.map((line) => line.length));
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    const mark = row === marked ? ">" : " ";
    return `${mark} ${(left[row] ?? "").padEnd(width)} | ${right[row] ?? ""}`;
  });
  return rows.join("\n");
}

/** Sums up how the runs ended and how long the traces are. */
function summary(traces: string[][]): string {
  const ends = Object.groupBy(traces, (trace) => /^(end \w+|\w+)/.exec(trace.at(-1)!)![0]);
  const counts = Object.entries(ends).map(([end, group]) => `${end} ${group!.length}`).join(", ");
  const lengths = traces.map((trace) => trace.length).sort((a, b) => a - b);
  const at = (part: number) => lengths[Math.floor(part * (lengths.length - 1))];
  return `${counts}; lines: 5% ${at(0.05)}, median ${at(0.5)}, 95% ${at(0.95)}`;
}

if (import.meta.main) {
  const flags = Deno.args.filter((arg) => arg.startsWith("--"));
  const [first = 1, count = 1000] = Deno.args.filter((arg) => !arg.startsWith("--")).map(Number);
  const only = flags.find((flag) => flag.startsWith("--front="))?.slice("--front=".length);
  const fronts = (["generator", "async"] as const).filter((front) =>
    only === undefined || only === front
  );
  const python = await loadPython();
  const runs = flags.includes("--python") ? [] : await Promise.all(fronts.map(prepare));
  const traces: string[][] = [];
  for (let done = 0; done < count; done += BATCH) {
    const programs = Array.from(
      { length: Math.min(BATCH, count - done) },
      (_, index) => generate(first + done + index),
    );
    const expected = python.run(programs);
    traces.push(...expected);
    for (const [index, program] of programs.entries()) {
      const seed = first + done + index;
      if (flags.includes("--show")) {
        console.log(`seed ${seed}\n${print(program)}\n\n${expected[index].join("\n")}\n`);
      }
      for (const [number, run] of runs.entries()) {
        const weft = await run(program);
        if (weft && compare(expected[index], weft)) await report(python, fronts[number], run, seed);
      }
    }
    if (runs.length === 0 && JSON.stringify(python.run(programs)) !== JSON.stringify(expected)) {
      console.error(
        `CPython disagrees with itself between seeds ${first + done} and ${
          first + done + programs.length - 1
        }`,
      );
      Deno.exit(1);
    }
    if (Deno.stdout.isTerminal()) {
      await Deno.stdout.write(new TextEncoder().encode(`\r${done + programs.length} of ${count} `));
    }
  }
  console.log(`\nCPython ${python.version}: ${summary(traces)}`);
}
