import ts from "typescript";
import { listPairs } from "../../docs/site/playground/programs.ts";
import { stripTypes } from "../../docs/site/playground/type_stripper.ts";
import { assert, assertEquals } from "../assert.ts";
import { fencesOf, ROOT } from "./documents.ts";

/** Writes a program as the compiler does, without types and blank lines. */
function compile(source: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ESNext, verbatimModuleSyntax: true };
  return ts.transpileModule(source, { compilerOptions }).outputText.replace(/\n\s*\n/g, "\n");
}

Deno.test("playground: it has its own programs, and each idiom of the page from Python", () => {
  const groups = listPairs();
  assertEquals(groups[0].pairs.length, 10);
  const idioms = groups.slice(1).flatMap(({ pairs }) => pairs);
  assertEquals(idioms.length, 40);
  const names = groups.flatMap(({ pairs }) => pairs.map(({ name }) => name));
  assertEquals(new Set(names).size, names.length);
});

Deno.test("playground: programs lose their types, and nothing else", () => {
  const page = fencesOf(Deno.readTextFileSync(new URL("docs/from-python.md", ROOT)));
  const sources = page.filter(({ language }) => language === "ts").map(({ code }) => code);
  const made = `interface A<T> { a: T }
type B = A<number>;
import { type C, run, type D } from "@weft/weft";
const a: B = { a: 1 } as A<number>;
function* f<T>(b: T, c?: string, ...d: number[]): Generator<T> { yield b!; }
const g = async (e: Map<string, number>): Promise<void> => { new Set<string>(); };
class H { #i: number = 1; j(k: number): string { return \`\${k satisfies number}\`; } }
`;
  for (const source of [...sources, made]) {
    const stripped = stripTypes(source);
    assertEquals(compile(stripped), compile(source));
    const { diagnostics } = ts.transpileModule(stripped, {
      fileName: "program.js",
      reportDiagnostics: true,
      compilerOptions: { allowJs: true, target: ts.ScriptTarget.ESNext },
    });
    assertEquals(diagnostics!.map(({ messageText }) => messageText), []);
  }
  assert(stripTypes(made) !== made);
});

Deno.test("playground: each of its own programs begins with its name in both languages", () => {
  for (const { name, python, weft } of listPairs()[0].pairs) {
    assert(python.startsWith(`# ${name}\n`), name);
    assert(weft.startsWith(`// ${name}`), `${name}: ${weft.split("\n")[0]}`);
  }
});
