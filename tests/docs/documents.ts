/**
 * The documents of the tree, as the tests read them.
 *
 * @module
 */

/** The root of the tree. */
export const ROOT: URL = new URL("../../", import.meta.url);

/** A block of code in a document. */
export interface Fence {
  readonly language: string;
  readonly code: string;
}

/** A document: its path from the root, and its text. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** Reads all documents outside of folders with a dot, in the order of their paths. */
export function readDocuments(): Document[] {
  const paths: string[] = [];
  const walk = (folder: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(new URL(folder || ".", ROOT))) {
      if (name.startsWith(".") || name === "node_modules") continue;
      if (isDirectory) walk(`${folder}${name}/`);
      else if (name.endsWith(".md")) paths.push(`${folder}${name}`);
    }
  };
  walk("");
  return paths.sort().map((path) => ({
    path,
    text: Deno.readTextFileSync(new URL(path, ROOT)),
  }));
}

/** A pattern of a block of code. */
const FENCE = /^```(\w*)[^\n]*\n([^]*?)^```$/gm;

/** Lists the blocks of code. */
export function fencesOf(text: string): Fence[] {
  return [...text.matchAll(FENCE)].map(([, language, code]) => ({ language, code }));
}

/** Drops blocks of code. */
export function withoutFences(text: string): string {
  return text.replace(FENCE, "");
}
