/**
 * What runs in a worker of a `WorkerPool`.
 *
 * @module
 */

import { recordError } from "./error_record.ts";
import { JobRunner } from "./job_runner.ts";
import type { EndMessage, FromSeat, ToSeat } from "./message.ts";

/** Is what a worker's global scope has. */
interface WorkerScope extends EventTarget {
  postMessage(message: FromSeat | EndMessage, transfer?: Transferable[]): void;
  close(): void;
}

const scope = globalThis as unknown as WorkerScope;
// A job may put something else in their place.
const post = scope.postMessage.bind(scope);
const close = scope.close.bind(scope);

/** Holds the number of the last job that was cancelled. */
let cancelled: Int32Array = new Int32Array(1);
let isEnding = false;

const runner = new JobRunner({
  // An empty list of transfers would cost as much as a full one.
  post: (message, list) => list.length === 0 ? post(message) : post(message, [...list]),
  isCancelled: (id) => Atomics.load(cancelled, 0) >= id,
  listen() {},
});

scope.addEventListener("message", (event) => {
  const { data } = event as MessageEvent<ToSeat | SharedArrayBuffer>;
  if (data instanceof SharedArrayBuffer) cancelled = new Int32Array(data);
  else runner.receive(data);
});

/** Tells the pool that the worker ends: the host tells it nothing. */
function announceEnd(error?: unknown, isError = false): void {
  if (isEnding) return;
  isEnding = true;
  post({ type: "end", error: isError ? recordError(error) : undefined });
}

scope.close = () => {
  announceEnd();
  close();
};
scope.addEventListener("unload", () => announceEnd());
scope.addEventListener("error", (event) => endWith(event, (event as ErrorEvent).error));
scope.addEventListener("unhandledrejection", (event) => {
  endWith(event, (event as PromiseRejectionEvent).reason);
});

/** Ends the worker with an error that nobody handled, as it would have ended by itself. */
function endWith(event: Event, error: unknown): void {
  event.preventDefault();
  announceEnd(error, true);
  close();
}
