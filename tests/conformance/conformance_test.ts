/** Runs every program on Weft, in both front ends, and compares its trace with the one recorded on CPython. */
import type { Coroutine } from "../../mod.ts";
import { runAsync, runGenerator, type Trace } from "./support.ts";
import { readRecording } from "./recording.ts";
import { importTranslated } from "./translate.ts";

/** How one front end gets and runs the programs of a topic. */
interface FrontEnd<P> {
  readonly name: string;
  /** Imports the programs of a module; `undefined` if it has none for this front end. */
  load(module: URL): Promise<Record<string, P> | undefined>;
  /** Runs a program and returns its trace. */
  run(program: P): Promise<string[]>;
}

/** Runs the programs as they are written. */
const GENERATOR: FrontEnd<(t: Trace) => Coroutine<void>> = {
  name: "generator",
  load: (module) => import(module.href),
  run: runGenerator,
};

/** Runs the programs as they are translated. */
const NATIVE: FrontEnd<(t: Trace) => Promise<void>> = {
  name: "native async",
  load: importTranslated,
  run: runAsync,
};

/** Turns the name of a TypeScript program into that of its Python counterpart. */
function pythonName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Shows where two traces part, or nothing if they are equal. */
function difference(actual: string[], expected: string[]): string | undefined {
  const length = Math.max(actual.length, expected.length);
  for (let line = 0; line < length; line++) {
    if (actual[line] === expected[line]) continue;
    return [
      `the traces differ at line ${line + 1}`,
      ...expected.slice(0, line).map((text) => `        ${text}`),
      `CPython ${expected[line] ?? "(end of trace)"}`,
      `Weft    ${actual[line] ?? "(end of trace)"}`,
    ].join("\n");
  }
  return undefined;
}

/** Lists the topics of a folder: the base names of its files of one kind. */
function topics(folder: string, ending: string): string[] {
  const entries = Deno.readDirSync(new URL(`./${folder}/`, import.meta.url));
  return Array.from(entries, (entry) => entry.name)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}

/** Defines a test for each program of one front end. */
async function define<P>({ name: front, load, run }: FrontEnd<P>): Promise<void> {
  for (const topic of topics("programs", ".ts")) {
    const programs = await load(new URL(`./programs/${topic}.ts`, import.meta.url));
    if (programs === undefined) continue;
    const { traces } = await readRecording(topic);
    for (const [name, program] of Object.entries(programs)) {
      const key = pythonName(name);
      Deno.test(`${topic}: ${key} gives CPython's trace, ${front}`, async () => {
        if (!(key in traces)) throw new Error(`No trace is recorded: ${topic}/${key}`);
        const found = difference(await run(program), traces[key]);
        if (found !== undefined) throw new Error(found);
      });
    }
    Deno.test(`${topic} holds every recorded program, ${front}`, () => {
      const names = new Set(Object.keys(programs).map(pythonName));
      const missing = Object.keys(traces).filter((name) => !names.has(name));
      if (missing.length > 0) throw new Error(`Not written in TypeScript: ${missing.join(", ")}`);
    });
  }
}

Deno.test("every recorded topic is written in TypeScript", () => {
  const written = topics("programs", ".ts").join(" ");
  const expected = topics("recorded", ".json").join(" ");
  if (written !== expected) throw new Error(`Topics differ: ${written} against ${expected}`);
});

await define(GENERATOR);
await define(NATIVE);
