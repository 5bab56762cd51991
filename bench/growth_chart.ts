/**
 * A chart of growth: what one of so many costs, as lines over their number.
 *
 * @module
 */

import { captionOf } from "./chart.ts";
import { LogAxis } from "./log_axis.ts";
import type { Result, Row } from "./result.ts";
import { text, wrapSvg } from "./svg.ts";
import { formatNumber } from "./table.ts";

const WIDTH = 760;
const LEFT = 80;
/** The part to the right of the lines, where their names stand. */
const NAMES = 190;
const TOP = 50;
const BOTTOM = 400;
/** How far names are apart, at least. */
const LINE = 16;

/** A line: the cost of one, at each number. */
interface Line {
  readonly name: string;
  readonly points: readonly { readonly size: number; readonly cost: number }[];
}

/** Finds how many there are in a row, by its name. */
function sizeOf({ name }: Row): number {
  return Number(name.split(", ").at(-1));
}

/** Lists the lines of a result, dearest last point first. */
function linesOf(rows: readonly Row[]): Line[] {
  const names = [...new Set(rows.flatMap(({ variants }) => variants))];
  const lines = names.map((name) => {
    const own = rows.filter((row) => name in row.values);
    return {
      name,
      points: own.map((row) => ({ size: sizeOf(row), cost: row.values[name].median })),
    };
  });
  return lines.sort((a, b) => b.points.at(-1)!.cost - a.points.at(-1)!.cost);
}

/** Draws what one costs as there are more of them. */
export function drawGrowth(result: Result): string {
  const lines = linesOf(result.cases);
  const points = lines.flatMap(({ points }) => points);
  const across = new LogAxis(points.map(({ size }) => size), LEFT, WIDTH - NAMES);
  const up = new LogAxis(points.map(({ cost }) => cost), BOTTOM, TOP);
  const grid = up.lines().map((value) => {
    const y = up.at(value).toFixed(1);
    return `<path class="grid" d="M${LEFT} ${y}H${WIDTH - NAMES}"/>` +
      text(LEFT - 8, Number(y) + 4, formatNumber(value), "note end");
  });
  let free = TOP;
  const drawn = lines.map(({ name, points }) => {
    const kind = name.includes("native") ? "peer" : "weft";
    const places = points.map(({ size, cost }) => [across.at(size), up.at(cost)] as const);
    const [x, y] = places.at(-1)!;
    const at = Math.max(free, y);
    free = at + LINE;
    const path = places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
    const dots = places.map(([x, y]) =>
      `<circle class="${kind}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3"/>`
    );
    return `<path class="${kind} line" d="M${path}"/>` + dots.join("") +
      text(
        Math.max(x + 10, WIDTH - NAMES + 10),
        Number((at + 4).toFixed(1)),
        name,
        `small ${kind}`,
      );
  });
  const said = lines.map(({ name, points }) =>
    `${name}: ${points.map(({ size, cost }) => `${formatNumber(cost)} at ${size}`).join(", ")}.`
  );
  const body = [
    text(16, 24, "ns for each of so many", "head"),
    across.draw(TOP, BOTTOM),
    ...grid,
    ...drawn,
  ].join("\n");
  return wrapSvg(WIDTH, { height: BOTTOM + 34, body }, {
    title: "What one of so many costs",
    description: said.join(" "),
    caption: ["A flat line: twice as many cost twice as much", captionOf(result)],
  });
}
