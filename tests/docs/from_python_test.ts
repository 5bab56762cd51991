/** The idioms of docs/from-python.md print the same on CPython and on Weft. */
import { assert, assertEquals } from "../assert.ts";
import { loadPython } from "../conformance/python.ts";
import { ROOT } from "./documents.ts";

/** An idiom of the page: the same program in both languages. */
interface Pair {
  readonly name: string;
  readonly python: string;
  readonly weft: string;
}

/** Lists the idioms of a page. */
function pairsOf(text: string): Pair[] {
  return text.split(/^### /m).slice(1).map((part) => {
    const [, name] = /^(.+)$/m.exec(part)!;
    const blocks = [...part.matchAll(/^```(\w+)\n([^]*?)^```$/gm)];
    assertEquals(blocks.map(([, language]) => language), ["python", "ts"], name);
    return { name, python: blocks[0][2], weft: blocks[1][2] };
  });
}

/** Runs a program of Weft in virtual time, and returns what it printed. */
async function runWeft(source: string, folder: string): Promise<string> {
  const lines: string[] = [];
  const file = `${folder}/${crypto.randomUUID()}.ts`;
  await Deno.writeTextFile(file, source.replace('"@weft/weft"', '"./virtual.ts"'));
  const usual = console.log;
  console.log = (...parts: unknown[]) => void lines.push(`${parts.join(" ")}\n`);
  try {
    await import(`file://${file}`);
    return lines.join("");
  } finally {
    console.log = usual;
  }
}

const PAGE = Deno.readTextFileSync(new URL("docs/from-python.md", ROOT));
const PAIRS = pairsOf(PAGE);

Deno.test("docs: 40 idioms of asyncio print the same on CPython and here", async (t) => {
  assertEquals(PAIRS.length, 40);
  const python = await loadPython();
  const folder = await Deno.makeTempDir({ prefix: "weft_pairs_" });
  try {
    await Deno.writeTextFile(
      `${folder}/virtual.ts`,
      `export * from "${ROOT}mod.ts";
      import { run as runInTime, VirtualClock } from "${ROOT}mod.ts";
      export const run = (main, options) =>
        runInTime(main, { clock: new VirtualClock(), ...options });\n`,
    );
    for (const { name, python: source, weft } of PAIRS) {
      await t.step(name, async () => {
        const expected = python.runProgram(source);
        assert(expected !== "", "it prints something");
        assertEquals(await runWeft(weft, folder), expected);
      });
    }
    await t.step("a program that prints something else is found", async () => {
      const other = PAIRS[0].weft.replace("hello", "goodbye");
      assert(await runWeft(other, folder) !== python.runProgram(PAIRS[0].python));
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("docs: each idiom imports what it uses, and nothing else", () => {
  for (const { name, weft } of PAIRS) {
    const [, imported] = /^import \{ ([^}]+) \} from/.exec(weft)!;
    const body = weft.slice(weft.indexOf("\n"));
    for (const one of imported.replace("type ", "").split(", ")) {
      assert(new RegExp(`\\b${one}\\b`).test(body), `${name}: ${one}`);
    }
  }
});
