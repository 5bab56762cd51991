/**
 * The index that is searched in the browser, made in advance.
 *
 * @module
 */

import MiniSearch from "minisearch";
import { SEARCH_OPTIONS } from "./search_options.js";
import type { Page } from "./template.ts";

/** How much of a section is shown where it was found. */
const LONGEST_START = 130;

/** Writes the index of some pages as a script, which a page loads also from a disk. */
export function writeIndex(pages: readonly Page[]): string {
  const index = new MiniSearch(SEARCH_OPTIONS);
  let id = 0;
  for (const page of pages) {
    for (const { heading, text, lead } of page.sections) {
      const words = lead.replace(/\s+/g, " ").trim();
      const hash = heading.level === 1 || heading.id === "" ? "" : `#${heading.id}`;
      const start = words.length <= LONGEST_START
        ? words
        : words.slice(0, LONGEST_START).replace(/\s\S*$/, " …");
      index.add({
        id: id++,
        title: heading.text,
        page: page.area === "reference" ? page.kind : page.title,
        text,
        place: page.place + hash,
        start,
      });
    }
  }
  return `(globalThis.weftIndexes ??= []).push(${JSON.stringify(index)});\n`;
}
