/**
 * Source text as a module.
 *
 * @module
 */

import { checkOneOf, checkOptions, checkString } from "../check.ts";

/** The options of a module of source text. */
export interface SourceModuleOptions {
  /** The language that it is written in; `"typescript"` unless given. */
  language?: "typescript" | "javascript" | undefined;
}

/**
 * Gives a module what it cannot import where nothing may be imported. It stands behind the source, whose
 * lines keep their numbers, and is run before it, as all that is imported.
 */
const PRELUDE = "globalThis.currentJob ??= () => globalThis[Symbol.for('weft.currentJob')]";
const EPILOGUE = `\nimport ${JSON.stringify(`data:text/javascript,${PRELUDE}`)};`;

/** The most letters of an address that a message shows. */
const MOST_SHOWN = 80;

/**
 * Makes an address of source text, which a pool takes for a module: its functions can be jobs.
 *
 * The text is that of a module in TypeScript, whose types are not checked, or in JavaScript. It finds
 * `currentJob()` as a global, as it may be unable to import anything.
 *
 * **Gotchas.** It may do what its pool lets it. In a `WorkerPool` that is what the program may, and an
 * endless loop there cannot be ended. Code that you do not trust belongs in a `ProcessPool` with
 * `permissions: {}` and bounds, as in the example.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { ProcessPool, sourceModule } from "@weft/weft/workers.ts";
 *
 * const source = "export const area = (w: number, h: number) => w * h;";
 * await run(async () => {
 *   await using pool = new ProcessPool({ size: 1, permissions: {}, maxJobs: 1, maxMemory: 256 });
 *   const job = pool.job<number>(sourceModule(source), "area", [6, 7], { timeout: 5000 });
 *   console.assert(await job === 42);
 * });
 * ```
 */
export function sourceModule(source: string, options: SourceModuleOptions = {}): URL {
  checkString("source", source);
  checkOptions("sourceModule()", options, ["language"]);
  const { language = "typescript" } = options;
  checkOneOf("language", language, ["typescript", "javascript"]);
  const bytes = new TextEncoder().encode(source + EPILOGUE);
  return new URL(`data:application/${language};base64,${bytes.toBase64()}`);
}

/** Shows the address of a module in a message: of one that holds its source, the beginning. */
export function showModule(module: string): string {
  const isShort = !module.startsWith("data:") || module.length <= MOST_SHOWN;
  return isShort ? module : `${module.slice(0, MOST_SHOWN)}…`;
}
