import { assert, assertEquals } from "./assert.ts";

const ROOT = new URL("../", import.meta.url);
const MOST_LINES = 350;

/** Orders the floors: a file imports from its own folder and from lower floors. */
const FLOORS: Record<string, number> = {
  "src/errors.ts": 0,
  "wasm/": 0,
  "src/engine/": 1,
  "src/futures/": 2,
  "src/lowlevel.ts": 3,
  "src/sync/": 4,
  "src/io/": 5,
  "src/workers/": 5,
  "src/testing/": 6,
  "mod.ts": 7,
  "io.ts": 7,
  "testing.ts": 7,
  "workers.ts": 7,
  "edge/": 8,
};
/** Lists the floors that build only on what `src/lowlevel.ts` exports. */
const ON_LOWLEVEL = ["src/sync/", "src/io/", "src/workers/"];
/** Begins a source. */
const MODULE_COMMENT = /^\/\*\*[^]*? \* @module\n \*\//;
const GENERATED = "src/engine/core.generated.ts";

/** Is a file of the tree: its path from the root, and its text. */
interface File {
  readonly path: string;
  readonly text: string;
}

/** Finds what a file breaks; says it in a sentence without the file. */
type Rule = (file: File) => string[];

/** Drops comments, and keeps strings whole. */
function withoutComments(text: string): string {
  const tokens = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[^]*?\*\/|\/\/.*/g;
  return text.replace(tokens, (token) => token.startsWith("/") ? " " : token);
}

