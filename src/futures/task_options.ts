/**
 * What a task can be configured with.
 *
 * @module
 */

import { Context } from "../engine/context.ts";
import { checkBoolean, checkInstance, checkKind, checkNumber, checkOptions } from "../check.ts";

/** Options of a task. */
export interface TaskOptions {
  /** Its name in dumps and errors, or a function that is asked for it there; `Task-N` unless given. */
  name?: string | (() => string) | undefined;
  /** How urgent its steps are: 0 (most) to 7, 4 unless given. */
  priority?: number | undefined;
  /** The context it runs in, instead of a copy of the current one. */
  context?: Context | undefined;
  /**
   * Whether its first step runs at once. A host without `AsyncLocalStorage` cannot tell native async
   * code that begins within other code from that: there, a function begins in the next turn.
   */
  eager?: boolean | undefined;
  /** A signal that cancels it when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** Refuses what is no priority. */
export function checkPriority(priority: unknown): void {
  checkNumber("priority", priority);
  if (Number.isInteger(priority) && priority >= 0 && priority <= 7) return;
  throw new RangeError(`priority must be a whole number from 0 (most urgent) to 7: ${priority}`);
}

const KNOWN = ["name", "priority", "context", "eager", "signal"];

/** Refuses unknown and ill-typed options. */
export function checkTaskOptions(options: TaskOptions): void {
  checkOptions("a task", options, KNOWN);
  const { name, eager, context, signal } = options;
  if (name !== undefined) checkKind("name", name, "string", "function");
  if (eager !== undefined) checkBoolean("eager", eager);
  if (context !== undefined) checkInstance("context", context, Context);
  if (signal !== undefined) checkInstance("signal", signal, AbortSignal);
}

/** Makes a cancellation's message of an abort's reason. */
export function describeReason(reason: unknown): string | undefined {
  if (reason instanceof Error) return reason.message || undefined;
  return reason === undefined ? undefined : String(reason);
}
