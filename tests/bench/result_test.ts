import type { Samples } from "../../bench/measure.ts";
import { costOf, formatResult, peersOf, toRow } from "../../bench/result.ts";
import type { Suite } from "../../bench/suite.ts";
import { assert, assertEquals } from "../assert.ts";
import { LOST, SMALL, WON } from "./small_result.ts";

const SUITE: Suite = {
  name: "case",
  about: "some work",
  unit: "ns",
  sizes: [1, 100],
  targets: { wasm: [10, 20] },
  baseline: "nothing",
  weft: { wasm: () => ({ value: 0 }) },
  peers: { nothing: () => ({ value: 0 }) },
  programs: { "Go heap": "Go", "Rust heap": "tokio" },
};

Deno.test("toRow() sums up the rounds, and sets targets above the baseline", () => {
  const samples: Samples = new Map([["wasm", [9, 7, 30]], ["nothing", [3, 4]], ["Go heap", [1]]]);
  const row = toRow("file", SUITE, 100, "case, 100", samples);
  assertEquals(row.values, {
    wasm: { median: 9, least: 7, most: 30 },
    nothing: { median: 3.5, least: 3, most: 4 },
    "Go heap": { median: 1, least: 1, most: 1 },
  });
  assertEquals(row.targets, { wasm: 23.5 });
  assertEquals(row.missing, ["Rust heap"]);
});

Deno.test("toRow() sets targets that are so many times what a peer takes, if that was measured", () => {
  const suite: Suite = { ...SUITE, targets: { wasm: [[2, "Go heap"], [2, "Rust heap"]] } };
  const samples: Samples = new Map([["wasm", [9]], ["nothing", [3]], ["Go heap", [1, 5, 2]]]);
  assertEquals(toRow("file", suite, 1, "case, 1", samples).targets, { wasm: 4 });
  assertEquals(toRow("file", suite, 100, "case, 100", samples).targets, {});
});

Deno.test("peersOf() lists the best first, without Weft and the baseline", () => {
  assertEquals(peersOf(LOST), ["promises", "asyncio", "p-queue", "Effect"]);
  assertEquals(peersOf(WON), ["js"]);
  assert(costOf(WON, "wasm") < costOf(WON, "js"));
});

Deno.test("formatResult() keeps four digits, and the lines of candidates short", () => {
  const row = { ...LOST, values: { generator: { median: 12.34567, least: 1, most: 123_456.7 } } };
  const text = formatResult({ ...SMALL, cases: [row] });
  assert(text.includes(`"generator": { "median": 12.35, "least": 1, "most": 123500 }`), text);
  assert(text.split("\n").every((line) => line.length <= 100));
  const read = JSON.parse(text);
  assertEquals(read.cases[0].missing, ["Go", "tokio"]);
  assertEquals(read.versions, SMALL.versions);
});
