/**
 * Derives `interpreter_async.ts` from `interpreter.ts`: the same interpreter with native async functions.
 *
 * `deno run -A derive.ts` writes it, `fuzz_test.ts` checks that it is up to date.
 */

/** What becomes of the generator front end's text, in this order. */
const RULES: [RegExp, string][] = [
  [
    /^\/\*\*[^]*?\*\/\n/,
    "/** Runs random programs on Weft with native async functions; derived from `interpreter.ts` by `derive.ts`. */\n",
  ],
  [/^ {2}(type Coroutine|each),\n/gm, ""],
  [/yield\* each\(items, body\);/g, "for await (const item of items) await body(item);"],
  [/yield\* /g, "await "],
  [/\*(#\w+\()/g, "async $1"],
  [/Coroutine</g, "Promise<"],
];

/** Translates the generator front end's interpreter. */
export function derive(source: string): string {
  return RULES.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), source);
}

if (import.meta.main) {
  const source = await Deno.readTextFile(new URL("./interpreter.ts", import.meta.url));
  await Deno.writeTextFile(new URL("./interpreter_async.ts", import.meta.url), derive(source));
}
