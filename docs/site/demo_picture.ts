/**
 * The moving picture of the demo, drawn from what a run of it printed.
 *
 *     deno task --quiet demo > docs/site/demo_run.txt     to record another run
 *
 * It moves once, for less than 5 s, by CSS alone, and not for who wants less motion.
 *
 * @module
 */

import { escape } from "./code.ts";
import { readText } from "./pages.ts";

/** The run: what the demo printed, as it is. */
export const RECORD = "docs/site/demo_run.txt";

/** A line that the demo printed. */
export interface Note {
  readonly at: number;
  readonly who: string;
  readonly what: string;
}

/** A picture with its size and its text for those who do not see it. */
export interface DemoPicture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** How somebody goes on from a time. */
interface Phase {
  readonly from: number;
  readonly until: number;
  readonly look: Look;
}

type Look = "waits" | "answered" | "thread" | "cut" | "done";

/** What the notes of the demo begin. */
const LOOKS: readonly (readonly [RegExp, Look])[] = [
  [/^asks for a place/, "waits"],
  [/^the server begins to answer/, "answered"],
  [/^counts those below/, "thread"],
  [/^is cancelled/, "cut"],
  [/^(got|found) /, "done"],
];

/** How long the picture moves, in s. */
const DURATION = 4.5;

const STYLE = `
  .ground { fill: #ffffff }
  .waits { fill: #d1d9e0 }
  .answered { fill: #0969da }
  .thread { fill: #8250df }
  .cut { fill: #bc4c00 }
  .tick { stroke: #d1d9e0 }
  .now { stroke: #1f2328; stroke-width: 2; opacity: 0 }
  text { font: 14px system-ui, sans-serif; fill: #1f2328 }
  .name { font-family: ui-monospace, monospace; font-size: 13px }
  .faint { font-size: 12px; fill: #57606a }
  .ending { font-size: 13px; font-weight: 600; fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 }
    .waits { fill: #3d444d }
    .answered { fill: #58a6ff }
    .thread { fill: #bc8cff }
    .cut { fill: #f0883e }
    .tick { stroke: #30363d }
    .now { stroke: #e6edf3 }
    text { fill: #e6edf3 }
    .faint { fill: #9ea7b3 }
    .ending { fill: #f0883e }
  }`;

/** Reads the notes of a run. */
export function readNotes(text: string): Note[] {
  return [...text.matchAll(/^ *(\d+) ms {2}(\S+(?: \S)?) {2,}(.*)$/gm)]
    .map(([, at, who, what]) => ({ at: Number(at), who, what }));
}

/** Lists the phases of each who does something that can be drawn, in the order of their names. */
function phasesOf(notes: readonly Note[]): [who: string, phases: Phase[]][] {
  const end = Math.max(...notes.map(({ at }) => at));
  const rows = new Map<string, { at: number; look: Look }[]>();
  for (const { at, who, what } of notes) {
    const look = LOOKS.find(([pattern]) => pattern.test(what))?.[1];
    if (look === undefined) continue;
    const row = rows.get(who) ?? [];
    rows.set(who, row);
    row.push({ at, look });
  }
  return [...rows].toSorted(([a], [b]) => a < b ? -1 : 1).map(([who, marks]) => [
    who,
    marks.map(({ at, look }, index) => ({ from: at, until: marks[index + 1]?.at ?? end, look })),
  ]);
}

/** Draws a run, wide for a desk or narrow for a phone. */
export function drawDemo(isWide: boolean): DemoPicture {
  const notes = readNotes(readText(RECORD));
  const rows = phasesOf(notes);
  const end = Math.max(...notes.map(({ at }) => at));
  const width = isWide ? 640 : 340;
  const [left, top, step, bar] = [70, 12, isWide ? 34 : 30, 16];
  const right = width - 12;
  const height = top + rows.length * step + 54;
  const bottom = top + rows.length * step;
  const place = (at: number) => round(left + at / end * (right - left));
  const parts: string[] = [];
  const ticks = Array.from({ length: Math.floor(end / 500) + 1 }, (_, at) => at * 500);
  for (const at of ticks) {
    const x = place(at);
    parts.push(`<path class="tick" d="M${x} ${top}V${bottom}"/>`);
  }
  rows.forEach(([, phases], index) => {
    const y = top + index * step + (step - bar) / 2;
    for (const { from, until, look } of phases) {
      if (look === "done") continue;
      const x = place(from);
      const size = look === "cut" ? 4 : Math.max(round(place(until) - x), 1);
      const start = look === "cut" ? x - 4 : x;
      parts.push(`<rect class="${look}" x="${start}" y="${y}" width="${size}" height="${bar}"/>`);
    }
    if (phases.at(-1)?.look === "cut") {
      const x = place(phases.at(-1)!.from) - 10;
      parts.push(
        `<rect class="ground" x="${x - 76}" y="${y + 1}" width="76" height="${bar - 2}" rx="3"/>`,
        `<text class="ending" x="${x - 38}" y="${y + 12}" text-anchor="middle">timed out</text>`,
      );
    }
  });
  const names = rows.map(([who], index) =>
    `<text class="name" x="0" y="${top + index * step + step / 2 + 5}">${escape(who)}</text>`
  );
  const times = ticks.map((at) =>
    `<text class="faint" x="${place(at)}" y="${bottom + 16}" text-anchor="middle">${at} ms</text>`
  );
  const travel = right - left + 2;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<style>${STYLE}
  .cover, .now { transform: translateX(${travel}px) }
  @media (prefers-reduced-motion: no-preference) {
    .cover, .now { animation: pass ${DURATION}s linear both }
    .now { animation-name: pass, fade }
  }
  @keyframes pass { from { transform: none } }
  @keyframes fade { from, 95% { opacity: 1 } to { opacity: 0 } }
</style>
<rect class="ground" width="${width}" height="${height}"/>
${parts.join("\n")}
<rect class="cover ground" x="${left - 1}" y="${top}" width="${travel + 12}" height="${
      bottom - top
    }"/>
<path class="now" d="M${left} ${top - 6}V${bottom}"/>
${names.join("\n")}
${times.join("\n")}
${drawKey(left, bottom + 40, isWide)}
</svg>
`;
  return { svg, width, height };
}

/** Draws what the colors mean. */
function drawKey(left: number, y: number, isWide: boolean): string {
  const entries: readonly (readonly [Look, string])[] = [
    ["waits", isWide ? "waits for a place" : "waits"],
    ["answered", isWide ? "is answered" : "answered"],
    ["thread", isWide ? "works in another thread" : "in a thread"],
  ];
  let x = left;
  return entries.map(([look, label]) => {
    const drawn = `<rect class="${look}" x="${x}" y="${y - 10}" width="12" height="12"/>` +
      `<text class="faint" x="${x + 18}" y="${y}">${label}</text>`;
    x += 36 + label.length * 6.4;
    return drawn;
  }).join("\n");
}

/** Rounds to what a screen can show. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Says what a run was, for those who do not see the picture. */
export function tellDemo(): string {
  const notes = readNotes(readText(RECORD));
  const came = notes.filter(({ what }) => what.startsWith("got "));
  const cut = notes.find(({ what }) => what.startsWith("is cancelled"));
  const end = Math.max(...notes.map(({ at }) => at));
  return `${came.length + 1} pages are fetched, three at a time: ${
    came.map(({ at, who }) => `${who.replace("fetch ", "page ")} comes after ${at} ms`).join(", ")
  }. ${cut?.who.replace("fetch", "Page")} is given up after ${cut?.at} ms. ` +
    `Another thread counts primes meanwhile. All is over after ${end} ms.`;
}
