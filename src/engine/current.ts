/**
 * Who is running now.
 *
 * Code that the loop calls synchronously (callbacks, generator steps) is known by a variable. Code
 * that resumes after a native await is known by the host's async context.
 *
 * @module
 */

import { isChangeable, newStorage, type Storage } from "./async_context.ts";
import type { Context } from "./context.ts";
import type { Loop } from "./loop.ts";

/** Is a task or a callback: what has a loop and a context. */
export interface Execution {
  /** Is the loop that it belongs to. */
  readonly loop: Loop;
  /** Holds its context, once it has values. */
  ownContext: Context | undefined;
  /** Tells whether it is a task, which can wait. */
  readonly isTask: boolean;
}

/** Holds what the loop is calling synchronously at this moment. */
export const active: {
  /** Is the loop whose code is on the stack. */
  loop: Loop | undefined;
  /** Is the task or callback whose code is on the stack. */
  execution: Execution | undefined;
  /** Is the context entered by `context.run`. */
  context: Context | undefined;
  /** Is the task whose native async step is in progress, for hosts without async context. */
  stepping: Execution | undefined;
  /** Is true while the host remembers a task that is not the one on the stack. */
  isTainted: boolean;
} = {
  loop: undefined,
  execution: undefined,
  context: undefined,
  stepping: undefined,
  isTainted: false,
};

/** Remembers the task of native async code, where the host can. */
export const storage: Storage<Execution> | undefined = newStorage();

/** Tells that the host can be told of a task as late as at an await, and not before each step. */
export const adoptsLate: boolean = storage !== undefined && isChangeable(storage);

/** Finds the task or callback that is running, if any. */
export function currentExecution(): Execution | undefined {
  return active.loop !== undefined ? active.execution : asyncExecution();
}

/** Finds the task whose native async code is running. */
export function asyncExecution(): Execution | undefined {
  return storage !== undefined ? storage.getStore() : active.stepping;
}

/** Calls native async code of a task, so that it is found again after each of its awaits. */
export function enterAsync<R>(execution: Execution, callback: () => R): R {
  if (storage === undefined || storage.getStore() === execution) return callback();
  return storage.run(execution, callback);
}

/**
 * Makes native async code find the task on the stack after its awaits; called when code looks at the
 * `then` of something of the library, as `await` does before it remembers where to go on.
 *
 * A generator's step enters no async context, which would cost more than the step. So a native async
 * function that it calls is told who it belongs to at its first await of the library.
 */
export function adopt(): void {
  const { execution } = active;
  if (active.loop === undefined || execution === undefined || !execution.isTask) return;
  if (!adoptsLate || storage!.getStore() === execution) return;
  storage!.enterWith!(execution);
  active.isTainted = true;
}

/** Makes the host forget whose code the loop goes on from: other code must not be taken for it. */
export function forgetCaller(): void {
  active.isTainted = false;
  if (adoptsLate) storage!.enterWith!(undefined);
}

/** Calls what may make the host forget whose code this is, and reminds it. */
export function keepCaller(callback: () => void): void {
  const caller = storage?.getStore();
  callback();
  if (!adoptsLate || storage!.getStore() === caller) return;
  storage!.enterWith!(caller);
  active.isTainted = caller !== undefined;
}

/** Notes whether the host remembers a task here. */
export function noteCaller(): void {
  active.isTainted = storage?.getStore() !== undefined;
}
