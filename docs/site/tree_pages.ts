/**
 * The pages of documents, and of sources and folders that documents link to.
 *
 * @module
 */

import { escape, writeCode } from "./code.ts";
import { render } from "./markdown.ts";
import { listFolder, readText } from "./pages.ts";
import { placeOf, rewriteLink, type Wanted, wayTo } from "./places.ts";
import type { Finder } from "./reference_page.ts";
import type { Page } from "./template.ts";

/** Writes the page of a document. */
export function writeDocument(path: string, find: Finder, wanted: Wanted): Page {
  const place = placeOf(path);
  const { html, sections } = render(readText(path), {
    rewrite: (href) => rewriteLink(href, path, wanted),
    find: (name) => {
      const target = find(name);
      return target && wayTo(target, place);
    },
    measure: (href) => measure(new URL(href, `file:///${path}`).pathname.slice(1)),
  });
  const head = sections.find(({ heading }) => heading.level === 1)?.heading.text;
  const title = path === "README.md" ? "Overview" : head;
  if (title === undefined) throw new Error(`The document must have a title: ${path}`);
  return { place, title, html, sections, area: "guides", kind: "Guide" };
}

/** Writes the size of a picture of the tree as attributes. */
function measure(path: string): string {
  const [, width, height] = /<svg[^>]*? width="(\d+)" height="(\d+)"/.exec(readText(path)) ?? [];
  return width === undefined ? "" : ` width="${width}" height="${height}"`;
}

/** Writes the page of a source. */
export function writeSource(path: string): Page {
  const language = path.split(".").at(-1)!;
  const html = `<h1><code>${escape(path)}</code></h1>\n${writeCode(readText(path), language)}`;
  return { place: placeOf(path), title: path, html, sections: [], area: "source", kind: "Source" };
}

/** Writes the page that lists a folder; what the site has is linked. */
export function writeFolder(path: string, find: Finder, wanted: Wanted): Page {
  const place = placeOf(path);
  const items = listFolder(path, /^[^.]/).map((name) => {
    const target = path + name;
    const isThere = /\.(md|svg|json)$/.test(name) || wanted.sources.has(target);
    if (/\.(svg|json)$/.test(name)) wanted.files.add(target);
    const label = name.endsWith(".md")
      ? escape(writeDocument(target, find, wanted).title)
      : `<code>${escape(name)}</code>`;
    const link = isThere
      ? `<a href="${escape(wayTo(placeOf(target), place))}">${label}</a>`
      : label;
    return `<li>${link}${escape(aboutSource(target))}</li>`;
  });
  const title = path === "docs/decisions/" ? "Decisions" : path;
  const html = `<h1>${escape(title)}</h1>\n<ul>\n${items.join("\n")}\n</ul>\n`;
  const area = path === "docs/decisions/" ? "guides" : "source";
  return { place, title, html, sections: [], area, kind: "Folder" };
}

/** Takes the sentence that a source begins with. */
function aboutSource(path: string): string {
  if (!path.endsWith(".ts")) return "";
  const [, about] = /^\/\*\*\n \* (.*)/.exec(readText(path)) ?? [];
  return about === undefined ? "" : `: ${about}`;
}
