/**
 * What the entries export, read from the declarations that the compiler makes of the sources.
 *
 * @module
 */

import ts from "typescript";
import { readText } from "./pages.ts";

/** A member of a class or an interface. */
export interface Member {
  readonly name: string;
  /** Its declarations: several if it is overloaded. */
  readonly signatures: string[];
  readonly doc: string;
}

/** One exported name; a constant and a type may share it. */
export interface Declared {
  readonly name: string;
  readonly entry: string;
  readonly kind: string;
  /** Whether it is exported to the compiler only. */
  readonly isType: boolean;
  readonly signatures: string[];
  readonly doc: string;
  /** The exported classes or interfaces whose members it has, too. */
  readonly bases: readonly string[];
  /** Its members, and those of bases that are not exported. */
  readonly members: readonly Member[];
}

/** A source with what it exports to users. */
export interface Leaf {
  readonly path: string;
  readonly about: string;
  readonly names: Declared[];
}

/** The entries; a name that several export belongs to the first. */
export const ENTRIES = [
  "mod.ts",
  "core.ts",
  "lowlevel.ts",
  "resilience.ts",
  "web.ts",
  "io.ts",
  "workers.ts",
  "cluster.ts",
  "seats.ts",
  "testing.ts",
  "flow.ts",
] as const;

/** Reads the sources that the entries export names of, in the order of the exports. */
export function readReference(): Leaf[] {
  const leaves = new Map<string, Leaf>();
  const exported = new Set(ENTRIES.flatMap((entry) => [...exportsOf(entry).keys()]));
  const seen = new Set<string>();
  for (const entry of ENTRIES) {
    for (const [name, { from, isType }] of exportsOf(entry)) {
      const { path, name: original } = follow(from, name);
      if (seen.has(`${path} ${name}`)) continue;
      seen.add(`${path} ${name}`);
      const leaf = leaves.get(path) ?? { path, about: aboutOf(path), names: [] };
      leaves.set(path, leaf);
      leaf.names.push({
        ...declare(name, path, statementsOf(path, original), exported),
        entry,
        isType,
      });
    }
  }
  return [...leaves.values()];
}

const sources = new Map<string, ts.SourceFile>();

/** Parses a source as it is. */
function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readText(path), ts.ScriptTarget.ESNext, true);
}

/** Makes the declarations of a source. */
function declarationsOf(path: string): ts.SourceFile {
  let source = sources.get(path);
  if (source === undefined) {
    const { outputText } = ts.transpileDeclaration(readText(path), {
      fileName: path,
      compilerOptions: { target: ts.ScriptTarget.ESNext },
    });
    source = ts.createSourceFile(path, outputText, ts.ScriptTarget.ESNext, true);
    sources.set(path, source);
  }
  return source;
}

/** Where a module has a name from that it hands on. */
interface Origin {
  readonly from: string;
  readonly isType: boolean;
}

/** Lists what a module hands on from others. */
function exportsOf(path: string): Map<string, Origin> {
  const found = new Map<string, Origin>();
  for (const statement of parse(path).statements) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) continue;
    const { text } = statement.moduleSpecifier as ts.StringLiteral;
    const from = new URL(text, `file:///${path}`).pathname.slice(1);
    const { exportClause } = statement;
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) {
      throw new Error(`${path} must name what it exports: ${statement.getText()}`);
    }
    for (const { name, isTypeOnly } of exportClause.elements) {
      found.set(name.text, { from, isType: isTypeOnly || statement.isTypeOnly });
    }
  }
  return found;
}

/** Finds the module that declares a name. */
function follow(path: string, name: string): { path: string; name: string } {
  if (statementsOf(path, name).length > 0) return { path, name };
  const origin = exportsOf(path).get(name);
  if (origin === undefined) throw new Error(`Cannot find ${name} in ${path}`);
  return follow(origin.from, name);
}

/** Finds the declarations of a name: all overloads, and a type beside a constant. */
function statementsOf(path: string, name: string): ts.Statement[] {
  return declarationsOf(path).statements.filter((statement) => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.some((one) => one.name.getText() === name);
    }
    return (statement as { name?: ts.Node }).name?.getText() === name;
  });
}

/** Takes the sentence that a source begins with. */
function aboutOf(path: string): string {
  const [comment = ""] = /^\/\*\*[^]*?\*\//.exec(readText(path)) ?? [];
  return strip(comment);
}

/** Describes one name. */
function declare(
  name: string,
  path: string,
  statements: readonly ts.Statement[],
  exported: ReadonlySet<string>,
): Omit<Declared, "entry" | "isType"> {
  const main = statements.find((one) => docOf(one) !== "") ?? statements[0];
  const bases: string[] = [];
  const members = new Map<string, Member>();
  collect(path, statements, exported, members, bases);
  return {
    name,
    kind: isClass(statements) ? "class" : nameKind(main),
    signatures: statements.map(writeSignature),
    doc: docOf(main),
    bases,
    members: [...members.values()],
  };
}

