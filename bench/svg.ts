/**
 * The frame of a drawing: its colors in the light and in the dark, its title and its caption.
 *
 * @module
 */

import { breakLines } from "./table.ts";

/** What a drawing shows. */
export interface Words {
  readonly title: string;
  /** What the drawing shows, for those who cannot see it. */
  readonly description: string;
  /** What stands below, line by line. */
  readonly caption: readonly string[];
}

const STYLE = `
  svg { --paper: #ffffff; --ink: #1f2328; --dim: #59636e; --line: #d1d9e0; --weft: #0a5fd0; --peer: #6b7480; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #0d1117; --ink: #f0f6fc; --dim: #9aa4ae; --line: #30363d; --weft: #6cb0ff; --peer: #9aa4ae; }
  }
  text { font: 13px system-ui, sans-serif; fill: var(--ink); }
  .head { font-size: 15px; font-weight: 600; }
  .note { font-size: 11px; fill: var(--dim); }
  .small { font-size: 12px; }
  .middle { text-anchor: middle; }
  .end { text-anchor: end; }
  text.weft { font-weight: 600; fill: var(--weft); }
  circle.weft { fill: var(--weft); }
  circle.peer { fill: var(--peer); }
  .spread { stroke-width: 2; opacity: 0.55; }
  path.weft { stroke: var(--weft); }
  path.peer { stroke: var(--peer); }
  .line { fill: none; stroke-width: 1.5; }
  .one { stroke-width: 2; }
  .grid { stroke: var(--line); }
  .target { stroke: var(--ink); stroke-dasharray: 3 3; }
  .paper { fill: var(--paper); }
`;
/** How long a line of the caption may be, in letters. */
const CAPTION_LETTERS = 125;
const CAPTION_LINE = 15;

/** Escapes what has a meaning in XML. */
function escape(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Writes words at a place. */
export function text(x: number, y: number, words: string, kind = ""): string {
  const place = `x="${Number(x.toFixed(1))}" y="${y}"`;
  return `<text ${place}${kind && ` class="${kind}"`}>${escape(words)}</text>`;
}

/** Makes a document of a drawing. */
export function wrapSvg(
  width: number,
  drawing: { readonly height: number; readonly body: string },
  words: Words,
): string {
  const lines = words.caption.flatMap((line) => breakLines(line, CAPTION_LETTERS));
  const height = drawing.height + lines.length * CAPTION_LINE + 12;
  const caption = lines.map((line, at) =>
    text(16, drawing.height + 10 + at * CAPTION_LINE, line, "note")
  );
  return [
    "<!-- deno-fmt-ignore-file -->",
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escape(words.title)}</title>`,
    `<desc id="description">${escape(words.description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="8"/>`,
    drawing.body,
    ...caption,
    "</svg>\n",
  ].join("\n");
}
