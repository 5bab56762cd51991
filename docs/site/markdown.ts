/**
 * Turning Markdown into the inside of a page.
 *
 * @module
 */

import MarkdownIt, { type Env, type Token } from "markdown-it";
import { escape, writeCode } from "./code.ts";

/** A heading with its anchor. */
export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

/** What stands below a heading, in plain words: what a search finds. */
export interface Section {
  readonly heading: Heading;
  text: string;
  /** What is shown of it: its words outside of tables. */
  lead: string;
}

/** A document that was turned into HTML. */
export interface Rendered {
  readonly html: string;
  readonly sections: readonly Section[];
}

/** The options of turning a document into HTML. */
export interface RenderOptions {
  /** What rewrites the address of a link or a picture. */
  readonly rewrite: (href: string) => string;
  /** What finds the place of a name in the reference; `undefined` if it has none. */
  readonly find: (name: string) => string | undefined;
  /** What writes the attributes of a picture's size, so that nothing moves when it comes. */
  readonly measure?: (href: string) => string;
}

/** What the rules of one document share. */
interface Work extends RenderOptions {
  readonly sections: Section[];
  readonly anchors: Set<string>;
  /** The number of links and headings that are open: names in them are no links. */
  depth: number;
  /** The number of the cell in its row, from 1; 0 outside of tables. */
  cell: number;
  /** The numbers of the columns in which others' names stand. */
  readonly foreign: Set<number>;
}

/** The head of a column of names that are not the library's. */
const FOREIGN = "asyncio";

/** Makes the anchor of a heading as code hosts make it; repeated ones are counted. */
export function makeAnchor(text: string, anchors: Set<string>): string {
  const words = text.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim();
  const anchor = words.replace(/\s/g, "-");
  let unique = anchor;
  for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
  anchors.add(unique);
  return unique;
}

/** Turns a document into HTML. */
export function render(text: string, options: RenderOptions): Rendered {
  const work: Work = {
    ...options,
    sections: [],
    anchors: new Set(),
    depth: 0,
    cell: 0,
    foreign: new Set(),
  };
  const tokens = markdown.parse(text, { work });
  tokens.forEach((token, at) => {
    const before = tokens[at - 1]?.type;
    const section = work.sections.at(-1);
    if (token.type === "heading_open") openSection(token, tokens[at + 1], work);
    else if (token.type === "inline" && before !== "heading_open" && section !== undefined) {
      const words = ` ${plainText(token)}`;
      section.text += words;
      if (before !== "th_open" && before !== "td_open") section.lead += words;
    }
  });
  const html = markdown.renderer.render(tokens, markdown.options, { work });
  return { html, sections: work.sections };
}

/** Gives a heading its anchor, and begins what stands below it. */
function openSection(token: Token, inline: Token, work: Work): void {
  const text = plainText(inline).trim();
  const id = makeAnchor(text, work.anchors);
  token.attrSet("id", id);
  work.sections.push({
    heading: { level: Number(token.tag.slice(1)), id, text },
    text: "",
    lead: "",
  });
}

/** Takes the words of a line, without its marks. */
function plainText(inline: Token): string {
  return (inline.children ?? []).map((child) => {
    if (child.type === "image") return child.content;
    if (child.type === "softbreak" || child.type === "hardbreak") return " ";
    return child.type === "html_inline" ? "" : child.content;
  }).join("");
}

/** Rewrites the addresses in a piece of HTML, and drops its comments. */
function rewriteHtml(html: string, work: Work): string {
  return html.replace(/<!--[^]*?-->\n?/g, "").replace(
    /\b(href|src|srcset)="([^"]+)"/g,
    (_, name, address) => `${name}="${escape(work.rewrite(address))}"`,
  );
}

const markdown = new MarkdownIt({ html: true });
/** Finds what the rules share in what the renderer hands them. */
function workOf(env: Env | undefined): Work {
  return (env as { work?: Work }).work!;
}

