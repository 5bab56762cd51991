/**
 * How often chance is tried.
 *
 * @module
 */

/** Gives a number of rounds on Deno, and a quarter elsewhere: the code is the same, and so is chance. */
export function rounds(onDeno: number): number {
  return "Deno" in globalThis ? onDeno : onDeno / 4;
}
