import { assert, assertEquals } from "./assert.ts";

const ROOT = new URL("../", import.meta.url);
const MOST_LINES = 350;

/** Files that are longer, with the reason: one concept each, which would not be clearer in two. */
const LONGER: Record<string, string> = {
  "src/cluster/cluster_pool.ts": "a pool of other machines, with all of its methods",
  "src/engine/loop.ts": "the order of the loop, on as few screens as it takes",
  "src/errors.ts": "every error class of the portable part",
  "src/futures/event_loop.ts": "the loop as programs see it, with all of its methods",
  "src/futures/flow.ts": "the parts of a task and how a cancellation travels along them",
  "src/futures/future.ts": "a future, and how both front ends wait for it",
  "src/pool/pool_state.ts": "the resources of a pool, from their making to their end",
  "src/futures/wait_queue.ts": "a line and its waits, which know each other",
  "src/sync/broadcast.ts": "a broadcast and its subscriptions, which know each other",
  "src/sync/queue.ts": "a queue, what is in it, and its two kinds of waits",
  "src/futures/task.ts": "a task: its step, its native code, its cancellation",
  "tests/portable/suite.ts": "what runs where, and the reason of each thing that does not",
  "tests/structure_test.ts": "every rule of the tree, and what breaks it",
};

/** The one pair of files that import each other, as one import closes it, with the reason. */
const MUTUAL = {
  from: "src/futures/future.ts",
  to: "src/futures/event_loop.ts",
  reason: "users get a future from its loop, and its loop, whole, from a future",
};

/** Orders the floors: a file imports from its own folder and from lower floors. */
const FLOORS: Record<string, number> = {
  "src/errors.ts": 0,
  "src/check.ts": 0,
  "wasm/": 0,
  "src/engine/": 1,
  "src/futures/": 2,
  "src/lowlevel.ts": 3,
  "src/sync/": 4,
  "src/pool/": 5,
  "src/resilience/": 5,
  "src/flow/": 5,
  "src/streams/": 5,
  "src/files/": 6,
  "src/net/": 6,
  "src/process/": 6,
  "src/http/cookies/": 6,
  "src/http/client/": 7,
  "src/http/server/": 7,
  "src/http/events/": 8,
  "src/http/fetch/": 8,
  "src/http/websocket/": 8,
  "src/workers/": 5,
  "src/cluster/redis/": 7,
  "src/cluster/nats/": 7,
  "src/cluster/": 6,
  "src/cli/": 8,
  "src/testing/": 8,
  "mod.ts": 9,
  "cli.ts": 9,
  "cluster.ts": 9,
  "core.ts": 9,
  "flow.ts": 9,
  "lowlevel.ts": 9,
  "resilience.ts": 9,
  "seats.ts": 9,
  "io.ts": 9,
  "testing.ts": 9,
  "web.ts": 9,
  "workers.ts": 9,
  "edge/": 10,
};
/** Lists the floors that build only on what `src/lowlevel.ts` exports. */
const ON_LOWLEVEL = [
  "src/sync/",
  "src/pool/",
  "src/resilience/",
  "src/flow/",
  "src/streams/",
  "src/files/",
  "src/net/",
  "src/process/",
  "src/http/cookies/",
  "src/http/client/",
  "src/http/server/",
  "src/http/events/",
  "src/http/fetch/",
  "src/http/websocket/",
  "src/workers/",
  "src/cluster/redis/",
  "src/cluster/nats/",
  "src/cluster/",
  "src/cli/",
];
/** Begins a source. */
const MODULE_COMMENT = /^\/\*\*[^]*? \* @module\n \*\//;
const GENERATED = "src/engine/core.generated.ts";

/** A file of the tree: its path from the root, and its text. */
interface File {
  readonly path: string;
  readonly text: string;
}

/** Finds what a file breaks; says it in a sentence without the file. */
type Rule = (file: File) => string[];

/**
 * Finds the circles of imports, types included: lists of files that all import each other, directly
 * or not, by other imports than the excepted one.
 *
 * This is Tarjan's algorithm: a file whose imports lead back to no file visited before it ends a
 * circle, which is all that was visited since.
 */
