/**
 * How long the parts of a request may take.
 *
 * @module
 */

import { TimeoutError } from "../../errors.ts";
import { checkAbove, checkKind, checkOptions } from "../../lowlevel.ts";
import type { RequestName } from "./client_error.ts";

/** The bounds, in ms, of how long parts of a request may take. `Infinity` is no bound. */
export interface ClientTimeout {
  /** The bound of everything: waiting for a place, redirects, retries, and reading the body. */
  total?: number | undefined;
  /**
   * The bound of the time until the head of a response has come, for each attempt and each redirect.
   *
   * Waiting for a place in the pool, looking up the name, connecting, TLS, sending the request, and
   * the server's thinking: `fetch` does not tell them apart, so neither can this.
   */
  connect?: number | undefined;
  /** The bound of the wait for each piece of a body. */
  read?: number | undefined;
}

/** All of {@linkcode ClientTimeout}, with every bound known. */
export type Bounds = { readonly [bound in keyof ClientTimeout]-?: number };

/** The names of the bounds. */
const BOUNDS: readonly (keyof ClientTimeout)[] = ["total", "connect", "read"];
/** The bounds of a session that sets none: those of aiohttp. */
export const DEFAULT_BOUNDS: Bounds = { total: 300_000, connect: Infinity, read: Infinity };

/** Completes bounds from what is around them. */
export function completeBounds(
  timeout: number | ClientTimeout | undefined,
  around: Bounds,
): Bounds {
  if (timeout === undefined) return around;
  checkKind("timeout", timeout, "number", "object");
  const bounds = typeof timeout === "number" ? { total: timeout } : timeout;
  checkOptions("timeout", bounds, BOUNDS);
  for (const name of BOUNDS) {
    const bound = bounds[name];
    if (bound !== undefined) checkAbove(`timeout.${name}`, bound, 0);
  }
  const { total = around.total, connect = around.connect, read = around.read } = bounds;
  return { total, connect, read };
}

/** Returns the error of a bound that was passed. */
export function timedOut(
  bound: keyof Bounds,
  bounds: Bounds,
  { method, url }: RequestName,
  cause?: unknown,
): TimeoutError {
  const message = `Timed out after ${bounds[bound]} ms (${bound}): ${method} ${url}`;
  return new TimeoutError(message, cause === undefined ? undefined : { cause });
}
