/**
 * What a task can be configured with.
 *
 * @module
 */

import { Context } from "../engine/context.ts";
import { show } from "./awaitable.ts";
import { checkBoolean, checkOptions } from "./check_options.ts";

/** Configures a task. */
export interface TaskOptions {
  /** Names the task in dumps and errors; `Task-N` unless given. */
  name?: string | undefined;
  /** Says how urgent its steps are: 0 (most) to 7, 4 unless given. */
  priority?: number | undefined;
  /** Runs it in this context instead of a copy of the current one. */
  context?: Context | undefined;
  /**
   * Runs its first step at once. A host without `AsyncLocalStorage` cannot tell native async code
   * that begins within other code from that: there, a function begins in the next turn.
   */
  eager?: boolean | undefined;
  /** Cancels it when aborted. */
  signal?: AbortSignal | undefined;
}

/** Refuses what is no priority. */
export function checkPriority(priority: unknown): void {
  if (typeof priority !== "number") {
    throw new TypeError(`priority MUST BE A NUMBER: ${show(priority)}`);
  }
  if (!Number.isInteger(priority) || priority < 0 || priority > 7) {
    throw new RangeError(`priority MUST BE 0 (MOST URGENT) TO 7: ${priority}`);
  }
}

const KNOWN = ["name", "priority", "context", "eager", "signal"];

/** Refuses unknown and ill-typed options. */
export function checkTaskOptions(options: TaskOptions): void {
  checkOptions("A TASK", options, KNOWN);
  const { name, eager, context, signal } = options;
  if (name !== undefined && typeof name !== "string") {
    throw new TypeError(`name MUST BE A STRING: ${show(name)}`);
  }
  if (eager !== undefined) checkBoolean("eager", eager);
  if (context !== undefined && !(context instanceof Context)) {
    throw new TypeError(`context MUST BE A Context: ${show(context)}`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`signal MUST BE AN AbortSignal: ${show(signal)}`);
  }
}

/** Makes a cancellation's message of an abort's reason. */
export function describeReason(reason: unknown): string | undefined {
  if (reason instanceof Error) return reason.message || undefined;
  return reason === undefined ? undefined : String(reason);
}
