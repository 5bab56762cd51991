/**
 * The frame that all pages share.
 *
 * @module
 */

import { escape } from "./code.ts";
import type { Heading, Section } from "./markdown.ts";
import { wayTo } from "./places.ts";

/** Is a page before it gets its frame. */
export interface Page {
  /** Is where it is on the site. */
  readonly place: string;
  readonly title: string;
  /** Is its inside: one h1, and what is below it. */
  readonly html: string;
  /** Are its headings, and what a search finds below each. */
  readonly sections: readonly Section[];
  /** Is the part of the site that it belongs to. */
  readonly area: "guides" | "reference" | "source";
  /** Says in a few words what kind of page it is, where a search has found it. */
  readonly kind: string;
}

/** Is a part of a list of pages. */
export interface Shelf {
  readonly title: string;
  readonly pages: readonly Page[];
}

/** Lets nothing in that is not a file of the site. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'";

/** Opens the list of pages where there is no room for it; it needs no script. */
const MENU = '<button class="menu" type="button" popovertarget="pages">Menu</button>\n';

/** Is the deepest heading in the list of a page. */
const DEEPEST = 3;
/** Is how many headings make a list worth its room. */
const FEWEST_HEADINGS = 2;

/** Writes a whole page. */
export function writePage(page: Page, shelves: readonly Shelf[]): string {
  const to = (place: string) => escape(wayTo(place, page.place));
  const name = page.title === "Weft"
    ? "Weft: asyncio for Deno and TypeScript"
    : `${page.title} · Weft`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escape(describe(page))}">
<title>${escape(name)}</title>
<link rel="icon" href="${to("assets/icon.svg")}">
<link rel="stylesheet" href="${to("assets/site.css")}">
<script src="${to("assets/site.js")}" defer></script>
</head>
<body class="${page.area}">
<a class="skip" href="#content">Skip to the content</a>
<header>
${shelves.length > 0 ? MENU : ""}<a class="brand" href="${to("index.html")}"><img src="${
    to("assets/icon.svg")
  }" alt="" width="24" height="24">Weft</a>
<nav class="areas" aria-label="Parts of the site">
${writeArea(page, "guides", "docs/tutorial.html", "Guides")}
${writeArea(page, "reference", "api/index.html", "Reference")}
</nav>
<button class="find" type="button" aria-keyshortcuts="/" hidden>Search</button>
</header>
<div class="frame">
${writeShelves(page, shelves)}${writeContents(page)}<main id="content" tabindex="-1">
<article>
${page.html}</article>
${writeTurns(page, shelves)}</main>
</div>
</body>
</html>
`;
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
