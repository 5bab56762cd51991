/**
 * The frame that all pages share.
 *
 * @module
 */

import config from "../../deno.json" with { type: "json" };
import { escape } from "./code.ts";
import type { Heading, Section } from "./markdown.ts";
import { wayTo } from "./places.ts";

/** A page before it gets its frame. */
export interface Page {
  /** Where it is on the site. */
  readonly place: string;
  readonly title: string;
  /** Its inside: one h1, and what is below it. */
  readonly html: string;
  /** Its headings, and what a search finds below each. */
  readonly sections: readonly Section[];
  /** The part of the site that it belongs to. */
  readonly area: "home" | "guides" | "reference" | "source" | "playground";
  /** What kind of page it is, where a search has found it. */
  readonly kind: string;
  /** The scripts and the styles that it needs beside those of all pages. */
  readonly assets?: readonly string[];
  /** What it may load beyond the others, as a part of its policy. */
  readonly allowed?: string;
}

/** A part of a list of pages. */
export interface Shelf {
  readonly title: string;
  readonly pages: readonly Page[];
}

/** The policy of a page: nothing comes in that is not a file of the site. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'";

/** The button that opens the list of pages where there is no room for it; it needs no script. */
const MENU = '<button class="menu" type="button" popovertarget="pages">Menu</button>\n';

/** The page on which programs run. */
export const PLAYGROUND = "playground/index.html";

/** What each page ends with. */
const FOOT: readonly (readonly [place: string, label: string])[] = [
  ["docs/versions.html", "Versions"],
  ["CHANGELOG.html", "Changes"],
  ["pages.html", "All pages"],
  ["licenses.html", "Licenses"],
];

/** The deepest heading in the list of a page. */
const DEEPEST = 3;
/** How many headings make a list worth its room. */
const FEWEST_HEADINGS = 2;

/** Writes a whole page. */
export function writePage(page: Page, shelves: readonly Shelf[]): string {
  const to = (place: string) => escape(wayTo(place, page.place));
  const name = page.area === "home" ? `Weft: ${page.title}` : `${page.title} · Weft`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}${page.allowed ?? ""}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escape(describe(page))}">
<title>${escape(name)}</title>
<link rel="icon" href="${to("assets/icon.svg")}">
<link rel="stylesheet" href="${to("assets/site.css")}">
<script src="${to("assets/site.js")}" defer></script>
${(page.assets ?? []).map((place) => writeAsset(place, to(place))).join("")}</head>
<body class="${page.area}">
<a class="skip" href="#content">Skip to the content</a>
<header>
${shelves.length > 0 ? MENU : ""}<a class="brand" href="${to("index.html")}"><img src="${
    to("assets/icon.svg")
  }" alt="" width="24" height="24">Weft</a>
<nav class="areas" aria-label="Parts of the site">
${writeArea(page, "guides", "docs/tutorial.html", "Guides")}
${writeArea(page, "reference", "api/index.html", "Reference")}
${writeArea(page, "playground", PLAYGROUND, "Playground")}
</nav>
<button class="find" type="button" aria-keyshortcuts="/" hidden>Search</button>
</header>
<div class="frame">
${writeShelves(page, shelves)}${writeContents(page)}<main id="content" tabindex="-1">
<article>
${page.html}</article>
${writeTurns(page, shelves)}</main>
</div>
<footer>
<p>Weft ${config.version}</p>
<ul>
${FOOT.map(([place, label]) => `<li><a href="${to(place)}">${label}</a></li>`).join("\n")}
</ul>
</footer>
</body>
</html>
`;
}

/** Writes what loads a script or a style. */
function writeAsset(place: string, way: string): string {
  return place.endsWith(".css")
    ? `<link rel="stylesheet" href="${way}">\n`
    : `<script src="${way}" defer></script>\n`;
}

/** Takes what a page begins with, for those who list it. */
function describe({ title, sections }: Page): string {
  const text = sections.find(({ lead }) => lead !== "")?.lead.trim() ?? "";
  return text === "" ? `${title} of Weft` : text.slice(0, 160).replace(/\s\S*$/, "");
}

/** Writes the link to a part of the site. */
function writeArea(page: Page, area: Page["area"], place: string, label: string): string {
  const current = page.area === area ? ' aria-current="true"' : "";
  return `<a href="${escape(wayTo(place, page.place))}"${current}>${label}</a>`;
}

/** Writes the list of pages. */
function writeShelves(page: Page, shelves: readonly Shelf[]): string {
  if (shelves.length === 0) return "";
  const lists = shelves.map(({ title, pages }) => {
    const items = pages.map((one) => {
      const current = one.place === page.place ? ' aria-current="page"' : "";
      const href = escape(wayTo(one.place, page.place));
      return `<li><a href="${href}"${current}>${escape(one.title)}</a></li>`;
    });
    return `<p>${escape(title)}</p>\n<ul>\n${items.join("\n")}\n</ul>`;
  });
  return `<nav id="pages" class="pages" aria-label="Pages" popover>\n${lists.join("\n")}\n</nav>\n`;
}

/** Writes the list of what is on a page. */
function writeContents({ sections }: Page): string {
  const headings = sections.map(({ heading }) => heading)
    .filter(({ level }) => level > 1 && level <= DEEPEST);
  if (headings.length < FEWEST_HEADINGS) return "";
  const item = ({ level, id, text }: Heading) =>
    `<li class="level${level}"><a href="#${escape(id)}">${escape(text)}</a></li>`;
  return `<nav class="contents" aria-label="On this page">
<details>
<summary>On this page</summary>
<ul>
${headings.map(item).join("\n")}
</ul>
</details>
</nav>
`;
}

/** Writes the links to the page before and the page after. */
function writeTurns(page: Page, shelves: readonly Shelf[]): string {
  const pages = shelves.flatMap((shelf) => shelf.pages);
  const at = pages.findIndex(({ place }) => place === page.place);
  if (at < 0) return "";
  const link = (other: Page | undefined, rel: string, label: string) =>
    other === undefined
      ? ""
      : `<a rel="${rel}" href="${escape(wayTo(other.place, page.place))}"><span>${label}</span> ${
        escape(other.title)
      }</a>\n`;
  return `<nav class="turns" aria-label="Previous and next page">
${link(pages[at - 1], "prev", "Previous")}${link(pages[at + 1], "next", "Next")}</nav>
`;
}
