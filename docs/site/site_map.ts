/**
 * The lists of all pages: one to read, and one for those who index the site.
 *
 * @module
 */

import { escape } from "./code.ts";
import { makeAnchor, type Section } from "./markdown.ts";
import { wayTo } from "./places.ts";
import type { Page, Shelf } from "./template.ts";

const PLACE = "pages.html";

/** Writes the page that lists all others: who has no script finds them there. */
export function writeMap(shelves: readonly Shelf[]): Page {
  const anchors = new Set<string>();
  const sections: Section[] = [];
  const parts = shelves.map(({ title, pages }) => {
    const id = makeAnchor(title, anchors);
    sections.push({ heading: { level: 2, id, text: title }, text: "", lead: "" });
    const items = pages.map((page) =>
      `<li><a href="${escape(wayTo(page.place, PLACE))}">${escape(page.title)}</a></li>`
    );
    return `<h2 id="${id}">${escape(title)}</h2>\n<ul class="map">\n${items.join("\n")}\n</ul>\n`;
  });
  return {
    place: PLACE,
    title: "All pages",
    html: `<h1>All pages</h1>\n${parts.join("")}`,
    sections,
    area: "guides",
    kind: "Guide",
  };
}

/** Writes what those read who index the site; they want whole addresses. */
export function writeSitemap(base: string, places: readonly string[]): string {
  const urls = places.map((place) =>
    `<url><loc>${escape(new URL(place.replace(/(^|\/)index\.html$/, "$1"), base).href)}</loc></url>`
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${urls.join("\n")}
</urlset>
`;
}
