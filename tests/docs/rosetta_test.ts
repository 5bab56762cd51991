import { assert, assertEquals } from "../assert.ts";
import { same, type Section } from "../../docs/rosetta/entry.ts";
import { listExports } from "../../docs/rosetta/exports.ts";
import { type Inventory, readInventory } from "../../docs/rosetta/inventory.ts";
import { findMistakes, SECTIONS, writePage } from "../../docs/rosetta/page.ts";
import { ROOT } from "./documents.ts";

/** The page as it is. */
const PAGE = Deno.readTextFileSync(new URL("docs/rosetta.md", ROOT));

Deno.test("rosetta: the page is what its data says; else run deno task docs:rosetta", async () => {
  const written = await writePage();
  const lines = new Set(PAGE.split("\n"));
  assertEquals(written.split("\n").filter((line) => !lines.has(line)), [], "lines are missing");
  assert(PAGE === written, "lines are left over, or in another order");
});

Deno.test("rosetta: every export is on the page, but for the types of web.ts, io.ts, workers.ts and cluster.ts", async () => {
  const exports = [...await listExports()];
  assert(new Set(exports.map(([, { from }]) => from)).size === 6, "there are six entries");
  const missing = exports.filter(([, { from, kind }]) => from === "mod.ts" || kind !== "type")
    .filter(([name]) => !new RegExp(`\\| [^|]*\`${name}\``).test(PAGE));
  assertEquals(missing.map(([name]) => name), []);
});

Deno.test("rosetta: every name of asyncio is on the page, and every name of Weft exists", async () => {
  assertEquals(findMistakes(await readInventory(), await listExports()), []);
});

Deno.test("rosetta: a made-up mistake in the data is found", async () => {
  const exports = await listExports();
  const inventory: Inventory = { python: "3", names: { run: [], Lock: ["acquire", "locked"] } };
  const made: Section[] = [
    { title: "a", entries: { run: same("run"), Lock: same("Lock"), none: same("Lock") } },
    { title: "b", entries: { run: same("none"), "Lock.acquire": same("Lock.none, Lock.locked") } },
  ];
  assertEquals(findMistakes(inventory, exports, made), [
    "asyncio has Lock.locked, too",
    "asyncio has no none",
    "run is there twice",
    "nothing exports none",
    "nothing exports Lock.none",
  ]);
});

Deno.test("rosetta: members are found where they are declared, inherited, or fields", async () => {
  const exports = await listExports();
  const weft = SECTIONS.flatMap(({ entries }) => Object.values(entries)).map((entry) => entry.weft);
  for (const name of ["Task.waitingOn", "EventLoop.debug", "TcpServer.shutdown"]) {
    assert(weft.includes(name), name);
  }
  const mistakes = findMistakes({ python: "3", names: { a: [] } }, exports, [
    { title: "a", entries: { a: same("EventLoop.none, IncompleteReadError.none, Task.none") } },
  ]);
  assertEquals(mistakes.length, 3);
});
