/**
 * Builds the package for npm: plain modules and their types, for Node, Bun and bundlers.
 *
 *     deno task build:npm                 writes it into .npm/
 *     deno task build:npm -- --out=DIR    writes it into another folder, beside what is there
 *
 * @module
 */

import * as esbuild from "esbuild";
import ts from "typescript";
import config from "../deno.json" with { type: "json" };

const ROOT = new URL("../", import.meta.url);

/** The syntax of the oldest hosts that the package is for. */
const TARGET = "es2022";
/** The oldest Node that has all that the library looks for at run time. */
const OLDEST_NODE = "20.16.0";

/** The entries that run on any host, and the rules for ESLint; the others are Deno's. */
export const ENTRIES = [
  ".",
  "./core.ts",
  "./flow.ts",
  "./lowlevel.ts",
  "./resilience.ts",
  "./testing.ts",
  "./web.ts",
  "./edge/workerd.ts",
  "./lint/eslint.ts",
] as const;
/** Files that are copied as they are. */
const COPIED = ["LICENSE", "CHANGELOG.md", "edge/core.wasm"];

/** A pattern of the sources that a source imports; those of types only, too. */
const IMPORTED = /(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"\n]+\.ts)"/g;

/** Reads the modules that the entries need, themselves included: their texts by path. */
async function readModules(): Promise<Map<string, string>> {
  const modules = new Map<string, string>();
  const waiting = ENTRIES.map((name) => config.exports[name].slice("./".length));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (modules.has(path)) continue;
    const url = new URL(path, ROOT);
    const text = await Deno.readTextFile(url);
    modules.set(path, text);
    for (const [, specifier] of text.replace(/^ *\*.*$/gm, "").matchAll(IMPORTED)) {
      waiting.push(new URL(specifier, url).pathname.slice(ROOT.pathname.length));
    }
  }
  return modules;
}

/** Turns imports of sources into imports of what they become. */
function renameImports(text: string): string {
  return text.replace(/((?:from|import)\s*\(?\s*"\.{1,2}\/[^"\n]+)\.ts"/g, '$1.js"');
}

/** Turns a source into plain JavaScript. */
async function writeScript(source: string): Promise<string> {
  const { code } = await esbuild.transform(source, {
    loader: "ts",
    format: "esm",
    target: TARGET,
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: true, verbatimModuleSyntax: true } },
  });
  return renameImports(code);
}

/** Takes the types out of the sources: texts by path. */
function readTypes(paths: readonly string[]): Map<string, string> {
  const program = ts.createProgram({
    rootNames: paths.map((path) => ROOT.pathname + path),
    options: {
      allowImportingTsExtensions: true,
      declaration: true,
      emitDeclarationOnly: true,
      noCheck: true, // Deno checks them.
      isolatedDeclarations: true,
      rootDir: ROOT.pathname,
      outDir: ROOT.pathname,
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
      types: [],
    },
  });
  const types = new Map<string, string>();
  const { diagnostics } = program.emit(
    undefined,
    (file, text) => {
      types.set(file.slice(ROOT.pathname.length), renameImports(text));
    },
    undefined,
    true,
  );
  if (diagnostics.length > 0) {
    const said = diagnostics.map(({ messageText }) => JSON.stringify(messageText)).join("\n");
    throw new Error(`Cannot take the types out of the sources: ${said}`);
  }
  return types;
}

/** Writes the description of the package. */
function writeManifest(): string {
  const exports = ENTRIES.map((name) => {
    const base = config.exports[name].replace(/\.ts$/, "");
    return [name, { types: `${base}.d.ts`, default: `${base}.js` }];
  });
  const manifest = {
    name: config.name,
    version: config.version,
    description: "asyncio for TypeScript, on a scheduler core in WebAssembly",
    keywords: ["asyncio", "async", "cancellation", "structured concurrency", "scheduler", "wasm"],
    license: config.license,
    type: "module",
    exports: Object.fromEntries(exports),
    sideEffects: ["./edge/workerd.js"],
    engines: { node: `>=${OLDEST_NODE}` },
  };
  return JSON.stringify(manifest, null, 2) + "\n";
}

/** Builds the package into a folder; returns how many modules it has. */
export async function buildPackage(folder: string): Promise<number> {
  const write = async (path: string, text: string) => {
    const file = `${folder}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
  };
  try {
    const modules = await readModules();
    for (const [path, source] of modules) {
      await write(path.replace(/\.ts$/, ".js"), await writeScript(source));
    }
    for (const [path, text] of readTypes([...modules.keys()])) await write(path, text);
    await write("package.json", writeManifest());
    await Deno.copyFile(new URL("npm/README.md", ROOT), `${folder}/README.md`);
    for (const path of COPIED) await Deno.copyFile(new URL(path, ROOT), `${folder}/${path}`);
    return modules.size;
  } finally {
    await esbuild.stop();
  }
}

if (import.meta.main) {
  const [given] = Deno.args.flatMap((word) => /^--out=(.+)$/.exec(word)?.[1] ?? []);
  const folder = given ?? new URL(".npm", ROOT).pathname;
  if (given === undefined) await Deno.remove(folder, { recursive: true }).catch(() => {});
  const count = await buildPackage(folder);
  console.log(
    `wrote ${count} modules of ${config.name} ${config.version} into ${given ?? ".npm"}/`,
  );
}