/** Lists what a source imports or re-exports, statically or not. */
function importsOf(text: string): string[] {
  const imports = /\b(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g;
  return [...withoutComments(text).matchAll(imports)].map((match) => match[1]);
}

/** Resolves a relative import to a path from the root. */
function resolve(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** Finds the floor of a path: its name, or `undefined` outside of all. */
function floorOf(path: string): string | undefined {
  return Object.keys(FLOORS).find((floor) => path === floor || path.startsWith(floor));
}

/** Lists the entries: what users import. */
const ENTRIES = ["mod.ts", "io.ts", "testing.ts", "workers.ts"];

const isSource = (path: string) =>
  ENTRIES.includes(path) || path.startsWith("src/") || path.startsWith("edge/");
const isRelative = (specifier: string) => /^\.\.?\//.test(specifier);

/** Imports go down only. */
const floors: Rule = ({ path, text }) => {
  const own = floorOf(path);
  if (own === undefined) return isSource(path) ? ["it is on no floor"] : [];
  if (path === "wasm/build.ts") return [];
  return importsOf(text).filter(isRelative).flatMap((specifier) => {
    const target = resolve(path, specifier);
    const floor = floorOf(target);
    if (floor === undefined) return [`it imports ${target}, which is on no floor`];
    if (floor !== own && FLOORS[floor] >= FLOORS[own]) return [`it imports up: ${target}`];
    if (own === "src/errors.ts") return [`it imports ${target}, and may import nothing`];
    if (isSource(path) && floor === "wasm/") return [`it imports ${target} past the embedded core`];
    const below = FLOORS[floor] > 0 && FLOORS[floor] < FLOORS["src/lowlevel.ts"];
    if (ON_LOWLEVEL.includes(own) && below) return [`it imports ${target} past src/lowlevel.ts`];
    return [];
  });
};

/** Only one file knows the embedded core. */
const embedded: Rule = ({ path, text }) => {
  if (path === "src/engine/core.ts" || !isSource(path)) return [];
  const targets = importsOf(text).map((specifier) => resolve(path, specifier));
  return targets.includes(GENERATED) ? [`it imports ${GENERATED}`] : [];
};

/** Sources depend on nothing outside: no package, no address, no import map. */
const bare: Rule = ({ path, text }) =>
  isSource(path)
    ? importsOf(text).filter((specifier) => !isRelative(specifier))
      .map((specifier) => `it imports from outside: ${specifier}`)
    : [];

/** A file is read at one sitting. */
const lines: Rule = ({ path, text }) => {
  if (path === GENERATED || path.includes("/recorded/")) return [];
  const count = text.trimEnd().split("\n").length;
  return count > MOST_LINES ? [`it has ${count} lines, the most is ${MOST_LINES}`] : [];
};

/** A file is named after what it holds. */
const names: Rule = ({ path }) =>
  /(^|[/_.])(utils?|helpers?|common|types?)(_test)?\.\w+$/.test(path)
    ? ["it is named after nothing"]
    : [];

/** Each source says what it is for. */
const modules: Rule = ({ path, text }) =>
  isSource(path) && !path.endsWith(".d.ts") && path !== GENERATED && !MODULE_COMMENT.test(text)
    ? ["it does not begin with a @module comment"]
    : [];

/** Each exported function and class has a doc comment; of overloads, the first. */
const documented: Rule = ({ path, text }) => {
  if (!path.startsWith("src/")) return [];
  const undocumented: string[] = [];
  const rows = text.replace(MODULE_COMMENT, "").split("\n");
  let before = "";
  for (const [at, row] of rows.entries()) {
    const declared = row.match(
      /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|class) *(\w+)/,
    );
    if (!declared) continue;
    const above = rows.slice(0, at).reverse().find((other) => other.trim() !== "") ?? "";
    const isOverload = declared[1] === before;
    if (!above.endsWith("*/") && !isOverload) {
      undocumented.push(`${declared[1]} has no doc comment`);
    }
    before = declared[1];
  }
  return undocumented;
};

/** What a user calls often makes no generator function each time: the first call of each is slow. */
const generators: Rule = ({ path, text }) =>
  path.startsWith("src/") && /new Operation\([^;]*?\bfunction\*/.test(withoutComments(text))
    ? ["an Operation makes a generator function per call"]
    : [];

const RULES: Record<string, Rule> = {
  "imports go down only": floors,
  "only src/engine/core.ts imports the embedded core": embedded,
  "sources import nothing from outside": bare,
  [`no file is longer than ${MOST_LINES} lines`]: lines,
  "no file is named after nothing": names,
  "each source begins with a module comment": modules,
  "each exported function and class is documented": documented,
  "no operation makes a generator function per call": generators,
};

/** Reads the code of some folders; one that does not exist yet has none. */
function readTree(folders: readonly string[]): File[] {
  const files: File[] = [];
  const walk = (folder: string) => {
    let entries: Deno.DirEntry[];
    try {
      entries = [...Deno.readDirSync(new URL(folder, ROOT))];
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    for (const { name, isDirectory } of entries) {
      if (isDirectory) walk(`${folder}${name}/`);
      else if (/\.(ts|js|py)$/.test(name)) files.push(readFile(`${folder}${name}`));
    }
  };
  for (const folder of folders) walk(folder);
  return files;
}

function readFile(path: string): File {
  return { path, text: Deno.readTextFileSync(new URL(path, ROOT)) };
}

const tree = [
  ...ENTRIES.map(readFile),
  ...readTree(["src/", "wasm/", "edge/", "npm/", "tests/", "bench/", "docs/", "examples/"]),
];

for (const [sentence, rule] of Object.entries(RULES)) {
  Deno.test(`structure: ${sentence}`, () => {
    const broken = tree.flatMap((file) => rule(file).map((what) => `${file.path}: ${what}`));
    assertEquals(broken, []);
  });
}

Deno.test("structure: the tree that is checked is the tree", () => {
  const paths = tree.map((file) => file.path);
  for (const path of ["mod.ts", "src/engine/core.ts", GENERATED, "wasm/assembly/ready.ts"]) {
    assert(paths.includes(path), path);
  }
  assert(importsOf(readFile("src/engine/core_pool.ts").text).includes("./core_js.ts"));
});

/** Asserts which rules a made-up file breaks. */
function assertBreaks(path: string, text: string, expected: Rule[]): void {
  const module = isSource(path) ? `/**\n * Is made up.\n *\n * @module\n */\n` : "";
  const file = { path, text: module + text };
  const broken = Object.keys(RULES).filter((name) => RULES[name](file).length > 0);
  const names = Object.keys(RULES).filter((name) => expected.includes(RULES[name]));
  assertEquals(broken, names, `${path}: ${text}`);
}

Deno.test("structure: made-up violations are found", () => {
  assertBreaks("src/engine/a.ts", `import { b } from "../futures/b.ts";`, [floors]);
  assertBreaks("src/engine/a.ts", `export * from "../../mod.ts";`, [floors]);
  assertBreaks("src/engine/a.ts", `await import("../sync/lock.ts");`, [floors]);
  assertBreaks("src/engine/a.ts", `import type {\n  B,\n} from '../testing/b.ts';`, [floors]);
  assertBreaks("src/engine/a.ts", `import "../../tests/assert.ts";`, [floors]);
  assertBreaks("src/engine/a.ts", `import "../../wasm/build.ts";`, [floors]);
  assertBreaks("src/errors.ts", `import "./errors.ts";`, [floors]);
  assertBreaks("src/errors.ts", `import "./engine/core.ts";`, [floors]);
  assertBreaks("src/io/a.ts", `import "../workers/b.ts";`, [floors]);
  assertBreaks("src/sync/a.ts", `import "../futures/future.ts";`, [floors]);
  assertBreaks("src/workers/a.ts", `import "../engine/loop.ts";`, [floors]);
  assertBreaks("src/lowlevel.ts", `export * from "./sync/lock.ts";`, [floors]);
  assertBreaks("src/other/a.ts", "", [floors]);
  assertBreaks("wasm/assembly/a.ts", `import { b } from "../../src/engine/core";`, [floors]);
  assertBreaks("src/engine/a.ts", `import { CORE_WASM } from "./core.generated.ts";`, [embedded]);
  assertBreaks("mod.ts", `import { equals } from "@std/assert/equals.js";`, [bare]);
  assertBreaks("src/io/a.ts", `import fs from "node:fs";`, [bare]);
  assertBreaks("src/io/a.ts", `import "https://example.org/a.ts";`, [bare]);
  assertBreaks("tests/a_test.ts", "\n".repeat(MOST_LINES) + "end", [lines]);
  assertBreaks("src/io/helpers.ts", "", [names]);
  assertBreaks("tests/engine/core_util.ts", "", [names]);
  assertBreaks("bench/types.ts", "", [names]);
  assertBreaks("src/io/a.ts", "export function a() {}", [documented]);
  assertBreaks("src/io/a.ts", "export abstract class A {}", [documented]);
  assertBreaks(
    "src/io/a.ts",
    "/** Is documented. */\nconst a = 1;\nexport async function* b() {}",
    [
      documented,
    ],
  );
  assertBreaks("src/sync/a.ts", `new Operation("a", function* () { yield; });`, [generators]);
  assertEquals(modules({ path: "src/io/a.ts", text: "export const a = 1;\n" }).length, 1);
});

Deno.test("structure: what is allowed is not found", () => {
  const text = "/** Is documented. */\nexport function a(b: string): void;\n" +
    "export function a(b: number): void;\nexport function a(): void {}\n";
  assertBreaks("src/futures/a.ts", text, []);
  assertBreaks("src/futures/a.ts", `import "../errors.ts";\nimport "../engine/loop.ts";`, []);
  assertBreaks("src/io/a.ts", `import "../lowlevel.ts";\nimport "../sync/lock.ts";`, []);
  assertBreaks("src/sync/a.ts", `import "../errors.ts";\nimport "./wait_queue.ts";`, []);
  assertBreaks("src/testing/a.ts", `import "../engine/loop.ts";\nimport "../io/b.ts";`, []);
  assertBreaks("src/engine/a.ts", `// import "../io/b.ts";\n/* from "x" */`, []);
  assertBreaks("src/engine/a.ts", `const a = "/*"; const b = "*/ from";`, []);
  assertBreaks("tests/a_test.ts", "\n".repeat(MOST_LINES - 1) + "end\n", []);
  assertBreaks("tests/recorded/a.ts", "\n".repeat(MOST_LINES) + "end", []);
  assertBreaks("src/engine/prototypes.ts", "", []);
  assertBreaks("src/sync/a.ts", `new Operation("a", () => a());\nfunction* a() {}`, []);
});
