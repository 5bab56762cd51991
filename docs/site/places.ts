/**
 * Where on the site a path of the tree is found.
 *
 * A page is where its source is, so that relative links need no more than another ending.
 *
 * @module
 */

import { kindOf } from "./pages.ts";

/** What pages link to and nobody has made yet. */
export interface Wanted {
  /** Sources that are shown as pages. */
  readonly sources: Set<string>;
  /** Folders whose files are listed. */
  readonly folders: Set<string>;
  /** Files that are copied as they are. */
  readonly files: Set<string>;
}

/** The documents that are the site's own, with the places of their pages. */
const OWN: Readonly<Record<string, string>> = {
  "docs/site/landing.md": "index.html",
  "docs/site/licenses.md": "licenses.html",
};

/** Gives the place of a path: that of a page, or of a copied file. */
export function placeOf(path: string): string {
  if (Object.hasOwn(OWN, path)) return OWN[path];
  if (path === "" || path.endsWith("/")) return `${path}index.html`;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  if (/\/README\.md$/.test(path)) return `${folder}index.html`;
  if (path.endsWith(".md")) return path.replace(/\.md$/, ".html");
  return isSource(path) ? `${path}.html` : path;
}

/** Returns whether a file is shown as a page of code. */
function isSource(path: string): boolean {
  return /\.(ts|js|py|sh|toml)$/.test(path);
}

/** Writes the way from one place to another. */
export function wayTo(place: string, from: string): string {
  const [target, hash = ""] = place.split(/(?=#)/);
  const to = target.split("/");
  const at = from.split("/");
  while (to.length > 1 && at.length > 1 && to[0] === at[0]) {
    to.shift();
    at.shift();
  }
  return "../".repeat(at.length - 1) + to.join("/") + hash;
}

/** Rewrites a link of a document for its page; notes what the page needs beside it. */
export function rewriteLink(href: string, path: string, wanted: Wanted): string {
  if (/^(\w+:|#)/.test(href)) return href;
  const { pathname, hash } = new URL(href, `file:///${path}`);
  let target = decodeURIComponent(pathname.slice(1));
  const kind = kindOf(target);
  if (kind === "nothing") throw new Error(`${path} links to what is not there: ${href}`);
  if (kind === "folder") {
    target = `${target.replace(/\/?$/, "/")}`;
    if (kindOf(`${target}README.md`) === "file") target += "README.md";
    else wanted.folders.add(target);
  } else if (isSource(target)) wanted.sources.add(target);
  else if (!target.endsWith(".md")) wanted.files.add(target);
  return wayTo(placeOf(target) + hash, placeOf(path));
}
