/**
 * Stands for the server that tests start on Deno: elsewhere, whoever runs the tests has started it.
 *
 * @module
 */

import { Unavailable } from "./registry.ts";

/** Names the variable of the environment that holds its address. */
export const COUNTERPART = "WEFT_COUNTERPART";

interface Host {
  readonly counterpart?: string;
  readonly process?: { readonly env?: Record<string, string | undefined> };
}

/** Gives the server; its end is not the tests' affair. */
export function counterpart(): { readonly url: string; [Symbol.asyncDispose](): Promise<void> } {
  const host = globalThis as Host;
  const url = host.counterpart ?? host.process?.env?.[COUNTERPART];
  if (url === undefined) throw new Unavailable("nobody has said where the counterpart is");
  return { url, [Symbol.asyncDispose]: () => Promise.resolve() };
}
