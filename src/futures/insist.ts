/**
 * Waiting for what must be waited for, whoever wants to stop that.
 *
 * @module
 */

import { isCancelled } from "../errors.ts";
import type { Coroutine, Yieldable } from "./awaitable.ts";
import { leaveScope } from "./cancel_scope.ts";

/**
 * Tries a wait until it is not cancelled; returns the last cancellation, to be thrown after cleaning up.
 *
 * Meanwhile the task is out of its cancel scopes: a cancelled one would interrupt every attempt.
 */
export function* insist(
  attempt: () => Yieldable<unknown>,
  onCancelled?: () => void,
): Coroutine<unknown> {
  let cancellation: unknown;
  const restore = leaveScope();
  try {
    for (;;) {
      try {
        yield* attempt();
        return cancellation;
      } catch (error) {
        if (!isCancelled(error)) throw error;
        cancellation = error;
        onCancelled?.();
      }
    }
  } finally {
    restore(); // Also when the generator is closed that it is in.
  }
}