function circlesOf(
  files: readonly File[],
  excepted?: { readonly from: string; readonly to: string },
): string[][] {
  const imports = new Map(files.map(({ path, text }) => {
    const targets = importsOf(text).filter(isRelative).map((name) => resolve(path, name))
      .filter((target) => path !== excepted?.from || target !== excepted.to);
    return [path, targets] as const;
  }));
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const open: string[] = [];
  const visit = (path: string): number => {
    const own = order.size;
    order.set(path, own);
    open.push(path);
    let first = own;
    for (const target of imports.get(path)!) {
      if (!imports.has(target)) continue;
      if (!order.has(target)) first = Math.min(first, visit(target));
      else if (open.includes(target)) first = Math.min(first, order.get(target)!);
    }
    if (first === own) {
      const circle = open.splice(open.indexOf(path)).toSorted();
      if (circle.length > 1 || imports.get(path)!.includes(path)) circles.push(circle);
    }
    return first;
  };
  for (const path of imports.keys()) if (!order.has(path)) visit(path);
  return circles;
}

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
const ENTRIES = [
  "mod.ts",
  "cli.ts",
  "cluster.ts",
  "core.ts",
  "flow.ts",
  "io.ts",
  "lowlevel.ts",
  "resilience.ts",
  "seats.ts",
  "testing.ts",
  "web.ts",
  "workers.ts",
];

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

/** What each engine of a cluster is spoken to by; nothing else loads it. */
const CLIENTS: Record<string, RegExp> = {
  "src/cluster/redis/": /^npm:(bullmq|ioredis)@\d+\.\d+\.\d+$/,
  "src/cluster/nats/": /^npm:@nats-io\/(jetstream|transport-node)@\d+\.\d+\.\d+(\/lib\/\w+\.js)?$/,
};

/** Sources depend on nothing outside: no package, no address, no import map. Scripts to copy use names. */
const bare: Rule = ({ path, text }) => {
  if (!isSource(path) || path.startsWith("edge/scripts/")) return [];
  const clients = CLIENTS[floorOf(path) ?? ""];
  return importsOf(text)
    .filter((specifier) => !isRelative(specifier) && !clients?.test(specifier))
    .map((specifier) => `it imports from outside: ${specifier}`);
};

/** Returns whether a file of an engine loads no client. */
const isLight = (path: string) => /_(engine|address)\.ts$/.test(path);

/** What an engine is spoken to by is loaded when the engine is used: never by what names it. */
const lazy: Rule = ({ path, text }) => {
  if (!isSource(path) || floorOf(path)! in CLIENTS && !isLight(path)) return [];
  const statically = withoutComments(text).matchAll(/\bfrom\s*["']([^"'\n]+)["']/g);
  return [...statically].map(([, specifier]) => specifier).filter(isRelative)
    .map((specifier) => resolve(path, specifier))
    .filter((target) => floorOf(target)! in CLIENTS && !isLight(target))
    .map((target) => `it loads ${target} before it is needed`);
};

