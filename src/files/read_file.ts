/**
 * Reading whole files.
 *
 * @module
 */

import { type Awaitable, checkAddress, show, until } from "../lowlevel.ts";

/**
 * Reads a whole file. It needs `--allow-read`.
 *
 * What the host fails with, such as `Deno.errors.NotFound`, is thrown as it is.
 *
 * **Cancel safety.** A cancelled wait ends at once, and the host is told to stop reading.
 *
 * **Gotchas.** A device that has no end fills the memory until then: `openFile()` reads it in parts.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { readFile, writeFile } from "@weft/weft/io.ts";
 *
 * const path = await Deno.makeTempFile();
 * await run(async () => {
 *   await writeFile(path, new Uint8Array([1, 2, 3]));
 *   console.assert((await readFile(path)).length === 3);
 * });
 * await Deno.remove(path);
 * ```
 */
export function readFile(path: string | URL): Awaitable<Uint8Array<ArrayBuffer>> {
  checkAddress("path", path);
  const label = `readFile(${show(String(path))})`;
  return until((signal) => Deno.readFile(path, { signal }), { label });
}

/**
 * Reads a whole file as text in UTF-8. It needs `--allow-read`.
 *
 * **Cancel safety.** A cancelled wait ends at once, and the host is told to stop reading.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { readTextFile, writeFile } from "@weft/weft/io.ts";
 *
 * const path = await Deno.makeTempFile();
 * await run(function* () {
 *   yield* writeFile(path, "hello");
 *   console.assert((yield* readTextFile(path)) === "hello");
 * });
 * await Deno.remove(path);
 * ```
 */
export function readTextFile(path: string | URL): Awaitable<string> {
  checkAddress("path", path);
  const label = `readTextFile(${show(String(path))})`;
  return until((signal) => Deno.readTextFile(path, { signal }), { label });
}
