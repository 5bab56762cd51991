/**
 * Runs a program of Weft in a worker, and tells the page what it does.
 *
 * @module
 */

import { onProgram, tellReady, Told } from "./trace.ts";

/** The library as a module of its own, which programs import, too. */
const LIBRARY = new URL("weft.js", import.meta.url).href;

/** Names the library in a program. */
const SPECIFIER = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])@weft\/weft\2/g;

onProgram(async (source) => {
  const library: typeof import("./library.ts") = await import(LIBRARY);
  const told = new Told();
  library.watch(told);
  console.log = (...parts: unknown[]) => {
    for (const line of parts.join(" ").split("\n")) library.tellLine(line);
  };
  console.error = console.warn = (...parts: unknown[]) => told.aside(parts.join(" "));
  const program = source.replace(SPECIFIER, `$1$2${LIBRARY}$2`);
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  try {
    await import(address);
    await library.settle();
    told.end("");
  } catch (error) {
    told.end(String(error));
  } finally {
    URL.revokeObjectURL(address);
  }
});
tellReady();
