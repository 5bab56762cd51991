/**
 * Runs a program of asyncio on CPython in a worker, and tells the page what it prints.
 *
 * @module
 */

import { onProgram, tellReady, Told } from "./trace.ts";

/** What the build puts here: the modules of Python beside the program, by their names. */
declare const MODULES: Readonly<Record<string, string>>;

/** The folder of the modules, in Python's file system. */
const FOLDER = "/playground";
const PYODIDE = new URL("pyodide/", import.meta.url).href;

/** Runs the source of a program; returns the error that it ends with. */
type Run = (
  source: string,
  tell: (text: string, turn: number, at: number) => void,
  tellAside: (text: string) => void,
) => string;

/** Lets servers give WebAssembly under any type: CPython would wait for ever. */
function acceptAnyType(): void {
  WebAssembly.instantiateStreaming = async (source, imports) =>
    WebAssembly.instantiate(await (await source).arrayBuffer(), imports ?? {});
}

/** Loads CPython; it is the worker's only one. */
async function load(): Promise<Run> {
  acceptAnyType();
  const { loadPyodide } = await import(`${PYODIDE}pyodide.mjs`) as typeof import("pyodide");
  const python = await loadPyodide({ indexURL: PYODIDE });
  python.FS.mkdir(FOLDER);
  for (const [name, text] of Object.entries(MODULES)) {
    python.FS.writeFile(`${FOLDER}/${name}.py`, text);
  }
  python.runPython(`import sys; sys.path.insert(0, "${FOLDER}"); import traced`);
  return python.runPython("traced.run") as Run;
}

const loading = load();
onProgram(async (source) => {
  const told = new Told();
  try {
    const run = await loading;
    const tell = told.line.bind(told);
    told.end(run(source, tell, (text) => told.aside(text)));
  } catch (error) {
    told.end(String(error));
  }
});
loading.then(tellReady, (error) => new Told().end(String(error)));
