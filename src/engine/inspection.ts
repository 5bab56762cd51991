/**
 * How things of the library look when they are written to the console.
 *
 * @module
 */

/** The names of what Deno, and what Node and Bun, call to show an object. */
const CUSTOM = [Symbol.for("Deno.customInspect"), Symbol.for("nodejs.util.inspect.custom")];

/** Makes the console show objects of a class in one line, which `toString()` gives unless given. */
export function showInLine<T>(
  shown: { readonly prototype: T },
  describe: (one: T) => string = String,
): void {
  const value = function (this: T): string {
    return describe(this);
  };
  for (const symbol of CUSTOM) {
    Object.defineProperty(shown.prototype, symbol, { value, configurable: true, writable: true });
  }
}

/** Makes the line of an object: its kind, and what is to be known of its state. */
export function inLine(kind: string, ...state: readonly (string | false)[]): string {
  return `<${[kind, state.filter((part) => part !== false).join(", ")].join(" ").trimEnd()}>`;
}

/** Describes how many wait, if any do. */
export function countWaiting(count: number): string | false {
  return count > 0 && `waiting: ${count}`;
}
