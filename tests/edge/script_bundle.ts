/**
 * Bundles scripts that name the package, as programs of its users do.
 *
 * @module
 */

import * as esbuild from "esbuild";
import config from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url);

/** Finds the entries of the package by their names. */
const byName: esbuild.Plugin = {
  name: "by name",
  setup(build) {
    build.onResolve({ filter: /^@weft\/weft/ }, ({ path }) => {
      const entry = path.replace(/^@weft\/weft/, ".") as keyof typeof config.exports;
      return { path: new URL(config.exports[entry], ROOT).pathname };
    });
  },
};

/** Bundles a script of the tree into a file; its core, if it has one, stays a module of its own. */
export async function bundleScript(
  script: string,
  outfile: string,
  options: { readonly minify?: boolean } = {},
): Promise<void> {
  try {
    await esbuild.build({
      entryPoints: [new URL(script, ROOT).pathname],
      outfile,
      bundle: true,
      format: "esm",
      target: "es2022",
      external: ["*.wasm"],
      plugins: [byName],
      logLevel: "error",
      ...options,
    });
  } finally {
    await esbuild.stop();
  }
}
