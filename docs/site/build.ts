/**
 * Builds the site of the docs: static files that need no server beyond one for files.
 *
 *     deno task docs:site                 into .site/
 *     deno task docs:site --out=FOLDER    into another folder
 *     deno task docs:site --base=URL      with a sitemap, for where it will be served
 *
 * @module
 */

import * as esbuild from "esbuild";
import { DEMO_PICTURES, writeLanding } from "./landing.ts";
import { listGroups, ROOT } from "./pages.ts";
import type { Wanted } from "./places.ts";
import { readReference } from "./reference.ts";
import { makeFinder, writeReference } from "./reference_page.ts";
import { buildPlayground, writePlayground } from "./playground/page.ts";
import { writeIndex } from "./search_index.ts";
import { writeMap, writeSitemap } from "./site_map.ts";
import { type Page, type Shelf, writePage } from "./template.ts";
import { writeDocument, writeFolder, writeSource } from "./tree_pages.ts";

/** Where the style, the scripts and the icon are. */
const ASSETS = new URL("assets/", import.meta.url);

/** The document about what others have made of the site. */
const LICENSES = "docs/site/licenses.md";

/** Builds the site into a folder, in the place of the one that is there. */
export async function buildSite(folder: string, base?: string): Promise<void> {
  const leaves = readReference();
  const find = makeFinder(leaves);
  const wanted: Wanted = { sources: new Set(), folders: new Set(), files: new Set() };
  const guides = listGroups().map(({ title, paths }): Shelf => ({
    title,
    pages: paths.map((path) =>
      path.endsWith("/") ? writeFolder(path, find, wanted) : writeDocument(path, find, wanted)
    ),
  }));
  const landing = writeLanding(wanted);
  const playground = writePlayground();
  const licenses = writeDocument(LICENSES, find, wanted);
  const reference = writeReference(leaves, find);
  const map = writeMap([
    { title: "Weft", pages: [landing, playground] },
    ...guides,
    ...reference,
    { title: "This site", pages: [licenses] },
  ]);
  const known = new Set(pagesOf(guides).map(({ place }) => place));
  const others = [
    ...[...wanted.folders].map((path) => writeFolder(path, find, wanted)),
    ...[...wanted.sources].map(writeSource),
  ].filter(({ place }) => !known.has(place));

  await makeRoom(folder);
  const write = (page: Page, shelves: readonly Shelf[]) =>
    writeFile(`${folder}/${page.place}`, writePage(page, shelves));
  for (const page of [landing, playground, licenses, map]) write(page, []);
  // The playground is offered among the guides, and has no room for their list itself.
  const [begin, ...rest] = guides;
  const offered = [{ ...begin, pages: [...begin.pages, playground] }, ...rest];
  for (const page of pagesOf(guides)) write(page, offered);
  for (const page of pagesOf(reference)) write(page, reference);
  for (const page of others) write(page, []);
  for (const path of wanted.files) {
    writeFile(`${folder}/${path}`, Deno.readFileSync(new URL(path, ROOT)));
  }
  const found = { assets: pagesOf(offered), api: pagesOf(reference) };
  for (const [place, pages] of Object.entries(found)) {
    writeFile(`${folder}/${place}/search_index.js`, writeIndex(pages));
  }
  for (const [place, { svg }] of Object.entries(DEMO_PICTURES)) {
    writeFile(`${folder}/${place}`, svg);
  }
  if (base !== undefined) {
    const pages = [landing, playground, ...pagesOf(guides), ...pagesOf(reference), map, licenses];
    writeFile(`${folder}/sitemap.xml`, writeSitemap(base, pages.map(({ place }) => place)));
  }
  writeFile(`${folder}/assets/icon.svg`, Deno.readFileSync(new URL("icon.svg", ASSETS)));
  try {
    await bundle(folder);
    await buildPlayground(folder);
  } finally {
    await esbuild.stop();
  }
}

/** Lists the pages of all parts. */
function pagesOf(shelves: readonly Shelf[]): Page[] {
  return shelves.flatMap(({ pages }) => pages);
}

/** Empties a folder, if there is nothing in it but a site. */
async function makeRoom(folder: string): Promise<void> {
  try {
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    if (names.length > 0 && !(names.includes("index.html") && names.includes("api"))) {
      throw new Error(`Cannot build the site into ${folder}: it holds something else than a site`);
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
}

if (import.meta.main) {
  const option = (name: string) =>
    Deno.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const folder = option("out") ?? new URL(".site", ROOT).pathname;
  await buildSite(folder, option("base"));
  console.log(`Built the site: ${folder}/index.html`);
}