/** A file is read at one sitting. */
const lines: Rule = ({ path, text }) => {
  if (path === GENERATED || path.includes("/recorded/") || path in LONGER) return [];
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

/** A doc comment begins with a verb that says what is done, or with a noun. */
const words: Rule = ({ path, text }) =>
  isSource(path)
    ? [...text.matchAll(/\/\*\*\s*(?:\* )?((?:Is|Are|Tells|Says)\b.*)/g)]
      .map(([, line]) => `a doc comment begins with "${line}"`)
    : [];

/** What is for the library alone is not in a public type at all, so nothing has to mark it. */
const marks: Rule = ({ path, text }) =>
  isSource(path) && text.includes("@internal") ? ["it marks something as internal"] : [];

const RULES: Record<string, Rule> = {
  "imports go down only": floors,
  "only src/engine/core.ts imports the embedded core": embedded,
  "sources import nothing from outside": bare,
  "clients of engines are loaded when they are needed": lazy,
  [`no file is longer than ${MOST_LINES} lines`]: lines,
  "no file is named after nothing": names,
  "each source begins with a module comment": modules,
  "each exported function and class is documented": documented,
  "no operation makes a generator function per call": generators,
  "nothing is marked as internal": marks,
  "doc comments begin with a verb that says what is done, or with a noun": words,
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

Deno.test("structure: nothing imports in a circle, types included, but a loop and its futures", () => {
  const code = tree.filter(({ path }) => !path.startsWith("tests/"));
  assertEquals(circlesOf(code, MUTUAL).map((circle) => circle.join(", ")), []);
  const [circle] = circlesOf(code);
  assert([MUTUAL.from, MUTUAL.to].every((path) => circle?.includes(path)), "needs no exception");
});

Deno.test("structure: circles in a made-up tree are found, each once", () => {
  const make = (path: string, ...targets: string[]): File => ({
    path,
    text: targets.map((target) => `import type { A } from "${target}";`).join("\n"),
  });
  const files = [
    make("src/a.ts", "./b.ts", "./e.ts"),
    make("src/b.ts", "./c/c.ts", "./missing.ts"),
    make("src/c/c.ts", "../a.ts", "../d.ts"),
    make("src/d.ts", "./e.ts"),
    make("src/e.ts", "./d.ts", "./f.ts"),
    make("src/f.ts", "./f.ts"),
    make("src/g.ts", "./a.ts", "./f.ts"),
  ];
  const self = ["src/f.ts"], pair = ["src/d.ts", "src/e.ts"];
  const three = ["src/a.ts", "src/b.ts", "src/c/c.ts"];
  assertEquals(circlesOf(files), [self, pair, three]);
  assertEquals(circlesOf(files, { from: "src/e.ts", to: "src/d.ts" }), [self, three]);
  assertEquals(circlesOf(files, { from: "src/d.ts", to: "src/c/c.ts" }), [self, pair, three]);
});

Deno.test("structure: the tree that is checked is the tree", () => {
  const paths = tree.map((file) => file.path);
  for (const path of ["mod.ts", "src/engine/core.ts", GENERATED, "wasm/assembly/ready.ts"]) {
    assert(paths.includes(path), path);
  }
  assert(importsOf(readFile("src/engine/core_pool.ts").text).includes("./core_js.ts"));
});

/** Names of the library's insides, which users neither need nor can use. */
const INSIDES = /^(Inner\w+|Loop|Registry|Runnable|Stepping|Stepper|Execution|\w*Frame)$/;

/** Finds the insides that `deno doc` shows of an entry, wherever: as an export, a base, a type. */
async function shownInsides(entry: string): Promise<string[]> {
  const args = ["doc", "--json", new URL(entry, ROOT).pathname];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  const found = new Set<string>();
  const look = (value: unknown, key: string) => {
    if (typeof value === "string" && NAMING.includes(key) && INSIDES.test(value)) found.add(value);
    if (typeof value !== "object" || value === null) return;
    if ((value as { accessibility?: string }).accessibility === "private") return;
    for (const [key, part] of Object.entries(value)) look(part, key);
  };
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as { nodes: object };
  look(nodes, "");
  return [...found];
}
const NAMING = ["name", "typeName", "extends", "repr"];

for (const entry of ENTRIES) {
  Deno.test(`structure: ${entry} shows nothing of the library's insides`, async () => {
    assertEquals(await shownInsides(entry), []);
  });
}

/** Lists the entries that run on any host. */
const PORTABLE = [
  "mod.ts",
  "core.ts",
  "flow.ts",
  "lowlevel.ts",
  "resilience.ts",
  "testing.ts",
  "web.ts",
];

/** Finds the types of Deno's that a source names. */
function typesOfDeno(text: string): string[] {
  return withoutComments(text).match(/(?<![.\w])Deno\.[A-Z]\w+/g) ?? [];
}

Deno.test("structure: what the portable entries need names no type of Deno's", () => {
  const files = new Map(tree.map((file) => [file.path, file.text]));
  const seen = new Set<string>();
  for (const waiting = [...PORTABLE]; waiting.length > 0;) {
    const path = waiting.pop()!;
    if (seen.has(path)) continue;
    seen.add(path);
    waiting.push(...importsOf(files.get(path)!).map((specifier) => resolve(path, specifier)));
  }
  assert(seen.has("src/http/client/host_pool.ts") && seen.has("src/http/server/exchange.ts"));
  const found = [...seen].flatMap((path) =>
    typesOfDeno(files.get(path)!).map((use) => `${path}: ${use}`)
  );
  assertEquals(found, []);
  assertEquals(typesOfDeno("/** Deno.A */ host.Deno.B; const c: Deno.Addr = 1;"), ["Deno.Addr"]);
});

/** Asserts which rules a made-up file breaks. */
function assertBreaks(path: string, text: string, expected: Rule[]): void {
  const module = isSource(path) ? `/**\n * A made-up file.\n *\n * @module\n */\n` : "";
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
  assertBreaks("src/net/a.ts", `import "../http/server/b.ts";`, [floors]);
  assertBreaks("src/net/a.ts", `import "../process/b.ts";`, [floors]);
  assertBreaks("src/streams/a.ts", `import "../workers/b.ts";`, [floors]);
  assertBreaks("src/sync/a.ts", `import "../futures/future.ts";`, [floors]);
  assertBreaks("src/workers/a.ts", `import "../engine/loop.ts";`, [floors]);
  assertBreaks("src/lowlevel.ts", `export * from "./sync/lock.ts";`, [floors]);
  assertBreaks("src/other/a.ts", "", [floors]);
  assertBreaks("wasm/assembly/a.ts", `import { b } from "../../src/engine/core";`, [floors]);
  assertBreaks("src/engine/a.ts", `import { CORE_WASM } from "./core.generated.ts";`, [embedded]);
  assertBreaks("mod.ts", `import { equals } from "@std/assert/equals.js";`, [bare]);
  assertBreaks("src/net/a.ts", `import fs from "node:fs";`, [bare]);
  assertBreaks("src/net/a.ts", `import "https://example.org/a.ts";`, [bare]);
  assertBreaks("src/cluster/a.ts", `import { Queue } from "npm:bullmq@6.7.0";`, [bare]);
  assertBreaks("src/cluster/nats/a.ts", `import { Queue } from "npm:bullmq@6.7.0";`, [bare]);
  assertBreaks("src/cluster/redis/a.ts", `import { Queue } from "npm:bullmq";`, [bare]);
  assertBreaks("cluster.ts", `export { a } from "./src/cluster/redis/redis_caller.ts";`, [lazy]);
  assertBreaks("src/cluster/redis/a_engine.ts", `import { b } from "./b.ts";`, [lazy]);
  assertBreaks("tests/a_test.ts", "\n".repeat(MOST_LINES) + "end", [lines]);
  assertBreaks("src/net/helpers.ts", "", [names]);
  assertBreaks("tests/engine/core_util.ts", "", [names]);
  assertBreaks("bench/types.ts", "", [names]);
  assertBreaks("src/net/a.ts", "export function a() {}", [documented]);
  assertBreaks("src/net/a.ts", "export abstract class A {}", [documented]);
  assertBreaks(
    "src/net/a.ts",
    "/** A number. */\nconst a = 1;\nexport async function* b() {}",
    [
      documented,
    ],
  );
  assertBreaks("src/sync/a.ts", "/** Is a number. */\nconst a = 1;", [words]);
  assertBreaks("mod.ts", "/**\n * Tells whether.\n */\nconst a = 1;", [words]);
  assertBreaks("src/sync/a.ts", "/** @internal A number. */\nconst a = 1;", [marks]);
  assertBreaks("src/sync/a.ts", `new Operation("a", function* () { yield; });`, [generators]);
  assertEquals(modules({ path: "src/net/a.ts", text: "export const a = 1;\n" }).length, 1);
});

Deno.test("structure: what is allowed is not found", () => {
  const text = "/** Does a thing. */\nexport function a(b: string): void;\n" +
    "export function a(b: number): void;\nexport function a(): void {}\n";
  assertBreaks("src/futures/a.ts", text, []);
  assertBreaks("src/futures/a.ts", `import "../errors.ts";\nimport "../engine/loop.ts";`, []);
  assertBreaks("src/net/a.ts", `import "../lowlevel.ts";\nimport "../sync/lock.ts";`, []);
  assertBreaks("src/sync/a.ts", `import "../errors.ts";\nimport "./wait_queue.ts";`, []);
  assertBreaks("src/cluster/redis/a.ts", `import { Queue } from "npm:bullmq@6.7.0";`, []);
  assertBreaks("src/cluster/redis/a_engine.ts", `await import("./b.ts");`, []);
  assertBreaks("src/testing/a.ts", `import "../engine/loop.ts";\nimport "../net/b.ts";`, []);
  assertBreaks("src/engine/a.ts", `// import "../net/b.ts";\n/* from "x" */`, []);
  assertBreaks("src/engine/a.ts", `const a = "/*"; const b = "*/ from";`, []);
  assertBreaks("edge/scripts/a.ts", `import "@weft/weft/web.ts";`, []);
  assertBreaks("tests/a_test.ts", "\n".repeat(MOST_LINES - 1) + "end\n", []);
  assertBreaks("tests/recorded/a.ts", "\n".repeat(MOST_LINES) + "end", []);
  assertBreaks("src/engine/prototypes.ts", "", []);
  assertBreaks("src/sync/a.ts", `new Operation("a", () => a());\nfunction* a() {}`, []);
});
