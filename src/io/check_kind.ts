/**
 * Refusing options of the wrong type.
 *
 * @module
 */

import { show } from "../lowlevel.ts";

/** Is a type of the language that an option may have. */
type Kind = "boolean" | "function" | "number" | "object" | "string";

/** Refuses what is neither left out nor of one of the types. */
export function checkKind(name: string, value: unknown, ...kinds: Kind[]): void {
  if (value === undefined || kinds.some((kind) => typeof value === kind)) return;
  const allowed = kinds.map((kind) => `${kind === "object" ? "AN" : "A"} ${kind.toUpperCase()}`);
  throw new TypeError(`${name} MUST BE ${allowed.join(" OR ")}: ${show(value)}`);
}
