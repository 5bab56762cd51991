import { Tail, withoutColors } from "../../src/workers/tail.ts";
import { assert, assertEquals } from "../assert.ts";

const encoder = new TextEncoder();

Deno.test("Tail keeps the last lines", () => {
  const tail = new Tail();
  assertEquals(tail.text, "");
  for (let line = 1; line <= 30; line++) tail.push(encoder.encode(`line ${line}\n`));
  const lines = tail.text.split("\n");
  assertEquals([lines.length, lines[0], lines.at(-1)], [20, "line 11", "line 30"]);
});

Deno.test("Tail keeps a bounded number of bytes, also of one line", () => {
  const tail = new Tail();
  for (let n = 0; n < 100; n++) tail.push(encoder.encode("x".repeat(100)));
  tail.push(encoder.encode("end"));
  assert(tail.text.length === 4096 && tail.text.endsWith("xend"));
});

Deno.test("Tail drops colors", () => {
  const tail = new Tail();
  tail.push(encoder.encode("\x1b[0m\x1b[1m\x1b[31merror\x1b[0m: bad"));
  assertEquals(tail.text, "error: bad");
  assertEquals(withoutColors("plain"), "plain");
});
