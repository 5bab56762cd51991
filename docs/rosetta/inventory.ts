/**
 * The public names of Python's asyncio, as CPython told them: see record.ts.
 *
 * @module
 */

/** The answer. */
export const RECORDING: URL = new URL("./asyncio.json", import.meta.url);

/** What CPython answered. */
export interface Inventory {
  /** The version of CPython, as in `3.14.2`. */
  readonly python: string;
  /** Each public name; a class with its members that no base class listed here has. */
  readonly names: Readonly<Record<string, readonly string[]>>;
}

/** Reads the answer that was kept. */
export async function readInventory(): Promise<Inventory> {
  return JSON.parse(await Deno.readTextFile(RECORDING));
}