/** Returns whether two blocks are a program in Python and the same in TypeScript. */
function isPair(first: Token | undefined, second: Token | undefined): boolean {
  return first?.info === "python" && second?.info === "ts";
}

const { rules } = markdown.renderer;
const copy = markdown.renderer.renderToken.bind(markdown.renderer);

rules.fence = (tokens, at) => {
  const code = writeCode(tokens[at].content, tokens[at].info.trim());
  // A program in Python and the same in TypeScript stand side by side where there is room.
  if (isPair(tokens[at], tokens[at + 1])) return `<div class="pair">\n${code}`;
  return isPair(tokens[at - 1], tokens[at]) ? `${code}</div>\n` : code;
};
rules.code_block = (tokens, at) => writeCode(tokens[at].content, "");
rules.html_block = rules.html_inline = (tokens, at, _options, env) =>
  rewriteHtml(tokens[at].content, workOf(env));

rules.heading_open = (tokens, at, options, env) => {
  workOf(env).depth++;
  return copy(tokens, at, options);
};
rules.heading_close = (tokens, at, options, env) => {
  const work = workOf(env);
  work.depth--;
  const id = String(tokens[at - 2].attrGet("id"));
  const { text } = work.sections.find(({ heading }) => heading.id === id)!.heading;
  const link = `<a class="anchor" href="#${id}" aria-label="Link to ${escape(text)}">#</a>`;
  return (tokens[at].tag === "h1" ? "" : link) + copy(tokens, at, options);
};

rules.link_open = (tokens, at, options, env) => {
  const work = workOf(env);
  work.depth++;
  tokens[at].attrSet("href", work.rewrite(String(tokens[at].attrGet("href"))));
  return copy(tokens, at, options);
};
rules.link_close = (tokens, at, options, env) => {
  workOf(env).depth--;
  return copy(tokens, at, options);
};
rules.image = (tokens, at, _options, env) => {
  const { rewrite, measure } = workOf(env);
  const href = String(tokens[at].attrGet("src"));
  const source = escape(rewrite(href));
  const size = measure?.(href) ?? "";
  const alt = escape(tokens[at].content);
  return `<span class="picture"><img src="${source}" alt="${alt}"${size} loading="lazy"></span>`;
};

rules.code_inline = (tokens, at, _options, env) => {
  const work = workOf(env);
  const { content } = tokens[at];
  const code = `<code>${escape(content)}</code>`;
  if (work.depth > 0 || work.foreign.has(work.cell)) return code;
  const [, name] = /^([A-Za-z]\w*(?:\.\w+)?)(?:\(\))?$/.exec(content) ?? [];
  const place = name === undefined ? undefined : work.find(name);
  return place === undefined ? code : `<a class="name" href="${escape(place)}">${code}</a>`;
};

rules.table_open = () => '<div class="scroll"><table>\n';
rules.table_close = (_tokens, _at, _options, env) => {
  const work = workOf(env);
  work.foreign.clear();
  work.cell = 0;
  return "</table></div>\n";
};
rules.tr_open = (tokens, at, options, env) => {
  workOf(env).cell = 0;
  return copy(tokens, at, options);
};
rules.th_open = rules.td_open = (tokens, at, options, env) => {
  const work = workOf(env);
  work.cell++;
  const { content } = tokens[at + 1];
  if (tokens[at].type === "th_open" && content === FOREIGN) work.foreign.add(work.cell);
  const isEmpty = content === ""; // A corner is the head of nothing.
  if (isEmpty) tokens[at].tag = tokens[at + 2].tag = "td";
  const style = tokens[at].attrGet("style"); // A policy may bar styles in attributes.
  if (style !== null) {
    tokens[at].attrs = [["class", String(style).replace("text-align:", "")]];
  }
  if (tokens[at].type === "th_open" && !isEmpty) tokens[at].attrSet("scope", "col");
  return copy(tokens, at, options);
};
