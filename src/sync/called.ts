/**
 * Waits that are a part of something larger.
 *
 * @module
 */

import type { Awaitable } from "../lowlevel.ts";

/** Makes dumps call a wait by what is waited for, and not by what that is made of; returns it. */
export function called<W extends Awaitable<unknown>>(wait: W, label: () => string): W {
  wait.toString = label;
  return wait;
}
