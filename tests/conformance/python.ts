/** Runs Python files on CPython 3.14, compiled to WebAssembly by Pyodide, and hands back the traces of their programs. */
import { loadPyodide } from "pyodide";
import type { Traces } from "./recording.ts";

/** Where the files appear in Python's file system. */
const ROOT = "/conformance";

/** The modules beside the topics: what they import, and what runs them. */
const LIBRARY = ["virtual_loop", "trace", "program"];

/** Runs topics on one interpreter. */
export interface Python {
  /** The version of CPython, as in `3.14.2`. */
  readonly version: string;
  /** Runs every program of a file and returns the traces by program name, in the file's order. */
  runTopic(file: URL): Promise<Traces>;
  /** Runs a whole program, on virtual time in seconds, and returns what it printed. */
  runProgram(source: string): string;
}

/** Loads the interpreter and the library modules beside this file. */
export async function loadPython(): Promise<Python> {
  const pyodide = await loadPyodide();
  pyodide.FS.mkdir(ROOT);
  /** Copies one file into Python's file system. */
  async function copy(file: URL, name: string): Promise<void> {
    pyodide.FS.writeFile(`${ROOT}/${name}.py`, await Deno.readTextFile(file));
  }
  for (const name of LIBRARY) {
    await copy(new URL(`./python/${name}.py`, import.meta.url), name);
  }
  pyodide.runPython(`
import sys
sys.path.insert(0, "${ROOT}")
import contextlib, gc, importlib, io, json, program, trace, virtual_loop
virtual_loop.install()

def run_topic(name):
    """Run every program of a module and return the traces as JSON."""
    importlib.invalidate_caches()
    module = importlib.import_module(name)
    gc.freeze()
    return json.dumps({p.__name__: trace.run_program(p) for p in trace.programs_of(module)})

def run_source(source):
    """Run the source of a program and return what it printed."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        program.run_source(source)
    return printed.getvalue()
`);
  const runProgram = pyodide.globals.get("run_source") as (source: string) => string;
  const runTopic = pyodide.globals.get("run_topic") as (name: string) => string;
  return {
    version: pyodide.runPython("sys.version.split()[0]") as string,
    runProgram,
    async runTopic(file) {
      const name = topicOf(file);
      await copy(file, name);
      return JSON.parse(runTopic(name));
    },
  };
}

/** Names the topic of a program file: its base name. */
export function topicOf(file: URL): string {
  return file.pathname.split("/").at(-1)!.split(".")[0];
}
