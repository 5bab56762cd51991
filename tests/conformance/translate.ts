/**
 * Derives the async front end of the programs from the generator one, token by token.
 *
 * `deno run -A translate.ts` writes `programs_async/<topic>.ts`, with `--check` it compares and fails at a difference.
 * The programs keep to what the tokens below can turn into each other:
 *
 * | generator front end                | async front end                 |
 * |------------------------------------|---------------------------------|
 * | `function* name(…): Coroutine<T>`  | `async function name(…): Promise<T>` |
 * | `yield* x`                         | `await x`                       |
 * | a type `() => Coroutine<T>`        | `() => Promise<T>`              |
 * | `import type { Coroutine } …`      | nothing                         |
 * | `// deno-lint-ignore-file …`       | nothing: all rules are off      |
 *
 * A task takes a function, never a coroutine object, and no coroutine returns a future: both mean something else to a
 * native async function. A file whose first comment says "Generator front end only" is left out.
 */

/** What marks a file that has no async counterpart. */
const GENERATOR_ONLY = "Generator front end only";

/** The replacements, applied in order to the whole text. */
const TOKENS: [RegExp, string][] = [
  [/^import type \{ Coroutine \} from .*\n/m, ""],
  [/\bfunction\*/g, "async function"],
  [/\byield\*/g, "await"],
  [/\bCoroutine</g, "Promise<"],
  [/^\/\/ deno-lint-ignore-file .*\n/m, ""],
];

/** Translates the text of one file. */
export function translate(source: string, name: string): string {
  const text = TOKENS.reduce(
    (text, [token, other]) => text.replace(token, other),
    source,
  );
  return `// Generated from programs/${name} by translate.ts.\n// deno-lint-ignore-file\n${text}`;
}

/** Formats a text the way the repository does. */
async function format(text: string): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "ts", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("Cannot format a translated program");
  return new TextDecoder().decode(stdout);
}

/** Translates every file that has an async counterpart, by file name. */
async function translateAll(folder: URL): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".ts")) continue;
    const source = await Deno.readTextFile(new URL(name, folder));
    const comment = source.slice(0, source.indexOf("*/"));
    if (comment.includes(GENERATOR_ONLY)) continue;
    texts.set(name, await format(translate(source, name)));
  }
  return texts;
}

/** Lists the files of the folder that differ from the texts, surplus ones included. */
async function staleFiles(
  folder: URL,
  texts: Map<string, string>,
): Promise<string[]> {
  const names = new Set(texts.keys());
  for (const { name } of Deno.readDirSync(folder)) names.add(name);
  const stale: string[] = [];
  for (const name of names) {
    const text = await Deno.readTextFile(new URL(name, folder)).catch(() => undefined);
    if (text !== texts.get(name)) stale.push(name);
  }
  return stale;
}

if (import.meta.main) {
  const texts = await translateAll(new URL("./programs/", import.meta.url));
  const folder = new URL("./programs_async/", import.meta.url);
  const stale = await staleFiles(folder, texts);
  if (Deno.args.includes("--check")) {
    for (const name of stale) console.error(`Translation is stale: ${name}`);
    if (stale.length > 0) Deno.exit(1);
  } else {
    for (const name of stale) {
      const text = texts.get(name);
      const file = new URL(name, folder);
      if (text === undefined) await Deno.remove(file);
      else await Deno.writeTextFile(file, text);
    }
  }
}
