import { SUITES } from "../../bench/suites.ts";
import { assertEquals } from "../assert.ts";

for (const [file, suite] of Object.entries(SUITES)) {
  Deno.test(`the module of the case ${file} has its suite, and no other`, async () => {
    const module = await import(new URL(`../../bench/cases/${file}.ts`, import.meta.url).href);
    const suites = Object.values<object>(module).filter((it) => "weft" in it);
    assertEquals(suites, [suite]);
  });
}
