import { fillBlocks, formatHost, formatRows } from "../../bench/figures.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { LOST, SMALL, WON } from "./small_result.ts";

/** Reads a table in Markdown: for each row, its cells by the titles of their columns. */
function readTable(markdown: string): Record<string, string>[] {
  const rows = markdown.split("\n").filter((line) => line.startsWith("|")).map((line) =>
    line.slice(1, -1).split(" | ").map((cell) => cell.trim())
  );
  const [titles, , ...cells] = rows;
  return cells.map((row) => Object.fromEntries(row.map((cell, at) => [titles[at], cell])));
}

Deno.test("The table has a column for peers of many cases, and one for the others", () => {
  assertEquals(readTable(formatRows([LOST])), [{
    case: "yield, 1,000 tasks",
    unit: "ns",
    variant: "generator",
    Weft: "40.0",
    target: "≤ 25.0 missed",
    promises: "20.0",
    Effect: "5,000",
    asyncio: "1,100",
    Go: "not measured",
    tokio: "not measured",
    others: "p-queue 2,500",
    "Weft / best peer": "2.00 × promises",
  }, {
    case: "",
    unit: "",
    variant: "async",
    Weft: "200",
    target: "≤ 220 met",
    promises: "",
    Effect: "",
    asyncio: "",
    Go: "",
    tokio: "",
    others: "",
    "Weft / best peer": "",
  }]);
});

Deno.test("The table compares costs where more is better, and not with the baseline", () => {
  const [row] = readTable(formatRows([WON]));
  assertEquals(row["Weft / best peer"], "0.33 × js");
  assertEquals(row.others, "js 10,000, nothing 1.00");
});

Deno.test("fillBlocks() writes what stands between the marks, and nothing else", () => {
  const document = "before\n<!-- figures:host -->\nstale\n<!-- /figures -->\nafter\n";
  const filled = fillBlocks(document, SMALL);
  assertEquals(
    filled,
    `before\n<!-- figures:host -->\n\n${formatHost(SMALL)}\n\n<!-- /figures -->\nafter\n`,
  );
  assertEquals(fillBlocks(filled, SMALL), filled);
});

Deno.test("fillBlocks() makes the short table of both front ends", () => {
  const filled = fillBlocks("<!-- figures:short -->\n<!-- /figures -->", SMALL);
  assertEquals(readTable(filled), [{
    work: "one step of 1,000 tasks",
    "Weft, generators": "40.0",
    "Weft, native async": "200",
    promises: "20.0",
    Effect: "5,000",
    asyncio: "1,100",
    Go: "not measured",
    tokio: "not measured",
  }]);
});

Deno.test("fillBlocks() refuses a block that it cannot make", () => {
  assertThrows(
    () => fillBlocks("<!-- figures:tabel -->\n<!-- /figures -->", SMALL),
    Error,
    "Cannot write the block tabel",
  );
});

Deno.test("The host is told with its load and with all versions, in lines that the formatter leaves", () => {
  assertEquals(
    formatHost(SMALL),
    "2026-11-21, A Processor, 2 cores, linux; load 0.5 before and 1.3 after; " +
      "Deno 2.9.6, Effect 4.1.0,\nasyncio 3.11.2.",
  );
});
