/**
 * Refusing options that mean nothing.
 *
 * @module
 */

import { show } from "./awaitable.ts";

/** Refuses what is no object of options, and a name that is none of the known ones. */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      `THE OPTIONS OF ${what} (${known.join(", ")}) MUST BE AN OBJECT: ${show(options)}`,
    );
  }
  for (const name in options) {
    if (!known.includes(name)) {
      throw new TypeError(`${what} HAS NO OPTION ${show(name)}, ONLY: ${known.join(", ")}`);
    }
  }
}

/** Refuses an option that is neither true nor false. */
export function checkBoolean(name: string, value: unknown): void {
  if (typeof value !== "boolean") throw new TypeError(`${name} MUST BE A BOOLEAN: ${show(value)}`);
}
