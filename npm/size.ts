/**
 * Measures how much of a program Weft is, bundled and minified; fails when it is too much.
 *
 *     deno task size            the sizes, and the files that make them
 *
 * @module
 */

import * as esbuild from "esbuild";

const ROOT = new URL("../", import.meta.url);

/**
 * Bound the bundle of all that `mod.ts` exports, in bytes: what it is today and a little, so that
 * nothing grows by accident. A program has less of it: what it does not import is left out.
 */
const MOST_MINIFIED = 94 * 1024;
const MOST_GZIPPED = 32 * 1024;
/** Counts the files to name. */
const SHOWN = 12;

/** Is a bundle. */
export interface Bundle {
  readonly minified: number;
  readonly gzipped: number;
  /** Holds the bytes that each source has in it, the largest first. */
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

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;

/** Prints a bundle, and the sources that are most of it. */
function print(name: string, { minified, gzipped, sources }: Bundle): void {
  console.log(`${name}: ${kilobytes(minified)} minified, ${kilobytes(gzipped)} gzipped`);
  for (const [path, bytes] of sources.slice(0, SHOWN)) {
    console.log(`  ${kilobytes(bytes).padStart(8)}  ${path}`);
  }
  const rest = sources.slice(SHOWN).reduce((sum, [, bytes]) => sum + bytes, 0);
  console.log(`  ${kilobytes(rest).padStart(8)}  ${Math.max(0, sources.length - SHOWN)} more`);
}

/** Tells what is too large, or not left out. */
function problemsOf(all: Bundle, part: Bundle): string[] {
  const problems: string[] = [];
  if (all.minified > MOST_MINIFIED) problems.push(`minified above ${kilobytes(MOST_MINIFIED)}`);
  if (all.gzipped > MOST_GZIPPED) problems.push(`gzipped above ${kilobytes(MOST_GZIPPED)}`);
  for (const [path] of part.sources) {
    if (path.startsWith("src/sync/")) problems.push(`run and sleep do not need ${path}`);
  }
  return problems;
}

if (import.meta.main) {
  const all = await bundleProgram(`export * from "./mod.ts";`);
  const part = await bundleProgram(`export { run, sleep } from "./mod.ts";`);
  await esbuild.stop();
  print("all of mod.ts", all);
  print("run and sleep", part);
  const problems = problemsOf(all, part);
  for (const problem of problems) console.error(`TOO LARGE: ${problem}`);
  if (problems.length > 0) Deno.exit(1);
}
