import { assert, assertEquals } from "../assert.ts";
import { fencesOf, readDocuments, ROOT } from "./documents.ts";

/** Reads the names of the tasks. */
function readTasks(): Map<string, string> {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  return new Map(
    Object.entries(tasks as Record<string, { command: string }>)
      .map(([name, { command }]) => [name, command]),
  );
}

/** Lists the commands of a document: those in blocks, and those in the middle of a line. */
function commandsOf(text: string): string[] {
  const blocks = fencesOf(text).filter(({ language }) => /^(sh|bash|console)$/.test(language));
  const inBlocks = blocks.flatMap(({ code }) => code.split("\n"));
  const inLines = [...text.matchAll(/`((?:npx -y deno\S* |deno )[^`\n]*)`/g)].map(([, code]) =>
    code
  );
  return [...inBlocks, ...inLines].map((line) => line.replace(/#.*/, "").trim()).filter(Boolean);
}

/** Lists what a command names that does not exist: tasks, and files of the tree. */
function findUnknown(command: string, tasks: ReadonlyMap<string, string>): string[] {
  const unknown: string[] = [];
  const [, name] = command.match(/\bdeno(?:@\S+)? task ([\w:]+)/) ?? [];
  if (name !== undefined && !tasks.has(name)) unknown.push(`the task ${name}`);
  if (!/\bdeno(?:@\S+)? (?:run|test|check) /.test(command)) return unknown;
  for (const word of command.split(/\s+/)) {
    const isPath = /^[\w.]+\/[\w./-]*$|^[\w]+\.(?:ts|md)$/.test(word);
    if (isPath && !isThere(word)) unknown.push(`the file ${word}`);
  }
  return unknown;
}

/** Returns whether a path from the root exists. */
function isThere(path: string): boolean {
  try {
    return Deno.statSync(new URL(path, ROOT)) !== undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("docs: every command names tasks and files that exist", () => {
  const tasks = readTasks();
  const commands = readDocuments().flatMap(({ path, text }) =>
    commandsOf(text).map((command) => ({ path, command }))
  );
  assert(commands.length > 10, `commands are found: ${commands.length}`);
  const unknown = commands.flatMap(({ path, command }) =>
    findUnknown(command, tasks).map((what) => `${path}: ${what}: ${command}`)
  );
  assertEquals(unknown, []);
});

Deno.test("docs: a made-up command that names nothing is found", () => {
  const text =
    "```sh\nnpx -y deno@2.9.6 task none # a remark\n```\nSo `deno run src/none.ts` and\n" +
    "`deno test -A tests/docs/` and `deno task test`.";
  const unknown = commandsOf(text).flatMap((command) => findUnknown(command, readTasks()));
  assertEquals(unknown, ["the task none", "the file src/none.ts"]);
});

/** Returns whether a command is given a file: by its name, or by a pattern of names. */
function isGiven(command: string, path: string): boolean {
  return command.split(/\s+/).some((word) => {
    const pattern = word.replaceAll(".", "\\.").replaceAll("*", "[^/]*");
    return new RegExp(`^${pattern}$`).test(path);
  });
}

Deno.test("docs: every example in TypeScript is checked and run by a task", () => {
  const tasks = readTasks();
  const documents = readDocuments().filter(({ text }) =>
    fencesOf(text).some(({ language }) => language === "ts")
  );
  assert(documents.some(({ path }) => path === "docs/tutorial.md"), "the tutorial is found");
  const forgotten = documents.flatMap(({ path }) =>
    ["check", "test:doc"].filter((name) => !isGiven(tasks.get(name)!, path))
      .map((name) => `${path}: ${name}`)
  );
  assertEquals(forgotten, []);
});

Deno.test("docs: every example of the guides can fail", () => {
  for (const name of ["tutorial", "cancellation", "recipes", "design", "contributing", "workers"]) {
    const text = Deno.readTextFileSync(new URL(`docs/${name}.md`, ROOT));
    for (const { language, code } of fencesOf(text)) {
      if (language !== "ts") continue;
      assert(
        /console\.assert\(|\braises\(/.test(code),
        `docs/${name}.md asserts nothing:\n${code}`,
      );
    }
  }
});
