/**
 * Errors of promises that nobody handles: the host ends the process for most, not for all.
 *
 * A cancellation that nobody waits for is no fault, and as little to be told of as the end of a task
 * that was cancelled. One that a signal has caused ends the process as the signal would. All others
 * are left to the host. One listener serves the process, and is added when it is first needed.
 *
 * @module
 */

import { exit, findDeno, findProcess } from "./signals.ts";

/** The errors that end the process with a status, and without a report. */
const fatal = new WeakMap<object, number>();
/** The cancellations that were thrown into native code, and have not come out of a run. */
const silent = new WeakSet<object>();
/** Whether the listener is there. */
let isListening = false;

/** Ends the process with a status, and without a report, if nobody handles an error. */
export function exitIfUnhandled(error: object, status: number): void {
  fatal.set(error, status);
  if (!isListening) listen();
}

/** Lets a cancellation pass that nobody handles. */
export function ignoreIfUnhandled(error: object): void {
  silent.add(error);
  if (!isListening) listen();
}

/** Leaves an error to the host again: it comes out of a run, where somebody should handle it. */
export function heedIfUnhandled(error: unknown): void {
  silent.delete(error as object);
}

/** Takes care of an error that nobody handles; returns whether that is all. */
function settle(reason: unknown): boolean {
  const status = fatal.get(reason as object);
  if (status === undefined) return silent.has(reason as object);
  exit(status);
  return true;
}

/** Adds the listener to the host. */
function listen(): void {
  isListening = true;
  const process = findDeno() === undefined ? findProcess() : undefined;
  if (process?.on === undefined) {
    globalThis.addEventListener?.("unhandledrejection", (event) => {
      if (settle(event.reason)) event.preventDefault();
    });
    return;
  }
  // Awaited at the top level of a module, an error comes here alone.
  process.on(
    "uncaughtExceptionMonitor",
    (reason) => void (fatal.has(reason as object) && settle(reason)),
  );
  process.on("unhandledRejection", (reason) => {
    if (settle(reason)) return;
    const isAlone = process.listenerCount?.("unhandledRejection") === 1;
    if (isAlone) throw reason; // As the host does if nobody listens.
  });
}