/** Collects the members of classes and interfaces, and those of bases that are not exported. */
function collect(
  path: string,
  statements: readonly ts.Statement[],
  exported: ReadonlySet<string>,
  members: Map<string, Member>,
  bases: string[],
): void {
  for (const body of statements) {
    if (!ts.isClassDeclaration(body) && !ts.isInterfaceDeclaration(body)) continue;
    for (const member of membersOf(body)) {
      if (!members.has(member.name)) members.set(member.name, member);
    }
    for (const base of basesOf(body)) {
      if (exported.has(base)) bases.push(base);
      else {
        const from = whereIs(base, path);
        if (from !== undefined) collect(from, statementsOf(from, base), exported, members, bases);
      }
    }
  }
}

/** Finds the source of a name that a source declares or imports; `undefined` if the host has it. */
function whereIs(name: string, path: string): string | undefined {
  if (statementsOf(path, name).length > 0) return path;
  for (const statement of parse(path).statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const named = statement.importClause?.namedBindings;
    if (named === undefined || !ts.isNamedImports(named)) continue;
    if (!named.elements.some((one) => one.name.text === name)) continue;
    const { text } = statement.moduleSpecifier as ts.StringLiteral;
    return follow(new URL(text, `file:///${path}`).pathname.slice(1), name).path;
  }
  return undefined;
}

/** Returns whether statements declare an interface and, of the same name, what makes one. */
function isClass(statements: readonly ts.Statement[]): boolean {
  return statements.some(ts.isInterfaceDeclaration) && statements.some(ts.isVariableStatement);
}

/** Says in one word what a statement declares. */
function nameKind(statement: ts.Statement): string {
  if (ts.isClassDeclaration(statement)) return "class";
  if (ts.isInterfaceDeclaration(statement)) return "interface";
  if (ts.isFunctionDeclaration(statement)) return "function";
  return ts.isTypeAliasDeclaration(statement) ? "type" : "constant";
}

/** Lists what a class or an interface extends. */
function basesOf({ heritageClauses }: ts.ClassDeclaration | ts.InterfaceDeclaration): string[] {
  return [...heritageClauses ?? []].filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
    .flatMap(({ types }) => types.map(({ expression }) => expression.getText()));
}

/** Writes a declaration without its comments and, of a class or an interface, its members. */
function writeSignature(statement: ts.Statement): string {
  const text = statement.getText();
  const isBody = ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement);
  const head = isBody ? text.slice(0, statement.members.pos - 1 - statement.getStart()) : text;
  return head.replace(/^export (declare )?/, "").replace(/\/\*\*[^]*?\*\/\s*/g, "").trim()
    .replace(/^( {4})+/gm, (spaces) => spaces.slice(spaces.length / 2));
}

/** Lists the members for users, in the order of the source; overloads as one. */
function membersOf(body: ts.ClassDeclaration | ts.InterfaceDeclaration): Member[] {
  const members = new Map<string, Member>();
  for (const member of body.members) {
    const isStatic = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0;
    const name = (isStatic ? "static " : "") +
      (ts.isConstructorDeclaration(member) ? "constructor" : member.name?.getText() ?? "call");
    if (!isForUsers(member, name)) continue;
    const signature = member.getText().replace(/\/\*\*[^]*?\*\/\s*/g, "").replace(/;$/, "");
    const known = members.get(name);
    if (known === undefined) {
      members.set(name, { name, signatures: [signature], doc: docOf(member) });
    } else known.signatures.push(signature);
  }
  return [...members.values()];
}

/** Returns whether a member is of use outside: public, or to be defined by who extends it. */
function isForUsers(member: ts.ClassElement | ts.TypeElement, name: string): boolean {
  if (name.startsWith("#") || name === "toString" || name.includes("toStringTag")) return false;
  const flags = ts.getCombinedModifierFlags(member as ts.Declaration);
  if (flags & ts.ModifierFlags.Private) return false;
  return !(flags & ts.ModifierFlags.Protected) || (flags & ts.ModifierFlags.Abstract) !== 0;
}

/** Takes the comment of a declaration. */
function docOf(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).slice(-1);
  return comment === undefined ? "" : strip(comment.getText());
}

/** Takes the marks and the tags out of a comment. */
function strip(comment: string): string {
  return comment.replace(/^\/\*\*\s?|\s*\*\/$/g, "").replace(/^[ \t]*\* ?/gm, "")
    .replace(/^@\w+.*$/gm, "").trim();
}
