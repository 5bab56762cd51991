/**
 * Prints which tests Deno finds in files, without running them: the names, by file.
 *
 * @module
 */

import { ROOT } from "./suite.ts";

const found: Record<string, string[]> = {};
let names: string[] = [];

(Deno as { test: unknown }).test = (name: string) => void names.push(name);
for (const path of Deno.args) {
  found[path] = names = [];
  await import(new URL(path, ROOT).href);
}
console.log(JSON.stringify(found));
