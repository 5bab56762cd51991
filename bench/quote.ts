/**
 * Writes what quotes the newest results, beside the peers and of growth: the charts, and the figures in documents.
 *
 *     deno task bench:figures              write all of it anew
 *     deno task bench:figures --check      compare instead of writing
 *
 * @module
 */

import { drawOverview, drawWork } from "./chart.ts";
import { fillBlocks } from "./figures.ts";
import { drawGrowth } from "./growth_chart.ts";
import { readNewest } from "./result.ts";

const ROOT = new URL("../", import.meta.url);
const RESULTS = "bench/results/";
/** The documents that may quote figures. */
const DOCUMENTS: readonly string[] = ["README.md", "bench/README.md"];

/** Makes all that quotes the newest results: texts by their paths from the root. */
export async function makeQuotes(): Promise<Map<string, string>> {
  const folder = new URL(RESULTS, ROOT);
  const result = await readNewest(folder, "peers");
  const texts = new Map([
    [`${RESULTS}overview.svg`, drawOverview(result)],
    [`${RESULTS}growth.svg`, drawGrowth(await readNewest(folder, "growth"))],
  ]);
  for (const { file } of result.cases) texts.set(`${RESULTS}${file}.svg`, drawWork(result, file));
  for (const path of DOCUMENTS) {
    texts.set(path, fillBlocks(await Deno.readTextFile(new URL(path, ROOT)), result));
  }
  return texts;
}

/** Reads a text; `undefined` if there is none. */
async function read(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(new URL(path, ROOT));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Lists the paths of what differs from what the newest results make. */
export async function findStale(): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of await makeQuotes()) if (await read(path) !== text) stale.push(path);
  return stale;
}

/** Writes what differs anew; tells where. */
export async function writeQuotes(): Promise<void> {
  const texts = await makeQuotes();
  for (const path of await findStale()) {
    await Deno.writeTextFile(new URL(path, ROOT), texts.get(path)!);
    console.log(`wrote ${path}`);
  }
}

if (import.meta.main) {
  if (Deno.args.includes("--check")) {
    const stale = await findStale();
    for (const path of stale) console.error(`differs: ${path}`);
    if (stale.length > 0) Deno.exit(1);
  } else {
    await writeQuotes();
  }
}
