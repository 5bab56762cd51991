/**
 * Turns a module of generator coroutines into one of native async functions, token by token.
 *
 * The programs keep to what these can turn into each other: a task takes a function, never a
 * coroutine object, and no coroutine returns a future, since both mean something else to a native
 * async function. A module whose first comment says "Generator front end only" is left out.
 *
 * @module
 */

/** Marks a module that has no counterpart in native async functions. */
const GENERATOR_ONLY = "Generator front end only";

/** The replacements, applied in order to the whole text; types are stripped, so they may stay. */
const TOKENS: readonly [RegExp, string][] = [
  [/\byield\* each\(items, body\);/g, "for await (const item of items) await body(item);"],
  [/\bfunction\*/g, "async function"],
  [/^( +)\*(#?\w+\()/gm, "$1async $2"],
  [/\byield\*/g, "await"],
];

/** Translates a module, with its imports made absolute; `undefined` if it has no counterpart. */
export function translate(source: string, module: URL): string | undefined {
  if (source.slice(0, source.indexOf("*/")).includes(GENERATOR_ONLY)) return undefined;
  const translated = TOKENS.reduce((text, [token, other]) => text.replace(token, other), source);
  return translated.replace(
    /( from )"(\.[^"]+)"/g,
    (_, from, specifier) => `${from}"${new URL(specifier, module)}"`,
  );
}

/** Imports the translation of a module; `undefined` if it has none. */
export async function importTranslated<M>(module: URL): Promise<M | undefined> {
  const text = translate(await Deno.readTextFile(module), module);
  if (text === undefined) return undefined;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, text);
    return await import(`file://${file}`) as M;
  } finally {
    await Deno.remove(file);
  }
}
