/**
 * The lanes of tasks: a row for each, a column for each turn, a bar for each wait.
 *
 * @module
 */

const { document } = globalThis;
const SVG = "http://www.w3.org/2000/svg";
/** Are the sizes of a lane, and of a column: a wide one where time passes after its turn. */
const LANE = 34, COLUMN = 34, WIDE = 92, NAME = 84, HEAD = 24;
/** Is how many lanes and columns there are at most. */
const MOST_LANES = 12, MOST_COLUMNS = 40;
/** Is how wide a letter of a label is. */
const LETTER = 6.7;

/** Makes a part of a picture. */
function make(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Shortens a text for a room. */
function fit(text, room) {
  const most = Math.floor(room / LETTER);
  return text.length <= most ? text : most < 4 ? "" : `${text.slice(0, most - 1)}…`;
}

/** Lists the tasks in the order of their first steps, each with its steps. */
function lanesOf(turns) {
  const lanes = new Map();
  turns.forEach(({ steps }, column) => {
    for (const { who, isTask, waitsOn } of steps) {
      if (!isTask) continue;
      if (!lanes.has(who)) lanes.set(who, []);
      lanes.get(who).push({ column, waitsOn });
    }
  });
  return [...lanes];
}

/** Draws all turns; what comes after the current one is faint. */
export function drawLanes(turns, current) {
  const from = Math.max(0, Math.min(current - MOST_COLUMNS / 2, turns.length - MOST_COLUMNS));
  const shown = turns.slice(from, from + MOST_COLUMNS);
  const all = lanesOf(turns);
  const lanes = all.slice(0, MOST_LANES);
  const starts = [NAME];
  shown.forEach(({ at }, index) => {
    const isLast = index === shown.length - 1;
    starts.push(starts[index] + (isLast || at === shown[index + 1].at ? COLUMN : WIDE));
  });
  const width = Math.max(starts.at(-1), NAME + 8 * COLUMN);
  const height = HEAD + lanes.length * LANE + (all.length > lanes.length ? 20 : 0);
  const startOf = (column) => starts[column - from] ?? (column < from ? NAME : width);
  const place = (column) => startOf(column) + COLUMN / 2;
  const isShown = (column) => column >= from && column < from + MOST_COLUMNS;
  const parts = [
    make("rect", {
      class: "present",
      x: startOf(current),
      y: 0,
      width: COLUMN,
      height: HEAD + lanes.length * LANE,
    }),
  ];
  shown.forEach(({ at }, index) => {
    if (at === shown[index - 1]?.at) return;
    parts.push(make("text", {
      class: "at",
      x: starts[index] + 2,
      y: 14,
    }, `${at} ms`));
  });
  lanes.forEach(([who, steps], lane) => {
    const y = HEAD + lane * LANE + LANE / 2;
    parts.push(make("text", { class: "who", x: 0, y: y + 4 }, fit(who, NAME - 6)));
    steps.forEach(({ column, waitsOn }, index) => {
      const until = steps[index + 1]?.column ?? column;
      if (until > column && (isShown(until) || isShown(column))) {
        const x = Math.max(place(column), NAME), end = Math.min(place(until), width);
        const look = column > current ? "wait later" : "wait";
        parts.push(make("path", { class: look, d: `M${x} ${y}H${end}` }));
        const label = fit(waitsOn, end - x - 4);
        if (label !== "") {
          parts.push(make("text", {
            class: look,
            x: (x + end) / 2,
            y: y - 6,
            "text-anchor": "middle",
          }, label));
        }
      }
      if (!isShown(column)) return;
      const look = column > current ? "step later" : column === current ? "step now" : "step";
      parts.push(make("circle", { class: look, cx: place(column), cy: y, r: 5 }));
    });
  });
  if (all.length > lanes.length) {
    const label = `and ${all.length - lanes.length} more`;
    parts.push(make("text", { class: "at", x: 0, y: height - 6 }, label));
  }
  return make(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" },
    ...parts,
  );
}
