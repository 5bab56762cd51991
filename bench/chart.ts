/**
 * Charts of a result, as SVG: dots on a logarithmic axis, least on top, text as text.
 *
 * @module
 */

import { costOf, peersOf, type Result, type Row } from "./result.ts";
import { LogAxis } from "./log_axis.ts";
import { text, wrapSvg } from "./svg.ts";
import { formatNumber } from "./table.ts";

const WIDTH = 760;
/** The part to the left of the axis, where the names stand. */
const LABELS = 190;
/** The part to the right of it, where values run over. */
const VALUES = 90;
const ROW = 22;
/** How high a lane of names is, and how wide a letter of them, more or less. */
const LANE = 17, LETTER = 6.6;

/** A part of a drawing, and how high it is. */
interface Part {
  readonly height: number;
  readonly body: string;
}

/** Draws one case: each of its sizes in a panel of its own. */
export function drawWork(result: Result, file: string): string {
  const rows = result.cases.filter((row) => row.file === file);
  const parts = rows.map(drawPanel);
  const said = rows.map((row) =>
    `${row.name}: ${ranked(row).map((name) => say(row, name)).join(", ")} (${row.unit}).`
  );
  return wrapSvg(WIDTH, stack(parts), {
    title: rows.map(({ name }) => name).join("; "),
    description: said.join(" "),
    caption: [rows[0].about, captionOf(result)],
  });
}

/** Lists candidates, best first. */
function ranked(row: Row): string[] {
  const names = Object.keys(row.values).filter((name) => name !== row.baseline);
  return names.sort((a, b) => costOf(row, a) - costOf(row, b));
}

/** Writes the median of a candidate. */
function say(row: Row, name: string): string {
  return `${nameOf(row, name)} ${formatNumber(row.values[name].median)}`;
}

/** Names a candidate so that Weft is recognized. */
function nameOf(row: Row, name: string): string {
  return row.variants.includes(name) ? `Weft: ${name}` : name;
}

/** Says where the figures come from. */
export function captionOf({ date, cpu, cores, versions }: Result): string {
  const named = ["Deno", "asyncio", "uvloop", "Go", "tokio"].filter((name) => name in versions)
    .map((name) => `${name} ${versions[name]}`);
  return `${date.slice(0, 10)}, ${cpu}, ${cores} shared cores; ${named.join(", ")}`;
}

/** Draws the candidates of a row, best first, and its targets. */
function drawPanel(row: Row): Part {
  const names = ranked(row);
  const limits = Object.entries(row.targets);
  const spans = names.flatMap((name) => [row.values[name].least, row.values[name].most]);
  const axis = new LogAxis([...spans, ...limits.map(([, limit]) => limit)], LABELS, WIDTH - VALUES);
  const lines = [...names, ...row.missing];
  const top = 44, bottom = top + lines.length * ROW;
  const better = row.more ? "more is better" : "less is better";
  const body = [
    text(16, 20, `${row.name}, ${row.unit}`, "head"),
    text(WIDTH - 16, 20, better, "note end"),
    axis.draw(top, bottom),
    ...limits.map(([variant, limit]) => drawTarget(axis, top, bottom, variant, limit)),
    ...lines.map((name, at) => drawLine(row, name, axis, top + (at + 0.5) * ROW)),
  ];
  return { height: bottom + 30, body: body.join("\n") };
}

/** Draws what a variant should take at the most. */
function drawTarget(
  axis: LogAxis,
  top: number,
  bottom: number,
  variant: string,
  limit: number,
): string {
  const x = axis.at(limit).toFixed(1);
  return `<path class="target" d="M${x} ${top}V${bottom}"/>` +
    text(axis.at(limit), top - 5, `${variant} ≤ ${formatNumber(limit)}`, "note middle");
}

