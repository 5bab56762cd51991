import plugin from "../../lint/weft.ts";
import { assert, assertEquals } from "../assert.ts";
import { fencesOf, readDocuments, ROOT } from "../docs/documents.ts";
import { CASES, IMPORTS } from "./cases.ts";

/** Runs the rules on a text: the names of those that object, in the order of the text. */
function lint(text: string): string[] {
  return Deno.lint.runPlugin(plugin, "main.ts", text)
    .toSorted((a, b) => a.range[0] - b.range[0]).map(({ id }) => id.replace("weft/", ""));
}

/** Runs the rules, and carries out what they would have put right. */
function mend(text: string): string {
  const fixes = Deno.lint.runPlugin(plugin, "main.ts", text).flatMap(({ fix }) => fix ?? []);
  return fixes.toSorted((a, b) => b.range[0] - a.range[0]).reduce(
    (left, { range: [from, to], text: put }) => left.slice(0, from) + (put ?? "") + left.slice(to),
    text,
  );
}

for (const { rule, wrong, right } of CASES) {
  Deno.test(`lint: weft/${rule} finds what is wrong, and mends what it can`, () => {
    for (const [text, mended] of wrong) {
      assertEquals(lint(IMPORTS + text), [rule], text);
      assertEquals(mend(IMPORTS + text), IMPORTS + (mended ?? text), text);
    }
  });

  Deno.test(`lint: weft/${rule} lets be what is right`, () => {
    for (const text of right) assertEquals(lint(IMPORTS + text), [], text);
  });
}

Deno.test("lint: a file that does not import Weft is let be", () => {
  assertEquals(lint("async () => { try { await f(); } catch { } }; createTask(f());"), []);
});

/** What examples do wrong on purpose. */
const ON_PURPOSE = [
  "docs/cancellation.md: weft/swallowed-cancellation: catch {",
  'docs/strands.md: weft/never-awaited: queue.put("item")',
];

Deno.test("lint: the examples of the tree and of its guides are clean", () => {
  const texts = new Map<string, string>();
  for (const { name } of Deno.readDirSync(new URL("examples/", ROOT))) {
    if (!name.endsWith(".ts")) continue;
    texts.set(name, Deno.readTextFileSync(new URL(`examples/${name}`, ROOT)));
  }
  for (const { path, text } of readDocuments()) {
    for (const [at, { language, code }] of fencesOf(text).entries()) {
      if (language === "ts") texts.set(`${path} ${at}`, code);
    }
  }
  assert(texts.size > 100, `${texts.size} examples`);
  const found = [...texts].flatMap(([name, text]) =>
    Deno.lint.runPlugin(plugin, "main.ts", text)
      .map(({ id, range }) => `${name}: ${id}: ${text.slice(...range).split("\n")[0]}`)
  );
  assertEquals(found.map((line) => line.replace(/ \d+:/, ":")), ON_PURPOSE);
});
