/**
 * Bundles the portable tests for hosts that are not Deno: a module that runs them all.
 *
 * @module
 */

import * as esbuild from "esbuild";
import { translate } from "../conformance/translate.ts";
import { type Ability, portableFiles, ROOT, skipsOf } from "./suite.ts";

/** The oldest syntax that the bundles are written in. */
const TARGET = "es2022";
/** Are sources that tests run in processes of their own. */
const MODULES = ["src/engine/core_pool.ts", "src/engine/core.generated.ts"];
/** The folders of programs that tests run in processes of their own. */
const FIXTURES = ["tests/futures/fixtures/", "tests/sync/fixtures/"];

/** The name of the module that runs them all. */
const SUITE = "suite";

const file = (path: string) => new URL(path, ROOT).pathname;
const quote = (value: unknown) => JSON.stringify(value);

/** Lists the files of a folder with an ending. */
function list(folder: string, ending: string): string[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT)), ({ name }) => folder + name)
    .filter((path) => path.endsWith(ending));
}

/** Writes the module that runs one test file. */
function writeEntry(path: string, abilities: readonly Ability[]): string {
  const skips = skipsOf(path, abilities)
    .map(({ name, why }) => `{ name: ${name}, why: ${quote(why)} }`);
  return `
    import { runRegistered } from ${quote(file("tests/portable/registry.ts"))};
    import ${quote(file(path))};
    export const run = (tell) => runRegistered([${skips.join(", ")}], tell);
  `;
}

/** Writes the module that runs all test files, unless it is told to wait until it is asked. */
function writeSuite(): string {
  const loads = portableFiles().map((path) => `${quote(path)}: () => import("entry:${path}"),`);
  return `
    import { runFiles } from ${quote(file("tests/portable/registry.ts"))};
    const tell = globalThis.tellOutcome ?? console.log.bind(console);
    export const run = () => runFiles({ ${loads.join("\n")} }, tell);
    if (!globalThis.areTestsHeld) await run();
  `;
}

/** Writes the module that holds what is read and imported while running. */
function writeTree(): string {
  const data = [
    ...list("tests/conformance/recorded/", ".json"),
    "tests/conformance/fuzz/recorded.json",
  ];
  const sources = list("tests/conformance/programs/", ".ts");
  const translated = [...sources, "tests/conformance/fuzz/interpreter.ts"].filter((path) =>
    translateFile(path) !== undefined
  );
  const entry = (key: string, target: string) => `${quote(key)}: () => import(${quote(target)}),`;
  return `
    export const files = {
      ${data.map((path) => entry(path, `text:${path}`)).join("\n")}
      ${sources.map((path) => entry(path, `text:${path}`)).join("\n")}
    };
    export const modules = {
      ${sources.map((path) => entry(path, file(path))).join("\n")}
      ${translated.map((path) => entry(`translated:${path}`, `translated:${path}`)).join("\n")}
    };
    export const importTranslated = async (module) =>
      modules["translated:" + module.pathname.slice(1)]?.();
  `;
}

/** Translates a module of generator coroutines. */
function translateFile(path: string): string | undefined {
  const url = new URL(path, ROOT);
  return translate(Deno.readTextFileSync(url), url);
}

/** Replaces in a test what depends on where it stands. */
function adapt(path: string, text: string): string {
  return text
    .replaceAll("import.meta.main", "false")
    .replaceAll("import.meta.url", quote(`file:///${path}`))
    .replaceAll(/\bimport\((?=[a-z])/g, "importModule(")
    .replaceAll("Promise.withResolvers", "withResolvers");
}

/** Makes the plugin that gives the tests a tree and the host's stand-ins. */
function treePlugin(abilities: readonly Ability[]): esbuild.Plugin {
  return {
    name: "tree",
    setup(build) {
      const own = /^(entry|text|translated):(.*)$/;
      build.onResolve({ filter: own }, ({ path }) => {
        const [, namespace, rest] = own.exec(path)!;
        return { namespace, path: rest };
      });
      build.onResolve({ filter: /^file:/ }, ({ path }) => ({ path: new URL(path).pathname }));
      build.onResolve({ filter: /^@std\// }, async ({ path }) => {
        await import(path); // An address is known of what is loaded only.
        return { path: new URL(import.meta.resolve(path)).pathname };
      });
      const at = { resolveDir: ROOT.pathname };
      build.onLoad({ filter: /./, namespace: "entry" }, ({ path }) => ({
        ...at,
        contents: path === SUITE ? writeSuite() : writeEntry(path, abilities),
      }));
      build.onLoad({ filter: /./, namespace: "text" }, ({ path }) => ({
        contents: Deno.readTextFileSync(new URL(path, ROOT)),
        loader: "text",
      }));
      build.onLoad({ filter: /./, namespace: "translated" }, ({ path }) => ({
        ...at,
        contents: translateFile(path)!,
        loader: "ts",
      }));
      build.onLoad({ filter: /\/assert\/equal\.js$/ }, ({ path }) => ({
        contents: Deno.readTextFileSync(path) // Node 20 has no algebra of sets.
          .replace("a.symmetricDifference(b).size === 0", "[...a].every((key) => b.has(key))"),
      }));
      build.onLoad({ filter: /\/tests\/.*\.ts$/ }, ({ path }) => {
        const name = path.slice(ROOT.pathname.length);
        if (name === "tests/portable/tree.ts") return { ...at, contents: writeTree() };
        if (name.startsWith("tests/portable/")) return undefined;
        if (name === "tests/web/counterpart.ts") {
          const stand = file("tests/portable/counterpart.ts");
          return { ...at, contents: `export { counterpart } from ${quote(stand)};` };
        }
        if (name === "tests/conformance/translate.ts") {
          const tree = file("tests/portable/tree.ts");
          return { ...at, contents: `export { importTranslated } from ${quote(tree)};` };
        }
        return { contents: adapt(name, Deno.readTextFileSync(path)), loader: "ts" };
      });
    },
  };
}

/**
 * Bundles the portable tests into a folder: `suite.mjs`, and a module per file at its path, so that
 * stacks tell tests from the library, which is in `chunks/`.
 */
export async function bundleSuite(folder: string, abilities: readonly Ability[]): Promise<void> {
  const fixtures = FIXTURES.flatMap((folder) => list(folder, ".ts"))
    .filter((path) => !path.endsWith("/promises_aplus.ts"));
  const entries = [SUITE, ...portableFiles()].map((path) => ({ in: `entry:${path}`, out: path }));
  const others = [...MODULES, ...fixtures].map((path) => ({ in: file(path), out: path }));
  try {
    await esbuild.build({
      entryPoints: [...entries, ...others],
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      chunkNames: "chunks/[name]-[hash]",
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "neutral",
      target: TARGET,
      inject: [file("tests/portable/host.ts")],
      plugins: [treePlugin(abilities)],
      logLevel: "error",
    });
  } finally {
    await esbuild.stop();
  }
}
