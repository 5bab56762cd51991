/**
 * The debug build of the core, which walks every invariant after every call.
 *
 * @module
 */

import { WasmCore } from "../../src/engine/core.ts";
import { compileCore } from "../../wasm/build.ts";

/** Gives a maker of cores of the debug build, which throw where the module aborts. */
export function newDebugCores(module: WebAssembly.Module): () => WasmCore {
  // The core lays its slots over the messages, so they are read from an instance that never ran.
  const untouched = instantiate(module, () => {});
  const text = new DataView((untouched.exports.memory as WebAssembly.Memory).buffer);
  const abort = (message: number, _file: number, line: number, column: number) => {
    throw new Error(`${readString(text, message)} (line ${line}, column ${column})`);
  };
  return () => new WasmCore(module, { env: { abort } });
}

/** Compiles the debug build. */
export async function compileDebug(): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(await compileCore({ debug: true }));
}

/** Makes an instance with its one import. */
function instantiate(module: WebAssembly.Module, abort: () => void): WebAssembly.Instance {
  return new WebAssembly.Instance(module, { env: { abort } });
}

/** Reads an AssemblyScript string: UTF-16, its length in bytes in the word before it. */
function readString(view: DataView, at: number): string {
  let text = "";
  for (let offset = 0; offset < view.getUint32(at - 4, true); offset += 2) {
    text += String.fromCharCode(view.getUint16(at + offset, true));
  }
  return text;
}
