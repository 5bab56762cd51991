/**
 * A site that was built, as its tests read it.
 *
 * @module
 */

import { type DefaultTreeAdapterTypes, parse } from "parse5";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** A page as a browser would see it. */
export interface BuiltPage {
  readonly place: string;
  readonly elements: readonly Element[];
  /** The mistakes that a browser would put right in silence. */
  readonly mistakes: readonly string[];
  /** The anchors that links may lead to. */
  readonly anchors: ReadonlySet<string>;
}

/** Builds the site into a folder, by its own command: what it starts ends with it. */
export async function buildApart(folder: string, ...options: string[]): Promise<void> {
  const build = new URL("../../docs/site/build.ts", import.meta.url).pathname;
  const args = ["run", "--allow-all", "--lock", "--frozen", build, `--out=${folder}`, ...options];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** Lists the files below a folder, by their paths from there. */
export function listFiles(folder: string, below = ""): string[] {
  return [...Deno.readDirSync(`${folder}/${below}`)].flatMap(({ name, isDirectory }) =>
    isDirectory ? listFiles(folder, `${below}${name}/`) : [`${below}${name}`]
  ).sort();
}

/** Reads a page. */
export function readPage(place: string, html: string): BuiltPage {
  const mistakes: string[] = [];
  const document = parse(html, {
    sourceCodeLocationInfo: true,
    onParseError: ({ code, startLine }) => mistakes.push(`${place}:${startLine}: ${code}`),
  });
  const elements = [...walk(document)];
  const ids = elements.flatMap((element) => attributeOf(element, "id") ?? []);
  for (const id of new Set(ids)) {
    if (ids.filter((other) => other === id).length > 1) mistakes.push(`${place}: ${id} is twice`);
  }
  for (const { tagName, sourceCodeLocation } of elements) {
    // No parser complains of a tag that is never closed.
    const isClosed = VOID.test(tagName) || sourceCodeLocation?.endTag !== undefined;
    if (sourceCodeLocation && !isClosed) mistakes.push(`${place}: <${tagName}> is not closed`);
  }
  return { place, elements, mistakes, anchors: new Set(ids) };
}

const VOID = /^(meta|link|img|br|hr|input|wbr|source)$/;

/** Lists all elements, each before those in it. */
function* walk(node: Node): Generator<Element> {
  if ("tagName" in node) yield node;
  if ("childNodes" in node) { for (const child of node.childNodes) yield* walk(child); }
}

/** Reads an attribute. */
export function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((attribute) => attribute.name === name)?.value;
}

/** Finds the elements of a tag. */
export function findAll({ elements }: BuiltPage, tag: string): Element[] {
  return elements.filter(({ tagName }) => tagName === tag);
}

/** Returns whether a part of a row is a cell. */
export function isCell(node: Node): node is Element {
  return node.nodeName === "td" || node.nodeName === "th";
}

/** Takes the text of an element. */
export function textOf(node: Node): string {
  if ("value" in node) return String(node.value);
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

/** Lists what a page loads or links to. */
export function linksOf(page: BuiltPage): string[] {
  return page.elements.flatMap((element) =>
    ["href", "src", "srcset"].flatMap((name) => attributeOf(element, name) ?? [])
  );
}

/** Lists the links of pages that lead nowhere; `files` are what there is beside pages. */
export function findBroken(pages: readonly BuiltPage[], files: ReadonlySet<string>): string[] {
  const known = new Map(pages.map((page) => [page.place, page]));
  return pages.flatMap((page) =>
    linksOf(page).filter((link) => !/^(https?|mailto):/.test(link)).filter((link) => {
      const { pathname, hash } = new URL(link, `file:///${page.place}`);
      const target = known.get(decodeURIComponent(pathname.slice(1)));
      if (target === undefined) return !files.has(decodeURIComponent(pathname.slice(1)));
      return hash !== "" && !target.anchors.has(decodeURIComponent(hash.slice(1)));
    }).map((link) => `${page.place}: ${link}`)
  );
}
