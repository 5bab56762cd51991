/**
 * Resuming a generator.
 *
 * @module
 */

import { adoptsLate, enterAsync, type Execution } from "../engine/current.ts";
import { type Coroutine, RESUMED } from "./awaitable.ts";

/** Resumes a generator in a step of a task: native async code that it calls must find the task. */
export function advance(
  task: Execution,
  generator: Coroutine<unknown>,
  failed: boolean,
  outcome: unknown,
): IteratorResult<unknown, unknown> {
  if (!adoptsLate) return enterAsync(task, () => resume(generator, failed, outcome));
  return resume(generator, failed, outcome);
}

function resume(
  generator: Coroutine<unknown>,
  failed: boolean,
  outcome: unknown,
): IteratorResult<unknown, unknown> {
  return failed ? generator.throw(outcome) : generator.next(RESUMED);
}
