import { LimitOverrunError } from "../../../mod.ts";
import { LineSplitter } from "../../../src/http/client/line_splitter.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { Prng } from "../../prng.ts";

/** Splits text that comes in pieces. */
function split(pieces: readonly string[], maxLength = Infinity): string[] {
  const splitter = new LineSplitter(maxLength);
  const lines: string[] = [];
  for (const piece of pieces) {
    splitter.push(piece);
    for (let line = splitter.next(); line !== undefined; line = splitter.next()) lines.push(line);
  }
  const last = splitter.end();
  return last === undefined ? lines : [...lines, last];
}

Deno.test("LineSplitter splits at line feeds, with or without carriage returns", () => {
  assertEquals(split([]), []);
  assertEquals(split([""]), []);
  assertEquals(split(["a"]), ["a"]);
  assertEquals(split(["a\n"]), ["a"]);
  assertEquals(split(["\n\n"]), ["", ""]);
  assertEquals(split(["a\r", "\nb\rc\r\n"]), ["a", "b\rc"]);
  assertEquals(split(["a\r\n", "b\r"]), ["a", "b\r"]); // As StreamReader.readLine() has it.
});

Deno.test("LineSplitter gives the same lines however text is cut into pieces", () => {
  const random = new Prng(7);
  for (let round = 0; round < 200; round++) {
    const letters = Array.from({ length: 40 }, () => "ab\n\r"[random.below(4)]);
    const text = letters.join("");
    const pieces: string[] = [];
    for (let at = 0; at < text.length;) {
      const end = at + random.below(5);
      pieces.push(text.slice(at, end));
      at = end;
    }
    const expected = text.replaceAll("\r\n", "\n").split("\n");
    if (text.endsWith("\n") || text === "") expected.pop();
    assertEquals(split(pieces), expected, JSON.stringify(pieces));
  }
});

Deno.test("LineSplitter bounds a line, ended or not", () => {
  assertEquals(split(["abc\nabc"], 3), ["abc", "abc"]);
  for (const pieces of [["abcd\n"], ["ab", "cd"], ["abc", "d\n"]]) {
    assertThrows(() => split(pieces, 3), LimitOverrunError, "3");
  }
});
