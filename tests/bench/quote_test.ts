import { BESIDE_PEERS } from "../../bench/beside_peers.ts";
import { findStale, makeQuotes } from "../../bench/quote.ts";
import { SUITES } from "../../bench/suites.ts";
import { assert, assertEquals } from "../assert.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("The charts and the figures in documents equal the newest committed result", async () => {
  assertEquals(await findStale(), [], "deno task bench:figures must write these anew");
});

Deno.test("The newest result has all work that is done beside the peers, and its document", async () => {
  const texts = await makeQuotes();
  for (const file of BESIDE_PEERS) {
    assert(file in SUITES, `${file} must be a case`);
    assert(texts.has(`bench/results/${file}.svg`), `${file} must have a chart`);
  }
  assert(texts.get("bench/README.md")!.includes("<!-- figures:table -->"));
});

Deno.test("No chart is left of work that is no longer measured", async () => {
  const texts = await makeQuotes();
  for await (const { name } of Deno.readDir(new URL("bench/results/", ROOT))) {
    if (name.endsWith(".svg")) assert(texts.has(`bench/results/${name}`), `${name} must go`);
  }
});
