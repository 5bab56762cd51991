/**
 * The page that puts asyncio's names beside Weft's.
 *
 * @module
 */

import { format } from "../format.ts";
import type { Entry, Section } from "./entry.ts";
import { type EntryName, type Export, isExported, isInherited, listExports } from "./exports.ts";
import { type Inventory, readInventory } from "./inventory.ts";
import { LOOP } from "./loop.ts";
import { SYNC } from "./sync.ts";
import { TASKS } from "./tasks.ts";
import { WORLD } from "./world.ts";

/** What is known of asyncio's names, in the order of the page. */
export const SECTIONS: readonly Section[] = [...TASKS, ...SYNC, ...LOOP, ...WORLD];

/** A row of a table: its cells. */
type Row = readonly string[];

/** Lists every name of asyncio that needs an entry; an absent class stands for its members. */
export function namesOf({ names }: Inventory, sections: readonly Section[] = SECTIONS): string[] {
  const entries = entriesOf(sections);
  return Object.entries(names).flatMap(([name, members]) => {
    if (entries.get(name)?.kind === "absent") return [name];
    return [name, ...members.map((member) => `${name}.${member}`)];
  });
}

/** Puts the entries of all sections together. */
export function entriesOf(sections: readonly Section[] = SECTIONS): Map<string, Entry> {
  return new Map(sections.flatMap(({ entries }) => Object.entries(entries)));
}

/** Finds what the data has wrong: names forgotten, unknown here or there, or said twice. */
export function findMistakes(
  inventory: Inventory,
  exports: ReadonlyMap<string, Export>,
  sections: readonly Section[] = SECTIONS,
): string[] {
  const names = new Set(namesOf(inventory, sections));
  const entries = entriesOf(sections);
  const said = sections.flatMap((section) => Object.keys(section.entries));
  return [
    ...[...names].filter((name) => !entries.has(name)).map((name) => `asyncio has ${name}, too`),
    ...said.filter((name) => !names.has(name)).map((name) => `asyncio has no ${name}`),
    ...said.filter((name, at) => said.indexOf(name) < at).map((name) => `${name} is there twice`),
    ...[...entries.values()].flatMap(weftNames).filter((name) => !isExported(exports, name))
      .map((name) => `nothing exports ${name}`),
  ];
}

/** Lists the names that an entry gives for Weft. */
function weftNames({ weft }: Entry): string[] {
  return weft === "" ? [] : weft.split(", ");
}

/** Writes the page. */
export async function writePage(): Promise<string> {
  const inventory = await readInventory();
  const exports = await listExports();
  const mistakes = findMistakes(inventory, exports);
  if (mistakes.length > 0) throw new Error(`Cannot write the page: ${mistakes.join("; ")}`);
  const sections = SECTIONS.map((section) => tell(section, inventory, exports));
  const text = [introduce(inventory), ...sections];
  return await format("md", [...text, ...tellRest(exports)].join("\n\n"));
}

