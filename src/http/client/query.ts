/**
 * Names and values in the query of an address, or in a form.
 *
 * @module
 */

import { show } from "../../lowlevel.ts";

/** What a request sends in its address. */
export type Params =
  | URLSearchParams
  | Iterable<readonly [string, string | number | boolean]>
  | {
    readonly [name: string]:
      | string
      | number
      | boolean
      | readonly (string | number | boolean)[]
      | undefined;
  };

/** Adds to the query of an address. */
export function addParams(target: URL, params: Params | undefined): void {
  if (params === undefined) return;
  for (const [name, value] of readPairs(params)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      target.searchParams.append(name, readValue("params", name, one));
    }
  }
}

/** Lists the names and values of a query. */
function readPairs(params: unknown): [name: string, value: unknown][] {
  if (typeof params === "object" && params !== null) {
    const pairs: unknown[] = Symbol.iterator in params
      ? [...params as Iterable<unknown>]
      : Object.entries(params);
    const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2;
    if (pairs.every(isPair)) return pairs as [string, unknown][];
  }
  throw new TypeError(`params must be an object or a list of pairs: ${show(params)}`);
}

/** Reads one value of a query or a form. */
export function readValue(what: string, name: string, value: unknown): string {
  if (!["string", "number", "boolean"].includes(typeof value)) {
    throw new TypeError(`${what}.${name} must be a string, a number or a boolean: ${show(value)}`);
  }
  return String(value);
}
