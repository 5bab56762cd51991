/**
 * Waiting for the end of what was cancelled.
 *
 * @module
 */

import { type Coroutine, type Future, insist, untilDone } from "../lowlevel.ts";

/**
 * Waits until futures are done, whatever becomes of them, and whoever wants to stop that.
 *
 * Returns the last cancellation that came meanwhile, which is to be thrown when all is cleaned up.
 * Dumps call the wait by the label.
 */
export function ended(futures: Iterable<Future<unknown>>, label: string): Coroutine<unknown> {
  const all = [...futures];
  return insist(() => allDone(all, label));
}

function* allDone(futures: readonly Future<unknown>[], label: string): Coroutine<void> {
  for (const future of futures) if (!future.done) yield* untilDone(future, label);
}
