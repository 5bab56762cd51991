/**
 * What a pool is asked to do.
 *
 * @module
 */

import { checkDelay, show } from "../lowlevel.ts";

/** Configures one job. */
export interface JobOptions {
  /**
   * Bounds, in ms of the host's time, how long it may run, the start of its worker included but not
   * its wait in the queue; then it is cancelled, and fails with a `TimeoutError`.
   */
  timeout?: number | undefined;
  /** Is moved to a worker rather than copied; for a process it is copied. */
  transfer?: readonly Transferable[] | undefined;
  /** Names the job in dumps and errors; the name of the function unless given. */
  label?: string | undefined;
}

/** Is a job that was checked. */
export interface Work {
  readonly module: string;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly isEach: boolean;
  readonly timeout: number | undefined;
  readonly transfer: readonly Transferable[];
  readonly label: string;
  readonly onProgress: ((value: unknown) => void) | undefined;
}

/** Checks what a pool is asked to do. */
export function toWork(
  module: string | URL,
  name: string,
  args: readonly unknown[],
  options: JobOptions & { isEach?: boolean; onProgress?: (value: unknown) => void } = {},
): Work {
  const { timeout, transfer = [], isEach = false, onProgress } = options;
  if (typeof name !== "string") throw new TypeError(`name MUST BE A STRING: ${show(name)}`);
  if (!Array.isArray(args)) throw new TypeError(`args MUST BE AN ARRAY: ${show(args)}`);
  if (timeout !== undefined) {
    checkDelay("timeout", timeout);
    if (timeout < 0) throw new RangeError(`timeout MUST BE 0 OR MORE: ${timeout}`);
  }
  if (!Array.isArray(transfer)) {
    throw new TypeError(`transfer MUST BE AN ARRAY: ${show(transfer)}`);
  }
  const { label = name } = options;
  if (typeof label !== "string") throw new TypeError(`label MUST BE A STRING: ${show(label)}`);
  return { module: toHref(module), name, args, isEach, timeout, transfer, label, onProgress };
}

/** Gives the address of a module; one that is relative would mean another thing over there. */
function toHref(module: unknown): string {
  if (module instanceof URL) return module.href;
  if (typeof module !== "string") {
    throw new TypeError(`module MUST BE A URL: ${show(module)}`);
  }
  if (/^[a-z][a-z\d+.-]*:/i.test(module)) return module;
  throw new RangeError(
    `module MUST BE AN ABSOLUTE URL, USE import.meta.url OR import.meta.resolve(): ${show(module)}`,
  );
}
