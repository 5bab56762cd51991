/**
 * What must come of what a client of the soak does.
 *
 * @module
 */

import type { Awaitable } from "../../mod.ts";

/** Throws unless something is as it must be. */
export function expect(isSo: boolean, what: string, found: unknown): void {
  if (!isSo) throw new Error(`Not as it must be: ${what}: ${Deno.inspect(found)}`);
}

/** Waits for a failure; throws if it is another, or none. */
export async function expectFailure(
  work: Awaitable<unknown> | PromiseLike<unknown>,
  what: string,
  isExpected: (error: unknown) => boolean,
): Promise<void> {
  let value: unknown;
  try {
    value = await work;
  } catch (error) {
    if (isExpected(error)) return;
    throw new Error(`Not as it must be: ${what}`, { cause: error });
  }
  expect(false, what, value);
}
