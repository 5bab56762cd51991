/**
 * Builds the site of the docs: static files that need no server beyond one for files.
 *
 *     deno task docs:site                 into .site/
 *     deno task docs:site --out=FOLDER    into another folder
 *
 * @module
 */

import * as esbuild from "esbuild";
import { listGroups, ROOT } from "./pages.ts";
import type { Wanted } from "./places.ts";
import { readReference } from "./reference.ts";
import { makeFinder, writeReference } from "./reference_page.ts";
import { writeIndex } from "./search_index.ts";
import { type Page, type Shelf, writePage } from "./template.ts";
import { writeDocument, writeFolder, writeSource } from "./tree_pages.ts";

/** Is where the style, the scripts and the icon are. */
const ASSETS = new URL("assets/", import.meta.url);

/** Builds the site into a folder, in the place of the one that is there. */
export async function buildSite(folder: string): Promise<void> {
  const leaves = readReference();
  const find = makeFinder(leaves);
  const wanted: Wanted = { sources: new Set(), folders: new Set(), files: new Set() };
  const guides = listGroups().map(({ title, paths }): Shelf => ({
    title,
    pages: paths.map((path) =>
      path.endsWith("/") ? writeFolder(path, find, wanted) : writeDocument(path, find, wanted)
    ),
  }));
  const reference = writeReference(leaves, find);
  const known = new Set(guides.flatMap(({ pages }) => pages).map(({ place }) => place));
  const others = [
    ...[...wanted.folders].map((path) => writeFolder(path, find, wanted)),
    ...[...wanted.sources].map(writeSource),
  ].filter(({ place }) => !known.has(place));

  await makeRoom(folder);
  const write = (page: Page, shelves: readonly Shelf[]) =>
    writeFile(`${folder}/${page.place}`, writePage(page, shelves));
  for (const page of guides.flatMap(({ pages }) => pages)) write(page, guides);
  for (const page of reference.flatMap(({ pages }) => pages)) write(page, reference);
  for (const page of others) write(page, []);
  for (const path of wanted.files) {
    writeFile(`${folder}/${path}`, Deno.readFileSync(new URL(path, ROOT)));
  }
  for (const [place, shelves] of Object.entries({ assets: guides, api: reference })) {
    const index = writeIndex(shelves.flatMap(({ pages }) => pages));
    writeFile(`${folder}/${place}/search_index.js`, index);
  }
  writeFile(`${folder}/assets/icon.svg`, Deno.readFileSync(new URL("icon.svg", ASSETS)));
  await bundle(folder);
}

/** Empties a folder, if there is nothing in it but a site. */
async function makeRoom(folder: string): Promise<void> {
  try {
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    if (names.length > 0 && !(names.includes("index.html") && names.includes("api"))) {
      throw new Error(`THE FOLDER HOLDS SOMETHING ELSE THAN A SITE: ${folder}`);
    }
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Writes a file, and the folders that it is in. */
function writeFile(path: string, content: string | Uint8Array): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  if (typeof content === "string") Deno.writeTextFileSync(path, content);
  else Deno.writeFileSync(path, content);
}

/** Makes the style and the scripts small. */
async function bundle(folder: string): Promise<void> {
  const minisearch = await Deno.readTextFile(new URL(import.meta.resolve("minisearch")));
  const files = ["site.css", "site.js", "search.js"];
  try {
    await esbuild.build({
      entryPoints: files.map((name) => new URL(name, ASSETS).pathname),
      outdir: `${folder}/assets`,
      bundle: true,
      minify: true,
      format: "iife",
      target: ["chrome120", "firefox128", "safari17"],
      logLevel: "error",
      plugins: [{
        name: "minisearch",
        setup(build) {
          build.onResolve({ filter: /^minisearch$/ }, ({ path }) => ({ path, namespace: "npm" }));
          build.onLoad({ filter: /./, namespace: "npm" }, () => ({ contents: minisearch }));
        },
      }],
    });
  } finally {
    await esbuild.stop();
  }
}

if (import.meta.main) {
  const [given] = Deno.args.flatMap((arg) => /^--out=(.+)$/.exec(arg)?.[1] ?? []);
  const folder = given ?? new URL(".site", ROOT).pathname;
  await buildSite(folder);
  console.log(`Built the site: ${folder}/index.html`);
}
