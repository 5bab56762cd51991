/**
 * Reads the constants of the memory map out of its source.
 *
 * @module
 */

const SOURCE = new URL("../../wasm/assembly/layout.ts", import.meta.url);

/** Gives the value of each constant of `wasm/assembly/layout.ts` that is a number. */
export function readLayout(): Map<string, number> {
  const constants = new Map<string, number>();
  const text = Deno.readTextFileSync(SOURCE);
  for (const [, name, value] of text.matchAll(/^(?:export )?const (\w+): \w+ = ([^;]+);/gm)) {
    constants.set(name, evaluate(value, constants));
  }
  return constants;
}

/** Evaluates `a`, `a << b` and `(a << b) - c` over numbers and constants. */
function evaluate(text: string, constants: Map<string, number>): number {
  const parts = text.match(/^\(?(\w+)(?: << (\w+))?\)?(?: - (\w+))?$/);
  if (!parts) throw new Error(`cannot read a constant: ${text}`);
  const [value, shift, less] = parts.slice(1).map((part) =>
    part === undefined ? 0 : constants.get(part) ?? Number(part)
  );
  return (value << shift) - less;
}