/** Draws one candidate: its median, all of its rounds, and the figure. */
function drawLine(row: Row, name: string, axis: LogAxis, y: number): string {
  const kind = row.variants.includes(name) ? "weft" : "peer";
  const label = text(LABELS - 12, y + 4, nameOf(row, name), `end ${kind}`);
  if (row.missing.includes(name)) return label + text(LABELS, y + 4, "not measured", "note");
  const { median, least, most } = row.values[name];
  const [from, to, x] = [least, most, median].map((value) => axis.at(value).toFixed(1));
  const right = Math.max(axis.at(most), axis.at(median) + 5) + 6;
  return label + `<path class="${kind} spread" d="M${from} ${y}H${to}"/>` +
    `<circle class="${kind}" cx="${x}" cy="${y}" r="4.5"/>` +
    text(right, y + 4, formatNumber(median), kind);
}

/** Draws all cases: what the peers take, divided by what Weft's first variant takes. */
export function drawOverview(result: Result): string {
  const rows = result.cases.filter((row) => othersOf(row).length > 0);
  const ratios = rows.flatMap((row) => othersOf(row).map((name) => ratioOf(row, name)));
  const axis = new LogAxis([1, ...ratios], LABELS + 30, WIDTH - VALUES);
  const parts = rows.map((row) => drawStrip(row, axis));
  const top = 60, height = stack(parts).height + top;
  const one = axis.at(1).toFixed(1);
  const body = [
    text(16, 20, "Cost beside Weft's", "head"),
    text(axis.at(1) - 10, 42, "◂ cheaper than Weft", "end"),
    text(axis.at(1) + 10, 42, "dearer than Weft ▸"),
    axis.draw(top, height, "×"),
    `<path class="weft one" d="M${one} ${top - 30}V${height}"/>`,
    `<g transform="translate(0 ${top})">${stack(parts).body}</g>`,
  ];
  const said = rows.map((row) =>
    `${row.name}: ${othersOf(row).map((name) => `${name} ${ratioOf(row, name).toFixed(2)}`)}.`
  );
  return wrapSvg(WIDTH, { height: height + 30, body: body.join("\n") }, {
    title: "Cost beside Weft",
    description: `Costs divided by Weft's. ${said.join(" ")}`,
    caption: [
      "Each dot is a median divided by that of Weft's generators, or of its WASM core: the figure on the left",
      captionOf(result),
    ],
  });
}

/** Lists what stands beside the first variant: the second front end, and peers. */
function othersOf(row: Row): string[] {
  const native = row.variants.filter((name, at) => at > 0 && name.startsWith("async"));
  return [...native, ...peersOf(row)].sort((a, b) => costOf(row, a) - costOf(row, b));
}

/** Divides the cost of a candidate by that of Weft's first variant. */
function ratioOf(row: Row, name: string): number {
  return costOf(row, name) / costOf(row, row.variants[0]);
}

/** Draws a row of the overview; names that would run into each other get lanes of their own. */
function drawStrip(row: Row, axis: LogAxis): Part {
  const ends: number[] = [];
  const marks = othersOf(row).map((name) => {
    const x = axis.at(ratioOf(row, name));
    const isWeft = row.variants.includes(name);
    const label = isWeft ? "Weft, async" : name;
    const free = ends.findIndex((end) => end < x - 8);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = x + 10 + label.length * LETTER;
    const y = 16 + lane * LANE, kind = isWeft ? "weft" : "peer";
    return `<circle class="${kind}" cx="${x.toFixed(1)}" cy="${y}" r="4"/>` +
      text(x + 8, y + 4, label, `small ${kind}`);
  });
  const height = 14 + Math.max(2, ends.length) * LANE;
  const figure = `${formatNumber(row.values[row.variants[0]].median)} ${row.unit}`;
  const body = [
    text(16, 20, row.name),
    text(16, 36, figure, "weft"),
    ...marks,
    `<path class="grid" d="M16 ${height}H${WIDTH - 16}"/>`,
  ];
  return { height, body: body.join("\n") };
}

/** Puts parts under each other. */
function stack(parts: readonly Part[]): Part {
  let height = 0;
  const body = parts.map((part) => {
    const moved = `<g transform="translate(0 ${height})">\n${part.body}\n</g>`;
    height += part.height;
    return moved;
  });
  return { height, body: body.join("\n") };
}
