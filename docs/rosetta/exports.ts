/**
 * What the entries export, with the first sentence of each doc comment.
 *
 * @module
 */

import * as cluster from "../../cluster.ts";
import * as core from "../../core.ts";
import * as io from "../../io.ts";
import * as weft from "../../mod.ts";
import * as web from "../../web.ts";
import * as workers from "../../workers.ts";

const ROOT = new URL("../../", import.meta.url);

/** What is asked about; a name that several export is the first one's. */
const ENTRIES = ["mod.ts", "core.ts", "web.ts", "io.ts", "workers.ts", "cluster.ts"] as const;

/** The name of one of them. */
export type EntryName = typeof ENTRIES[number];

/** The values of all entries by their names. */
const VALUES: Readonly<Record<string, unknown>> = {
  ...cluster,
  ...workers,
  ...io,
  ...web,
  ...core,
  ...weft,
};

/** One exported name. */
export interface Export {
  /** The name of the entry that exports it. */
  readonly from: EntryName;
  readonly kind: "function" | "class" | "value" | "type";
  readonly about: string;
  /** The sentence about each public member that the class or interface itself declares. */
  readonly members: ReadonlyMap<string, string>;
}

/** A doc comment, as `deno doc` tells it. */
interface Doc {
  readonly doc?: string;
}

/** A declaration or a member, as `deno doc` tells it. */
interface Declaration {
  readonly name: string;
  readonly kind: string;
  readonly jsDoc?: Doc;
  readonly accessibility?: string;
  readonly def?: {
    readonly properties?: readonly Declaration[];
    readonly methods?: readonly Declaration[];
  };
}

/** The answer of `deno doc --json`. */
interface Answer {
  readonly nodes: Record<string, {
    readonly symbols: readonly {
      readonly name: string;
      readonly declarations: readonly Declaration[];
    }[];
  }>;
}

/** What the words of `deno doc` stand for. */
const KINDS: Readonly<Record<string, Export["kind"]>> = {
  function: "function",
  class: "class",
  variable: "value",
  interface: "type",
  typeAlias: "type",
};

/** What fills an error that needs bytes. */
const NOTHING = new Uint8Array();

/** Members of the language's own protocols: nobody looks them up. */
const PROTOCOL = /^\[|^then$|^toString$|^name$/;

/** Lists the exports of all entries by name, in the order of the alphabet. */
export async function listExports(): Promise<Map<string, Export>> {
  const paths = ENTRIES.map((name) => new URL(name, ROOT).pathname);
  const args = ["doc", "--json", ...paths];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const { nodes }: Answer = JSON.parse(new TextDecoder().decode(stdout));
  const exports = ENTRIES.toReversed().flatMap((from) =>
    nodes[new URL(from, ROOT).href].symbols
      .map(({ name, declarations }) => [name, toExport(from, declarations)] as const)
  );
  return new Map([...new Map(exports)].sort(([a], [b]) => a < b ? -1 : 1));
}

/** Picks what the page tells of an export. */
function toExport(from: EntryName, declarations: readonly Declaration[]): Export {
  const first = declarations.find(({ kind, jsDoc }) => kind === "interface" && jsDoc?.doc) ??
    declarations.find(({ jsDoc }) => jsDoc?.doc) ?? declarations[0];
  const { properties = [], methods = [] } = first.def ?? {};
  const members = [...properties, ...methods].filter((member) =>
    member.accessibility === undefined && !PROTOCOL.test(member.name)
  );
  return {
    from,
    // What is a type and a value of one name is a class to who uses it.
    kind: declarations.length > 1 && first.kind === "interface" ? "class" : KINDS[first.kind],
    about: firstSentence(first.jsDoc),
    members: new Map(members.toReversed().map(({ name, jsDoc }) => [name, firstSentence(jsDoc)])),
  };
}

/** Takes the first paragraph of a comment, on one line and without links. */
function firstSentence(doc: Doc | undefined): string {
  const [paragraph] = (doc?.doc ?? "").split("\n\n");
  return paragraph.replaceAll("\n", " ").replace(/\{@linkcode ([^}]+)\}/g, "`$1`");
}

/** Returns whether an export, or a public member of one, exists: an inherited one, too. */
export function isExported(exports: ReadonlyMap<string, Export>, path: string): boolean {
  const [name, member] = path.split(".");
  if (member === undefined) return exports.has(name);
  if (exports.get(name)?.members.has(member)) return true;
  const value = VALUES[name];
  if (value === weft.EventLoop) return member in new weft.EventLoop();
  if (value === weft.IncompleteReadError) return member in new weft.IncompleteReadError(NOTHING, 0);
  if (value === weft.LimitOverrunError) return member in new weft.LimitOverrunError("", 0);
  return typeof value === "function" && member in value.prototype;
}

/** Returns whether a member of an exported class is one of its base class, made anew. */
export function isInherited(name: string, member: string): boolean {
  const { prototype } = VALUES[name] as { prototype: object };
  return member in Object.getPrototypeOf(prototype);
}
