/**
 * Who is running now.
 *
 * Code that the loop calls synchronously (callbacks, generator steps) is known by a variable. Code
 * that resumes after a native await is known by the host's async context.
 *
 * @module
 */

import { type ContextOwner, findOwner, hasAsyncContext } from "./async_context.ts";

/** A loop, as far as it matters here. */
export interface LoopOfCode {
  /** Whether it was closed. */
  readonly closed: boolean;
}

/** Values of context variables, as they are carried along: only `context.ts` looks inside. */
export interface CarriedContext {
  /** The number of variables that are set. */
  readonly size: number;
}

/** A task, an operation that native code of it awaits, or a callback. */
export interface Execution extends ContextOwner {
  /** The loop that it belongs to. */
  readonly loop: LoopOfCode;
  /** Its values of context variables, once it has some. */
  ownContext: CarriedContext | undefined;
  /** The task that it is or belongs to; a callback has none, and cannot wait. */
  readonly task: object | undefined;
}

/** What the loop is calling synchronously at this moment. */
export const active: {
  /** The loop whose code is on the stack. */
  loop: LoopOfCode | undefined;
  /** The task, operation or callback whose code is on the stack. */
  execution: Execution | undefined;
  /** The context entered by `context.run`. */
  context: CarriedContext | undefined;
  /** Whose native step is in progress, for hosts without async context. */
  stepping: Execution | undefined;
} = {
  loop: undefined,
  execution: undefined,
  context: undefined,
  stepping: undefined,
};

/** Finds the task, operation or callback that is running, if any. */
export function currentExecution(): Execution | undefined {
  return active.loop !== undefined ? active.execution : asyncExecution();
}

/** Finds the execution whose native async code is running. */
export function asyncExecution(): Execution | undefined {
  return hasAsyncContext ? findOwner() as Execution | undefined : active.stepping;
}
