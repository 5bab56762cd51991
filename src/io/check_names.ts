/**
 * Refusing options that mean nothing.
 *
 * @module
 */

import { show } from "../lowlevel.ts";

/** Refuses what is no object of options, and names that are none of the known ones. */
export function checkNames(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`${what} MUST BE AN OBJECT: ${show(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new TypeError(`${what} HAS NO OPTION ${show(name)}, ONLY: ${known.join(", ")}`);
    }
  }
}
