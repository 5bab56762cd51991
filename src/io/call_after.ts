/**
 * Waiting by the host's time, where the loop's may stand still.
 *
 * @module
 */

/** Is the longest delay that the host takes: with a longer one it would call back at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Calls back after so many ms of the host's time, never after `Infinity`; returns what stops it. */
export function callAfter(ms: number, callback: () => void): () => void {
  if (ms === Infinity) return () => {};
  const timer = setTimeout(callback, Math.min(ms, LONGEST_DELAY));
  return () => clearTimeout(timer);
}
