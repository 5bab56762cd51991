import { drawOverview, drawWork } from "../../bench/chart.ts";
import { LogAxis } from "../../bench/log_axis.ts";
import { assert, assertEquals } from "../assert.ts";
import { SMALL, WON } from "./small_result.ts";

const ROW = "loop_yield";

/** A text of a drawing. */
interface Text {
  readonly x: number;
  readonly y: number;
  readonly words: string;
}

/** Lists the texts of a drawing, where they stand in their part. */
function textsOf(svg: string): Text[] {
  const texts = /<text x="([\d.-]+)" y="([\d.-]+)"[^>]*>([^<]*)<\/text>/g;
  return [...svg.matchAll(texts)].map(([, x, y, words]) => ({ x: Number(x), y: Number(y), words }));
}

/** Lists the words of a drawing. */
function wordsOf(svg: string): string[] {
  return textsOf(svg).map(({ words }) => words);
}

/** Lists the tags that are left open, or closed without having been opened. */
function unbalanced(xml: string): string[] {
  const open: string[] = [];
  for (const [, slash, name, end] of xml.matchAll(/<(\/?)([\w-]+)[^>]*?(\/?)>/g)) {
    if (end) continue;
    if (!slash) open.push(name);
    else if (open.pop() !== name) return [name];
  }
  return open;
}

Deno.test("A chart lists all candidates, best first, Weft where it stands among them", () => {
  const words = wordsOf(drawWork(SMALL, ROW));
  const names = ["promises", "Weft: generator", "Weft: async", "asyncio", "p-queue", "Effect"];
  assertEquals(words.filter((word) => names.includes(word)), names);
});

Deno.test("A chart tells each median as text, in the drawing and in its description", () => {
  const svg = drawWork(SMALL, ROW);
  const words = wordsOf(svg);
  for (const figure of ["20.0", "40.0", "200", "1,100", "2,500", "5,000"]) {
    assert(words.includes(figure), `${figure} must be a text`);
  }
  const description = /<desc[^>]*>([^<]*)</.exec(svg)![1];
  assert(description.includes("promises 20.0, Weft: generator 40.0"), description);
});

Deno.test("A chart shows targets, and says who was not measured", () => {
  const words = wordsOf(drawWork(SMALL, ROW));
  assert(words.includes("generator ≤ 25.0") && words.includes("async ≤ 220"));
  assertEquals(
    words.filter((word) => word === "not measured").length,
    SMALL.cases[0].missing.length,
  );
});

Deno.test("A chart leaves the baseline out, and puts more first where more is better", () => {
  const words = wordsOf(drawWork(SMALL, WON.file));
  assert(!words.includes("nothing"));
  assert(words.includes("more is better"));
  assert(words.indexOf("Weft: wasm") < words.indexOf("js"));
});

Deno.test("Drawings are well-formed, and have colors for the light and for the dark", () => {
  for (const svg of [drawWork(SMALL, ROW), drawWork(SMALL, WON.file), drawOverview(SMALL)]) {
    assertEquals(unbalanced(svg), []);
    assert(svg.includes("prefers-color-scheme: dark"));
    assert(svg.includes("armed &amp; cancelled, &lt;all&gt;") || !svg.includes("from cold"));
  }
});

Deno.test("Names in the overview do not run into each other, however close their dots", () => {
  const close = Object.fromEntries(
    Array.from({ length: 9 }, (_, at) => [`peer ${at}`, { median: 40 + at, least: 40, most: 50 }]),
  );
  const row = { ...SMALL.cases[0], values: { ...SMALL.cases[0].values, ...close } };
  const texts = textsOf(drawOverview({ ...SMALL, cases: [row] }));
  const names = texts.filter(({ words }) => words.startsWith("peer "));
  assertEquals(names.length, 9);
  for (const one of names) {
    const after = names.filter(({ x, y }) => y === one.y && x > one.x).map(({ x }) => x);
    assert(Math.min(...after) - one.x >= one.words.length * 6, `${one.words} must have room`);
  }
});

Deno.test("The overview divides costs by Weft's: to the left of its line is cheaper", () => {
  const svg = drawOverview({ ...SMALL, cases: [SMALL.cases[0]] });
  const one = Number(/class="weft one" d="M([\d.]+)/.exec(svg)![1]);
  const xOf = (name: string) => textsOf(svg).find(({ words }) => words === name)!.x;
  assert(xOf("promises") < one && xOf("asyncio") > one && xOf("Weft, async") > one);
});

Deno.test("A logarithmic axis puts equal ratios at equal distances", () => {
  const axis = new LogAxis([1, 1_000], 100, 500);
  const steps = [1, 10, 100, 1_000].map((value) => axis.at(value));
  const distances = steps.slice(1).map((place, at) => Math.round(place - steps[at]));
  assertEquals(new Set(distances).size, 1);
  assert(steps[0] > 100 && steps[3] < 500);
  assertEquals(axis.lines(), [1, 10, 100, 1_000]);
});

Deno.test("A logarithmic axis of less than two decades has lines between them", () => {
  assertEquals(new LogAxis([18, 60], 0, 100).lines(), [20, 50]);
});
