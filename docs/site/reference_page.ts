/**
 * The pages of the reference: one for each source that exports something to users.
 *
 * @module
 */

import { escape, highlight } from "./code.ts";
import { makeAnchor, render, type Section } from "./markdown.ts";
import { wayTo } from "./places.ts";
import type { Declared, Leaf, Member } from "./reference.ts";
import { type ReferenceShelf, shelve } from "./reference_shelves.ts";
import type { Page, Shelf } from "./template.ts";

/** What finds the place of a name in the reference, with an anchor. */
export type Finder = (name: string) => string | undefined;

/** Gives the name of an entry in an import. */
function specifierOf(entry: string): string {
  return entry === "mod.ts" ? "@weft/weft" : `@weft/weft/${entry}`;
}

/** Gives the place of a source's page; operators share names with what they are like. */
function placeOfLeaf({ path }: Leaf): string {
  const name = path.split("/").at(-1)!.replace(/\.ts$/, ".html");
  return path.startsWith("src/flow/") ? `api/flow_${name}` : `api/${name}`;
}

/** Makes what finds names, and members as `Class.member`, those of its base classes included. */
export function makeFinder(leaves: readonly Leaf[]): Finder {
  const places = new Map<string, string>();
  const bases = new Map<string, readonly string[]>();
  for (const leaf of leaves) {
    for (const one of leaf.names) {
      const ids = [one.name, ...one.members.map((member) => idOf(one.name, member))];
      for (const id of ids) {
        if (!places.has(id)) places.set(id, `${placeOfLeaf(leaf)}#${id}`); // The first one's.
      }
      bases.set(one.name, one.bases);
    }
  }
  const find = (path: string): string | undefined => {
    const [name, member] = path.split(".");
    const inherited = () => bases.get(name)?.map((base) => find(`${base}.${member}`)).find(Boolean);
    return places.get(path) ?? (member === undefined ? undefined : inherited());
  };
  return find;
}

/** Gives the anchor of a member. */
function idOf(owner: string, { name }: Member): string {
  const word = name.replace("static ", "").replace(/[^\w.]+/g, "");
  return `${owner}.${name.startsWith("[") ? `@${word}` : word}`;
}

/** Writes the pages of the reference; the first one lists the others. */
export function writeReference(leaves: readonly Leaf[], find: Finder): Shelf[] {
  const shelves = shelve(leaves);
  return [
    { title: "Reference", pages: [writeOverview(shelves, find)] },
    ...shelves.map(({ title, leaves }) => ({
      title,
      pages: leaves.map((leaf) => writeLeaf(leaf, find)),
    })),
  ];
}

/** Writes the page that lists all names. */
function writeOverview(
  shelves: readonly ReferenceShelf[],
  find: Finder,
): Page {
  const place = "api/index.html";
  const anchors = new Set<string>();
  const sections: Section[] = [];
  const parts = shelves.map(({ title, about, leaves }) => {
    const id = makeAnchor(title, anchors);
    sections.push(toSection(2, id, title, about));
    const rows = leaves.flatMap((leaf) =>
      leaf.names.map(({ name, doc }) => {
        const href = escape(wayTo(`${placeOfLeaf(leaf)}#${name}`, place));
        const about = inline(firstSentence(doc), place, find);
        return `<dt><a href="${href}"><code>${name}</code></a></dt><dd>${about}</dd>`;
      })
    );
    return `<h2 id="${id}">${escape(title)}</h2>\n<p>${escape(about)}</p>\n<dl class="names">\n${
      rows.join("\n")
    }\n</dl>\n`;
  });
  const intro = "Every exported name, with its first sentence. What no line says otherwise is " +
    "imported from <code>@weft/weft</code>; HTTP, threads and tests have entries of their own.";
  return {
    place,
    title: "All names",
    html: `<h1>Reference</h1>\n<p class="lead">${intro}</p>\n${parts.join("")}`,
    sections,
    area: "reference",
    kind: "Reference",
  };
}

/** Writes the page of a source. */
function writeLeaf(leaf: Leaf, findAny: Finder): Page {
  const place = placeOfLeaf(leaf);
  const own = new Set(leaf.names.map(({ name }) => name));
  const find = (name: string) => own.has(name) ? `${place}#${name}` : findAny(name);
  const title = titleOf(leaf);
  const sections: Section[] = [
    toSection(1, "", title, leaf.about),
  ];
  const parts = leaf.names.map((one) => writeName(one, place, find, sections));
  const html = `<h1>${escape(title)}</h1>\n<div class="lead">${
    block(leaf.about, place, find)
  }</div>\n${parts.join("")}`;
  return { place, title, html, sections, area: "reference", kind: "Reference" };
}

