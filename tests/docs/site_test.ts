import MiniSearch, { type Query } from "minisearch";
import { assert, assertEquals } from "../assert.ts";
import { listExports } from "../../docs/rosetta/exports.ts";
import { SEARCH_OPTIONS } from "../../docs/site/search_options.js";
import {
  attributeOf,
  buildApart,
  findAll,
  findBroken,
  isCell,
  linksOf,
  listFiles,
  readPage,
  textOf,
} from "./built_site.ts";
import { readDocuments } from "./documents.ts";

/** Bounds, in bytes, what the site may take without the reference and the sources that it shows. */
const MOST_BYTES = 2_000_000;
/** Bounds what the playground takes when it is opened, and what CPython takes when it first runs. */
const MOST_OF_PLAYGROUND = 250_000, MOST_OF_PYTHON = 14_000_000;
/** Where the site will be served, as its sitemap has it. */
const BASE = "https://example.org/weft/";

const folder = await Deno.makeTempDir({ prefix: "weft_site_" });
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
await buildApart(folder, `--base=${BASE}`);
const files = listFiles(folder);
const pages = files.filter((place) => place.endsWith(".html"))
  .map((place) => readPage(place, Deno.readTextFileSync(`${folder}/${place}`)));
const indexes = ["assets", "api"].map(readIndex);

/** Reads an index as the browser does. */
function readIndex(place: string): MiniSearch {
  const script = Deno.readTextFileSync(`${folder}/${place}/search_index.js`);
  const [, json] = /\.push\((.*)\);\n$/.exec(script)!;
  return MiniSearch.loadJSON(json, SEARCH_OPTIONS);
}

/** Searches as the browser does: the places found, the best ones first. */
function search(query: Query): string[] {
  return indexes.flatMap((index) => index.search(query)).sort((a, b) => b.score - a.score)
    .map(({ place }) => place);
}

