/**
 * Runs an example by its name, or lists them.
 *
 *     deno task example                        what there is
 *     deno task example lock_among_five        as generator coroutines
 *     deno task example lock_among_five native then as native async functions too
 *
 * @module
 */

import { type Example, runExample } from "./run_example.ts";

const README = new URL("README.md", import.meta.url);

/** Lists the programs that can be run by name, with what they show: those of the README's lists. */
export async function listExamples(): Promise<Map<string, string>> {
  const text = (await Deno.readTextFile(README)).replaceAll(/\n {2}(?=\S)/g, " ");
  const lines = text.matchAll(/^- \[(\w+)\.ts\]\(\1\.ts\): (.+)$/gm);
  const programs = new Map<string, string>();
  for (const [, name, what] of lines) {
    const source = await Deno.readTextFile(new URL(`${name}.ts`, import.meta.url));
    if (source.includes("\nif (import.meta.main) await runExample(")) programs.set(name, what);
  }
  return programs;
}

if (import.meta.main) {
  const [name, ...args] = Deno.args;
  const programs = await listExamples();
  if (programs.has(name)) {
    const address = import.meta.resolve(`./${name}.ts`); // Written in place, all that it may be would be loaded.
    await runExample(await import(address) as Example, args);
  } else {
    const width = Math.max(...[...programs.keys()].map((one) => one.length));
    for (const [one, what] of programs) console.log(`${one.padEnd(width)}  ${what}`);
    if (name !== undefined) {
      console.error(`\nThere is no such example: ${name}`);
      Deno.exit(1);
    }
  }
}