/** Names the page of a source: after its function or class, if they share its name. */
function titleOf({ path, names }: Leaf): string {
  const words = path.split("/").at(-1)!.replace(/\.ts$/, "").split("_");
  const same = names.filter(({ name }) => name.toLowerCase() === words.join(""));
  const best = same.find(({ kind }) => kind === "function") ?? same[0];
  if (best !== undefined) {
    return path.startsWith("src/flow/") ? `${best.name} of flow.ts` : best.name;
  }
  return words.join(" ").replace(/^./, (letter) => letter.toUpperCase());
}

/** Writes what there is to say of a name. */
function writeName(one: Declared, place: string, find: Finder, sections: Section[]): string {
  const { name, kind, signatures, doc, bases, members, entry, isType } = one;
  sections.push(toSection(2, name, name, doc));
  const also = bases.map((base) =>
    `<p>It has what <a class="name" href="${
      escape(wayTo(find(base)!, place))
    }"><code>${base}</code></a> has, too.</p>\n`
  );
  const inside = members.map((member) => writeMember(one, member, place, find, sections));
  return `<section class="name">
<h2 id="${name}"><code>${name}</code> <small>${kind}</small>${anchorTo(name)}</h2>
<p class="from"><code>import { ${isType ? "type " : ""}${name} } from "${
    specifierOf(entry)
  }";</code></p>
${sign(signatures, place, find, name)}${block(doc, place, find)}${also.join("")}${
    inside.join("")
  }</section>
`;
}

/** Writes what there is to say of a member. */
function writeMember(
  owner: Declared,
  member: Member,
  place: string,
  find: Finder,
  sections: Section[],
): string {
  const id = idOf(owner.name, member);
  const isField = owner.kind === "interface"; // The list of the page is for classes.
  const text = `${owner.name}.${member.name.replace("static ", "")}`;
  sections.push(toSection(isField ? 4 : 3, id, text, member.doc));
  return `<section class="member">
<h3 id="${id}"><code>${escape(member.name)}</code>${anchorTo(id)}</h3>
${sign(member.signatures, place, find, "")}${block(member.doc, place, find)}</section>
`;
}

/** Writes the link of a heading to itself. */
function anchorTo(id: string): string {
  return `<a class="anchor" href="#${id}" aria-label="Link to ${id}">#</a>`;
}

/** Writes declarations; the names in them lead to what is said of them. */
function sign(
  signatures: readonly string[],
  place: string,
  find: Finder,
  own: string,
): string {
  const html = highlight(signatures.join("\n"), "ts").replace(
    /<[^>]*>|&\w+;|\b[A-Z]\w+\b/g,
    (word) => {
      const target = /^\w/.test(word) && word !== own ? find(word) : undefined;
      return target === undefined ? word : `<a href="${escape(wayTo(target, place))}">${word}</a>`;
    },
  );
  return `<div class="code signature"><pre><code>${html}</code></pre></div>\n`;
}

/** Writes a comment as HTML; its headings would be none of the page's. */
function block(doc: string, place: string, find: Finder): string {
  return render(unlink(doc), {
    rewrite: (href) => href,
    find: (name) => {
      const target = find(name);
      return target && wayTo(target, place);
    },
  }).html;
}

/** Writes one sentence as HTML, without a paragraph around it. */
function inline(doc: string, place: string, find: Finder): string {
  return block(doc, place, find).replace(/^<p>|<\/p>\n$/g, "");
}

/** Turns links to names into code: the names are found by themselves. */
function unlink(doc: string): string {
  return doc.replace(/\{@link(?:code)? ([^}]+)\}/g, "`$1`");
}

/** Takes the first sentence of a comment. */
function firstSentence(doc: string): string {
  return doc.split("\n\n")[0].replace(/\n/g, " ");
}

/** Makes what a search finds of a comment. */
function toSection(level: number, id: string, title: string, doc: string): Section {
  const text = plain(doc);
  return { heading: { level, id, text: title }, text, lead: text };
}

/** Drops the marks and the examples of a comment. */
function plain(doc: string): string {
  return unlink(doc).replace(/```[^]*?```/g, "").replace(/[`*]/g, "").replace(/\s+/g, " ");
}
