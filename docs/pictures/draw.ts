/**
 * Draws the pictures of the docs.
 *
 *     deno task docs:pictures             write them
 *     deno task docs:pictures --check     fail if one differs
 *
 * @module
 */

import { format } from "../format.ts";
import { drawCancellation } from "./cancellation.ts";
import { drawMemory } from "./memory.ts";
import { drawTurn } from "./turn.ts";

/** Draws all pictures: the text of each, by the name of its file. */
export async function drawAll(): Promise<Record<string, string>> {
  return {
    "turn.svg": await format("svg", String(drawTurn())),
    "memory.svg": await format("svg", String(drawMemory())),
    "cancellation.svg": await format("svg", String(drawCancellation())),
  };
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(await drawAll())) {
    const file = new URL(name, import.meta.url);
    if (!Deno.args.includes("--check")) await Deno.writeTextFile(file, text);
    else if (await Deno.readTextFile(file) !== text) {
      console.error(`Draw it again: docs/pictures/${name}`);
      Deno.exit(1);
    }
  }
}