/** Writes what stands above the tables. */
function introduce({ python, names }: Inventory): string {
  const entries = [...entriesOf()];
  const sizeOf = (name: string, { kind }: Entry) =>
    kind === "absent" ? 1 + (names[name] ?? []).length : 1;
  const count = (...kinds: Entry["kind"][]) =>
    entries.filter(([, { kind }]) => kinds.includes(kind))
      .reduce((sum, [name, entry]) => sum + sizeOf(name, entry), 0);
  return `# asyncio, name by name

Every public name of the asyncio of CPython ${python}, and what is used here. Of
${count("same", "different", "absent")} names, the members of classes among them, ${count("same")}
are the same, ${count("different")} different, and ${count("absent")} absent. An absent class stands
for its members: they are counted, and named behind it.

Same means: it does the same, and these conventions hold everywhere.

- Python's words in JavaScript's case: \`create_task\` is \`createTask\`.
- Times are milliseconds.
- Options come last, in one object.
- What costs nothing to read is a getter: \`task.done\`, \`lock.locked\`, \`queue.size\`.
- Whatever asyncio awaits is awaited by \`yield*\` in a generator coroutine, and by \`await\` in a
  native async function.
- Sets and ties, whose order asyncio leaves open, keep the order in which they were made.

A name that is not of \`mod.ts\` has its entry, such as \`io.ts\` or \`workers.ts\`, before it.

This page is made by \`deno task docs:rosetta\` from [rosetta/](rosetta/), whose list of names was
asked of CPython.

${SECTIONS.map(({ title }) => `- [${title}](#${anchorOf(title)})`).join("\n")}
- [What asyncio does not have](#what-asyncio-does-not-have)`;
}

/** Makes the anchor of a heading, as code hosts do. */
function anchorOf(title: string): string {
  return title.toLowerCase().replace(/[^a-z -]/g, "").replaceAll(" ", "-");
}

/** Writes a section: a table, or a list if all is absent; neighbors without members share a row. */
function tell(
  { title, entries }: Section,
  { names }: Inventory,
  exports: ReadonlyMap<string, Export>,
): string {
  const rows: { names: string[]; entry: Entry; isOpen: boolean }[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    const last = rows.at(-1);
    const isAbsent = entry.kind === "absent";
    const shown = isAbsent ? showAbsent(name, names[name]) : showPython(name);
    const isOpen = isAbsent && !shown.includes("(");
    if (isOpen && last?.isOpen && last.entry.note === entry.note) last.names.push(shown);
    else rows.push({ names: [shown], entry, isOpen });
  }
  const cells = rows.map(({ names, entry }) => [
    names.join(", "),
    entry.kind,
    showWeft(entry, exports),
    entry.note,
  ]);
  const isList = rows.every(({ entry }) => entry.kind === "absent");
  const text = isList
    ? `Absent:\n\n${cells.map(([names, , , note]) => `- ${names}: ${note}`).join("\n")}`
    : toTable(["asyncio", "", "Weft", "what to know"], cells);
  return `## ${title}\n\n${text}`;
}

/** Shows the names that an entry gives for Weft, with the entry they come from. */
function showWeft(entry: Entry, exports: ReadonlyMap<string, Export>): string {
  const names = weftNames(entry);
  const shown = names.map((name) => `\`${name}\``).join(", ");
  const from = exports.get(names[0]?.split(".")[0])?.from ?? "mod.ts";
  return from === "mod.ts" ? shown : `${from}: ${shown}`;
}

/** Shows a name of asyncio: \`await Future\`, or \`Future.done\`. */
function showPython(name: string): string {
  const [, owner, statement] = name.match(/^(.+)\.(async \w+|with|await)$/) ?? [];
  return statement === undefined ? `\`${name}\`` : `\`${statement}\` ${owner}`;
}

/** Shows an absent name, a class with its members. */
function showAbsent(name: string, members: readonly string[] = []): string {
  if (members.length === 0) return showPython(name);
  return `\`${name}\` (${members.map((member) => `\`${member}\``).join(", ")})`;
}

/** Writes what Weft has beyond asyncio. */
function tellRest(exports: ReadonlyMap<string, Export>): string[] {
  const used = new Set([...entriesOf().values()].flatMap(weftNames));
  const beyond = [...exports].filter(([name]) => !used.has(name));
  const ofKind = (entry: EntryName, ...kinds: Export["kind"][]) =>
    beyond.filter(([, { from, kind }]) => from === entry && kinds.includes(kind))
      .map(([name, { about }]) => [`\`${name}\``, about]);
  const members = [...exports].filter(([name, { kind }]) => kind === "class" && used.has(name))
    .flatMap(([name, one]) => [...one.members].map(([member, about]) => ({ name, member, about })))
    .filter(({ name, member }) => !used.has(`${name}.${member}`) && !isInherited(name, member))
    .map(({ name, member, about }) => [`\`${name}.${member}\``, about]);
  const table = (rows: Row[]) => toTable(["Weft", "what it does"], rows);
  return [
    "## What asyncio does not have",
    `The first sentence of each doc comment. Python has some of these outside of asyncio: context
variables, \`ExceptionGroup\`, \`RuntimeError\`.\n\n${
      table(ofKind("mod.ts", "function", "class"))
    }`,
    `### More on what both have\n\n${table(members)}`,
    `### In web.ts\n\nOn web standards alone, and in io.ts too: [HTTP client](http-client.md),
[the web, everywhere](web.md).\n\n${table(ofKind("web.ts", "function", "class"))}`,
    `### In io.ts\n\nDeno's only: [HTTP server](http-server.md), [streams](streams.md),
[files and signals](files.md).\n\n${table(ofKind("io.ts", "function", "class"))}`,
    `### In workers.ts\n\nDeno's only: [threads and processes](workers.md).\n\n${
      table(ofKind("workers.ts", "function", "class"))
    }`,
    `### In cluster.ts\n\nDeno's only: [other machines](cluster.md).\n\n${
      table(ofKind("cluster.ts", "function", "class"))
    }`,
    `### In core.ts\n\nThe scheduler's core, for hosts and for those who want it bare: see [design](design.md).\n\n${
      table(ofKind("core.ts", "function", "value", "type"))
    }`,
    `### Types\n\n${table(ofKind("mod.ts", "type"))}`,
  ];
}

/** Writes a table. */
function toTable(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
