/**
 * Writes docs/rosetta.md.
 *
 *     deno task docs:rosetta             write the page
 *     deno task docs:rosetta --check     fail if it differs, or if CPython has other names
 *     deno task docs:rosetta --record    ask CPython for its names first
 *
 * @module
 */

import { readInventory } from "./inventory.ts";
import { writePage } from "./page.ts";
import { askPython, record } from "./record.ts";

/** What is written. */
const PAGE = new URL("../rosetta.md", import.meta.url);

/** Ends with status 1 if something is not as it was written down. */
async function check(): Promise<void> {
  const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const stale = [
    await writePage() === await Deno.readTextFile(PAGE) ? [] : ["docs/rosetta.md"],
    isSame(await askPython(), await readInventory()) ? [] : ["docs/rosetta/asyncio.json"],
  ].flat();
  if (stale.length === 0) return;
  console.error(`Write it again: ${stale.join(", ")}`);
  Deno.exit(1);
}

if (Deno.args.includes("--check")) {
  await check();
} else {
  if (Deno.args.includes("--record")) await record();
  await Deno.writeTextFile(PAGE, await writePage());
}
