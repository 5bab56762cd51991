import typed from "@typescript-eslint/eslint-plugin";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import ts from "typescript";
import weft from "../../lint/eslint.ts";
import plugin from "../../lint/weft.ts";
import { assert, assertEquals } from "../assert.ts";
import { ROOT } from "../docs/documents.ts";
import { CASES, IMPORTS } from "./cases.ts";

/** The configuration of a program in TypeScript. */
const CONFIG = [
  { files: ["**/*.ts"], languageOptions: { parser } },
  weft.configs.recommended,
] as unknown as Linter.Config[];
const linter = new Linter();

/** Runs the rules on a text: the names of those that object, in the order of the text. */
function lint(text: string): string[] {
  return linter.verify(text, CONFIG, "main.ts").map(({ ruleId, message }) =>
    ruleId?.replace("weft/", "") ?? message
  );
}

for (const { rule, wrong, right } of CASES) {
  Deno.test(`eslint: weft/${rule} finds and mends what it does for deno lint, and nothing else`, () => {
    for (const [text, mended] of wrong) {
      assertEquals(lint(IMPORTS + text), [rule], text);
      const { output } = linter.verifyAndFix(IMPORTS + text, CONFIG, { filename: "main.ts" });
      assertEquals(output, IMPORTS + (mended ?? text), text);
    }
    for (const text of right) assertEquals(lint(IMPORTS + text), [], text);
  });
}

Deno.test("eslint: it has the rules of deno lint, and says what to write in the same words", () => {
  assertEquals(Object.keys(weft.rules), Object.keys(plugin.rules));
  const enabled = Object.keys(weft.configs.recommended.rules);
  assertEquals(enabled, Object.keys(plugin.rules).map((name) => `weft/${name}`));
  const [{ message }] = linter.verify(`${IMPORTS}nap(0.5);`, CONFIG, "main.ts")
    .filter(({ ruleId }) => ruleId === "weft/milliseconds");
  assert(message.endsWith("looks like seconds. Write 500 for 0.5 s"), message);
});

Deno.test("eslint: plain JavaScript needs no other parser", () => {
  const config = [weft.configs.recommended] as unknown as Linter.Config[];
  const found = linter.verify(`${IMPORTS}async () => { nap(5); }`, config, "main.js");
  assertEquals(found.map(({ ruleId }) => ruleId), ["weft/never-awaited"]);
});

/** Runs `no-floating-promises` on a program with all types: the lines that it objects to. */
function lintWithTypes(text: string): number[] {
  const name = new URL("made_up.ts", ROOT).pathname;
  const options: ts.CompilerOptions = {
    allowImportingTsExtensions: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    noEmit: true,
    strict: true,
    target: ts.ScriptTarget.ESNext,
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) =>
    file === name
      ? ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true)
      : read(file, ...rest);
  const program = ts.createProgram([name], options, host);
  const config = [{
    files: ["**/*.ts"],
    languageOptions: { parser, parserOptions: { programs: [program] } },
    plugins: { "@typescript-eslint": typed },
    rules: { "@typescript-eslint/no-floating-promises": ["error", { checkThenables: true }] },
  }] as unknown as Linter.Config[];
  const found = new Linter({ cwd: ROOT.pathname }).verify(text, config, name);
  assertEquals(found.filter(({ fatal }) => fatal).map(({ message }) => message), []);
  return found.map(({ line }) => line);
}

Deno.test("eslint: with types and checkThenables it finds whatever is never awaited", () => {
  const text = `import { type Awaitable, gather, Queue, run, sleep } from "./mod.ts";
const queue = new Queue<string>();
declare function elsewhere(): Awaitable<void>;
export const end = run(async () => {
  elsewhere();
  queue.put("news");
  gather([() => sleep(5)]);
  queue.putNowait("news");
  void sleep(5);
  await queue.get();
});
`;
  assertEquals(lintWithTypes(text), [5, 6, 7]);
});