Deno.test("site: every document of docs/ has a page, and so has every name that is exported", async () => {
  const places = new Set(pages.map(({ place }) => place));
  for (const { path } of readDocuments()) {
    if (!/^docs\//.test(path) || path.startsWith("docs/site/")) continue;
    assert(places.has(path.replace("README.md", "index.md").replace(/md$/, "html")), path);
  }
  const anchors = new Set(
    pages.filter(({ place }) => place.startsWith("api/")).flatMap((page) => [...page.anchors]),
  );
  const names = [...(await listExports()).keys()];
  assert(names.length > 80, `the names are found: ${names.length}`);
  assertEquals(names.filter((name) => !anchors.has(name)), []);
  for (const name of ["Task.uncancel", "EventLoop.time", "WorkerPool", "runTest", "serve"]) {
    assert(anchors.has(name), name);
  }
});

Deno.test("site: every link and every anchor leads somewhere", () => {
  const links = pages.flatMap(linksOf);
  assert(links.length > 5_000, `the links are found: ${links.length}`);
  assertEquals(findBroken(pages, new Set(files)), []);
});

Deno.test("site: a made-up link that leads nowhere is found, and so is HTML that is broken", () => {
  const made = readPage(
    "a/b.html",
    '<!doctype html><html lang="en"><head><title>a</title></head><body><p id="x">' +
      '<a href="#x"></a><a href="#y"></a><a href="c.html"></a><a href="../d.svg"></a>' +
      '<img src="e.svg"></p><p id="x"></p><i><b></i></b><div></body></html>',
  );
  assertEquals(findBroken([made], new Set(["d.svg"])), [
    "a/b.html: #y",
    "a/b.html: c.html",
    "a/b.html: e.svg",
  ]);
  assert(made.mistakes.includes("a/b.html: x is twice"));
  assert(made.mistakes.includes("a/b.html: <div> is not closed"));
  assert(made.mistakes.length >= 3, made.mistakes.join());
});

Deno.test("site: names in the text lead to the reference, but those of asyncio do not", () => {
  const page = pages.find(({ place }) => place === "docs/rosetta.html")!;
  const names = findAll(page, "a").filter((element) => attributeOf(element, "class") === "name");
  const leading = new Map(names.map((element) => [textOf(element), attributeOf(element, "href")]));
  assertEquals(leading.get("createTask"), "../api/create_task.html#createTask");
  assertEquals(leading.get("Task.uncancel"), "../api/task.html#Task.uncancel");
  const rows = findAll(page, "tr").map(({ childNodes }) => childNodes.filter(isCell));
  const ofAsyncio = rows.filter(([, second]) => /^(same|different|absent)$/.test(textOf(second)));
  assert(ofAsyncio.length > 100, `the rows are found: ${ofAsyncio.length}`);
  const inside = new Set<unknown>(ofAsyncio.flatMap(([first]) => first.childNodes));
  assertEquals(names.filter((element) => inside.has(element)).map(textOf), []);
});

Deno.test("site: pages are well formed, each with a language, a title of its own and one h1", () => {
  assertEquals(pages.flatMap(({ mistakes }) => mistakes), []);
  const titles = new Map<string, string>();
  for (const page of pages) {
    assertEquals(attributeOf(findAll(page, "html")[0], "lang"), "en", page.place);
    const title = textOf(findAll(page, "title")[0]);
    assertEquals(titles.get(title), undefined, `${page.place}: ${title}`);
    titles.set(title, page.place);
    assertEquals(findAll(page, "h1").length, 1, page.place);
    assertEquals(findAll(page, "main").length, 1, page.place);
    const levels = page.elements.flatMap(({ tagName }) => /^h([1-6])$/.exec(tagName)?.[1] ?? []);
    const leaps = levels.filter((level, at) => Number(level) - Number(levels[at - 1] ?? 0) > 1);
    assertEquals(leaps, [], `${page.place} leaves a level of headings out`);
    for (const image of findAll(page, "img")) {
      assert(attributeOf(image, "alt") !== undefined, `${page.place}: a picture has no text`);
    }
  }
});

Deno.test("site: no page loads anything from elsewhere, or needs what a policy may bar", () => {
  for (const page of pages) {
    for (const element of page.elements) {
      const { tagName, attrs } = element;
      const isLoaded = /^(link|script|img)$/.test(tagName);
      const address = attributeOf(element, "src") ?? attributeOf(element, "href") ?? "";
      assert(!(isLoaded && /^\w+:|^\/\//.test(address)), `${page.place} loads ${address}`);
      assert(tagName !== "style", `${page.place} has a style of its own`);
      assert(tagName !== "script" || textOf(element) === "", `${page.place} has a script inside`);
      const barred = attrs.filter(({ name }) => name === "style" || name.startsWith("on"));
      assertEquals(barred, [], page.place);
    }
  }
});

Deno.test("site: the index finds what there is, at a place that there is", () => {
  const known = new Map(pages.map((page) => [page.place, page]));
  const expected = {
    cancelScope: "api/cancel_scope.html#cancelScope",
    uncancel: "api/task.html#Task.uncancel",
    WorkerPool: "api/worker_pool.html#WorkerPool",
    "rate limit": "docs/recipes.html#limit-a-rate",
    debounce: "docs/recipes.html#debounce",
    "virtual clock": "api/clock.html#VirtualClock",
  };
  for (const [words, place] of Object.entries(expected)) {
    const found = search(words);
    assert(found.slice(0, 5).includes(place), `${words} finds ${found.slice(0, 5)}`);
  }
  assertEquals(search("taskGroup")[0]?.toLowerCase(), "api/task_group.html#taskgroup");
  assertEquals(search("qwertz"), []);
  for (const place of search(MiniSearch.wildcard)) {
    const [target, anchor] = place.split("#");
    const page = known.get(target);
    assert(page && (anchor === undefined || page.anchors.has(anchor)), place);
  }
});

/** Sums up the sizes of some files. */
function sizeOf(isCounted: (place: string) => boolean): number {
  return files.filter(isCounted)
    .reduce((sum, place) => sum + Deno.statSync(`${folder}/${place}`).size, 0);
}

Deno.test("site: without the reference it takes less than 2 megabytes, and CPython 14", () => {
  const isPython = (place: string) => place.startsWith("playground/pyodide/");
  const isPlayground = (place: string) => place.startsWith("playground/");
  const isRest = (place: string) => place.startsWith("api/") || /\.(ts|js|py)\.html$/.test(place);
  const bytes = sizeOf((place) => !isRest(place) && !isPlayground(place));
  assert(bytes < MOST_BYTES, `it takes ${bytes} bytes`);
  const playground = sizeOf((place) => isPlayground(place) && !isPython(place));
  assert(playground < MOST_OF_PLAYGROUND, `the playground takes ${playground} bytes`);
  const python = sizeOf(isPython);
  assert(python < MOST_OF_PYTHON && python > 10_000_000, `CPython takes ${python} bytes`);
});

Deno.test("site: the lists of all pages have all pages but sources, each once", () => {
  const isListed = (place: string) => !/\.(ts|js|py|sh|toml)\.html$/.test(place);
  const guides = pages.map(({ place }) => place).filter(isListed);
  const sitemap = Deno.readTextFileSync(`${folder}/sitemap.xml`);
  const found = [...sitemap.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, address]) => {
    assert(address.startsWith(BASE), address);
    return address.slice(BASE.length).replace(/^$|\/$/, "$&index.html");
  });
  assertEquals(new Set(found).size, found.length);
  const folders = guides.filter((place) => !found.includes(place));
  assertEquals(folders.filter((place) => !place.endsWith("/index.html")), []);
  assertEquals(found.filter((place) => !guides.includes(place)), []);
  assert(found.length > 100, `pages are found: ${found.length}`);
  const map = pages.find(({ place }) => place === "pages.html")!;
  const linked = new Set(linksOf(map));
  assertEquals(found.filter((place) => !linked.has(place) && place !== "pages.html"), []);
});

Deno.test("site: what it ships of others is named with its license", () => {
  const page = pages.find(({ place }) => place === "licenses.html")!;
  const text = page.elements.filter(({ tagName }) => tagName === "main").map(textOf).join();
  for (const name of ["MiniSearch", "Pyodide", "MPL-2.0", "CPython", "PSF-2.0", "MIT"]) {
    assert(text.includes(name), name);
  }
  for (const page of pages) {
    const [footer] = findAll(page, "footer");
    assert(/^\s*Weft \d+\.\d+\.\d+\s/.test(textOf(footer)), page.place);
  }
});

Deno.test("site: a folder that holds anything else is left alone", async () => {
  const other = await Deno.makeTempDir({ prefix: "weft_other_" });
  try {
    await Deno.writeTextFile(`${other}/kept.txt`, "kept");
    const refused = await buildApart(other).then(() => undefined, String);
    assert(refused?.includes("something else than a site"), refused);
    assertEquals(listFiles(other), ["kept.txt"]);
  } finally {
    await Deno.remove(other, { recursive: true });
  }
});
