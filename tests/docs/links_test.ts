import { assert, assertEquals } from "../assert.ts";
import { type Document, readDocuments, ROOT, withoutFences } from "./documents.ts";

/** Lists the links and pictures of a document. */
function linksOf(text: string): string[] {
  const prose = withoutFences(text).replace(/`[^`\n]*`/g, "code");
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
  const pictures = [...prose.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g)].map((match) => match[1]);
  return [...links, ...pictures];
}

/** Makes the anchors of a document's headings, as code hosts make them; repeated ones are counted. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of withoutFences(text).matchAll(/^#{1,6} +(.+)$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-");
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

/** Returns whether a path from the root exists. */
function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Lists the links of a document that lead nowhere. */
function findBroken({ path, text }: Document, documents: readonly Document[]): string[] {
  return linksOf(text).filter((link) => !/^\w+:/.test(link)).filter((link) => {
    const { pathname, hash } = new URL(link, `file:///${path}`);
    const target = decodeURIComponent(pathname.slice(1));
    if (!exists(target)) return true;
    const document = documents.find((one) => one.path === target);
    if (hash === "" || document === undefined) return hash !== "";
    return !anchorsOf(document.text).has(decodeURIComponent(hash.slice(1)));
  });
}

Deno.test("docs: every link to a file or a heading of the tree leads there", () => {
  const documents = readDocuments();
  const broken = documents.flatMap((document) =>
    findBroken(document, documents).map((link) => `${document.path}: ${link}`)
  );
  assertEquals(broken, []);
});

Deno.test("docs: a made-up link that leads nowhere is found", () => {
  const links = ["none.md", "README.md#none", "#none", "#two-words", "#two-words-1", "README.md"];
  const text = "# Two `words`\n\n## Two words\n\n" + links.map((link) => `[a](${link})`).join(" ") +
    '\n<img src="none.svg">\n[out](https://example.org/#a) `[code](no.md)`\n';
  const made = { path: "made-up.md", text };
  const documents = readDocuments().map((document) =>
    document.path === "CHANGELOG.md" ? made : document
  );
  const broken = findBroken({ path: "CHANGELOG.md", text }, [
    ...documents,
    { path: "CHANGELOG.md", text },
  ]);
  assertEquals(broken, ["none.md", "README.md#none", "#none", "none.svg"]);
});

Deno.test("docs: every page of docs/ can be reached from its list", () => {
  const documents = readDocuments();
  const list = documents.find(({ path }) => path === "docs/README.md")!;
  const linked = new Set(linksOf(list.text).map((link) => new URL(link, "file:///docs/").pathname));
  const pages = documents.filter(({ path }) =>
    /^docs\/[^/]+\.md$/.test(path) && path !== list.path
  );
  assert(pages.length > 5, `the pages are found: ${pages.length}`);
  assertEquals(pages.filter(({ path }) => !linked.has(`/${path}`)).map(({ path }) => path), []);
});
