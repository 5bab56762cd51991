/**
 * Measures how much of a program Weft is, bundled and minified; fails when it is too much.
 *
 *     deno task size            the sizes, and the largest modules in them
 *     deno task size -- --all   the sizes, and every module in them
 *
 * @module
 */

import * as esbuild from "esbuild";

const ROOT = new URL("../", import.meta.url);

/** A program to measure, and the most that it may weigh. */
export interface Measured {
  readonly name: string;
  readonly program: string;
  /** The most kilobytes once it is minified. */
  readonly minified: number;
  /** The most kilobytes once it is gzipped, too. */
  readonly gzipped: number;
  /** Folders that it must do without. */
  readonly without: readonly string[];
}

/** The smallest program there is, and the largest: any other one lies in between. */
export const MEASURED: readonly Measured[] = [
  {
    name: "run and sleep",
    program: `export { run, sleep } from "./mod.ts";`,
    minified: 78.5,
    gzipped: 28.25,
    without: ["src/sync/"],
  },
  {
    name: "all of mod.ts",
    program: `export * from "./mod.ts";`,
    minified: 130,
    gzipped: 43.5,
    without: [],
  },
];

/** The number of modules to print. */
const SHOWN = 12;

/** What a program weighs. */
export interface Bundle {
  readonly minified: number;
  readonly gzipped: number;
  /** The bytes that each source has in it, the largest first. */
  readonly sources: readonly (readonly [path: string, bytes: number])[];
}

/** Bundles a program that stands in the root. */
export async function bundleProgram(program: string): Promise<Bundle> {
  const { outputFiles: [file], metafile } = await esbuild.build({
    stdin: { contents: program, resolveDir: ROOT.pathname, loader: "ts" },
    absWorkingDir: ROOT.pathname,
    bundle: true,
    minify: true,
    format: "esm",
    target: "esnext",
    write: false,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  const sources = Object.entries(output.inputs)
    .map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const)
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a);
  const gzip = new Blob([file.text]).stream().pipeThrough(new CompressionStream("gzip"));
  const gzipped = (await new Response(gzip).arrayBuffer()).byteLength;
  return { minified: file.contents.length, gzipped, sources };
}

const inKilobytes = (bytes: number) => (bytes / 1024).toFixed(1);

/** Prints a bundle beside its limits, and the sources that are most of it. */
function print(measured: Measured, { minified, gzipped, sources }: Bundle, shown: number): void {
  const all = `${inKilobytes(minified)} KB minified (at most ${measured.minified})`;
  const small = `${inKilobytes(gzipped)} KB gzipped (at most ${measured.gzipped})`;
  console.log(`${measured.name}: ${all}, ${small}`);
  const row = (bytes: number, name: string) =>
    console.log(`  ${inKilobytes(bytes).padStart(5)} KB  ${name}`);
  for (const [path, bytes] of sources.slice(0, shown)) row(bytes, path);
  const rest = sources.slice(shown);
  if (rest.length === 0) return;
  row(rest.reduce((sum, [, bytes]) => sum + bytes, 0), `${rest.length} smaller modules`);
}

/** Lists what is too large, or not left out. */
export function problemsOf(measured: Measured, bundle: Bundle): string[] {
  const problems: string[] = [];
  for (const kind of ["minified", "gzipped"] as const) {
    if (bundle[kind] <= measured[kind] * 1024) continue;
    const size = `${inKilobytes(bundle[kind])} KB ${kind}`;
    problems.push(`${measured.name}: ${size}, the most is ${measured[kind]} KB`);
  }
  for (const [path] of bundle.sources) {
    if (!measured.without.some((folder) => path.startsWith(folder))) continue;
    problems.push(`${measured.name}: ${path} is in it, and is not needed`);
  }
  return problems;
}

if (import.meta.main) {
  const shown = Deno.args.includes("--all") ? Infinity : SHOWN;
  const problems: string[] = [];
  for (const measured of MEASURED) {
    const bundle = await bundleProgram(measured.program);
    print(measured, bundle, shown);
    problems.push(...problemsOf(measured, bundle));
  }
  await esbuild.stop();
  for (const problem of problems) console.error(`Too large: ${problem}`);
  if (problems.length > 0) Deno.exit(1);
}
