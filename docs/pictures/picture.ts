/**
 * A picture of boxes, arrows and text, as SVG that follows the reader's light or dark scheme.
 *
 * @module
 */

/** What a shape stands for; the style sheet gives it its color. */
export type Tone = "plain" | "main" | "warm" | "calm";

/** Where a line of text begins, ends or has its middle. */
type Anchor = "start" | "middle" | "end";

/** The options of a line of text. */
export interface TextOptions {
  readonly anchor?: Anchor;
  readonly look?: "plain" | "strong" | "faint" | "code";
}

/** A box: its corner, its size, and lines of text in its middle, of which the first is strong. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lines?: readonly string[];
  readonly tone?: Tone;
  /** How its lines look after the first. */
  readonly look?: "plain" | "code";
}

/** The colors of the shapes, in light and in dark. */
const STYLE = `
  .ground { fill: #ffffff }
  .plain { fill: #f6f8fa; stroke: #6e7781 }
  .main { fill: #ddf4ff; stroke: #0969da }
  .warm { fill: #fff1e5; stroke: #bc4c00 }
  .calm { fill: #dafbe1; stroke: #1a7f37 }
  .arrow { fill: none; stroke: #57606a; stroke-width: 1.5 }
  .head { fill: #57606a }
  text { font: 14px system-ui, sans-serif; fill: #1f2328 }
  .strong { font-weight: 600 }
  .faint { font-size: 13px; fill: #57606a }
  .code { font-family: ui-monospace, monospace; font-size: 13px }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 }
    .plain { fill: #161b22; stroke: #8b949e }
    .main { fill: #0c2d6b; stroke: #58a6ff }
    .warm { fill: #5a1e02; stroke: #f0883e }
    .calm { fill: #033a16; stroke: #3fb950 }
    .arrow { stroke: #8b949e }
    .head { fill: #8b949e }
    text { fill: #e6edf3 }
    .faint { fill: #9ea7b3 }
  }`;

/** The distance of the lines in a box. */
const LINE_HEIGHT = 19;

/** A picture in the making. */
export class Picture {
  readonly #parts: string[] = [];
  readonly #size: readonly [width: number, height: number];
  readonly #title: string;
  readonly #about: string;

  /** Begins an empty picture; the title and the description are for those who hear it. */
  constructor(size: readonly [width: number, height: number], title: string, about: string) {
    this.#size = size;
    this.#title = title;
    this.#about = about;
  }

  /** Draws a box with its text. */
  box({ x, y, width, height, lines = [], tone = "plain", look = "plain" }: Box): this {
    this.#add(
      `<rect class="${tone}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    );
    const top = y + height / 2 - (lines.length - 1) * LINE_HEIGHT / 2 + 5;
    lines.forEach((line, at) => {
      this.text(x + width / 2, top + at * LINE_HEIGHT, line, {
        anchor: "middle",
        look: at === 0 ? "strong" : look,
      });
    });
    return this;
  }

  /** Writes a line of text. */
  text(x: number, y: number, line: string, options: TextOptions = {}): this {
    const { anchor = "start", look = "plain" } = options;
    const shape = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
    const name = look === "plain" ? "" : ` class="${look}"`;
    return this.#add(`<text${name} x="${x}" y="${y}"${shape}>${escape(line)}</text>`);
  }

  /** Draws an arrow along a path of points. */
  arrow(...points: readonly (readonly [x: number, y: number])[]): this {
    const path = points.map(([x, y], at) => `${at === 0 ? "M" : "L"}${x} ${y}`).join(" ");
    return this.#add(`<path class="arrow" d="${path}" marker-end="url(#head)"/>`);
  }

  /** Puts a part on top of those that are there. */
  #add(part: string): this {
    this.#parts.push(`  ${part}`);
    return this;
  }

  /** Writes the picture as SVG. */
  toString(): string {
    const [width, height] = this.#size;
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title about">
  <title id="title">${escape(this.#title)}</title>
  <desc id="about">${escape(this.#about)}</desc>
  <style>${STYLE}
  </style>
  <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
    <path class="head" d="M0 0 L8 4 L0 8 Z"/>
  </marker>
  <rect class="ground" width="${width}" height="${height}" rx="8"/>
${this.#parts.join("\n")}
</svg>
`;
  }
}

/** Writes text so that it stands for itself. */
function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
