/** Runs random programs on CPython 3.14, compiled to WebAssembly by Pyodide. */
import { loadPyodide } from "pyodide";
import type { Program } from "./program.ts";

/** Where the files appear in Python's file system. */
const ROOT = "/fuzz";

/** The files that are needed, dependencies first. */
const FILES = [
  "../python/virtual_loop.py",
  "outcome.py",
  "deadlines.py",
  "primitives.py",
  "machine.py",
  "interpreter.py",
];

/** CPython, ready to run programs. */
export interface Python {
  /** The version of CPython, as in `3.14.2`. */
  readonly version: string;
  /** Runs programs and returns the lines of each one's trace. */
  run(programs: Program[]): string[][];
}

/** Loads CPython and the interpreter of programs. */
export async function loadPython(): Promise<Python> {
  const pyodide = await loadPyodide();
  pyodide.FS.mkdir(ROOT);
  for (const file of FILES) {
    const source = await Deno.readTextFile(new URL(file, import.meta.url));
    pyodide.FS.writeFile(`${ROOT}/${file.split("/").at(-1)}`, source);
  }
  pyodide.runPython(`
import sys
sys.path.insert(0, "${ROOT}")
import virtual_loop, interpreter
virtual_loop.install()
interpreter.prepare()
`);
  const run = pyodide.runPython("interpreter.run_programs") as (text: string) => string;
  return {
    version: pyodide.runPython("sys.version.split()[0]") as string,
    run: (programs) => JSON.parse(run(JSON.stringify(programs))),
  };
}
