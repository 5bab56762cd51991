/**
 * Which wait for the host waits, in truth, for native code of its own task.
 *
 * @module
 */

import { newStorage } from "../engine/async_context.ts";
import type { SteppedFuture } from "./step.ts";

/** Is a wait for the host, as native code sees it that waits for the library at the side. */
export interface Dependent {
  /** Tells that whatever native code of its task waits for, it waits for. */
  readonly isForTask: boolean;
  /** Is told that native code that it waits for begins to wait. */
  beginAside(): void;
  /** Is told that such native code goes on. */
  endAside(): void;
}

/** Remembers, within what makes a promise, the wait for that promise. */
const within = newStorage<Dependent>();

/** Calls what makes the promise of a wait: the native code that this calls is what it waits for. */
export function enterSource<R>(wait: Dependent, source: () => R): R {
  return within === undefined ? source() : within.run(wait, source);
}

/** Finds the wait that waits for the native code that is running, in a task. */
export function findDependent(task: SteppedFuture<unknown>): Dependent | undefined {
  const around = within?.getStore();
  if (around !== undefined) return around;
  const waiting = task.waitingOn as Partial<Dependent> | undefined;
  return waiting?.isForTask === true ? waiting as Dependent : undefined;
}
