/**
 * What runs in a worker of a `WorkerPool`.
 *
 * @module
 */

import { recordError } from "./error_record.ts";
import { JobRunner } from "./job_runner.ts";
import type { EndMessage, FromSeat, FromWorker, ToSeat, WorkerStart } from "./message.ts";

/** What a worker's global scope has. */
interface WorkerScope extends EventTarget {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  close(): void;
}

const scope = globalThis as unknown as WorkerScope;
// A job may put something else in their place.
const postMessage = scope.postMessage.bind(scope);
const close = scope.close.bind(scope);

/** What each message to the pool begins with; those that jobs post do not. */
let key = 0;
/** The memory that holds the number of the last job that was cancelled. */
let cancelled: Int32Array = new Int32Array(1);
let isEnding = false;

const runner = new JobRunner({
  post,
  isCancelled: (id) => Atomics.load(cancelled, 0) >= id,
  listen() {},
});

// It was there before any listener of a job, and keeps all messages from those: they are the pool's.
scope.addEventListener("message", (event) => {
  event.stopImmediatePropagation();
  const { data } = event as MessageEvent<ToSeat | WorkerStart>;
  if (data.type !== "start") return runner.receive(data);
  key = data.key;
  cancelled = new Int32Array(data.cancelled);
}, { capture: true });

function post(message: FromSeat | EndMessage, list: readonly Transferable[] = []): void {
  // An empty list of transfers would cost as much as a full one.
  if (list.length === 0) postMessage([key, message]);
  else postMessage([key, message], [...list]);
}

/** Announces to the pool that the worker ends: the host tells it nothing. */
function announceEnd(error?: unknown, isError = false): void {
  if (isEnding) return;
  isEnding = true;
  post({ type: "end", error: isError ? recordError(error) : undefined, begun: runner.begun });
}

scope.close = () => {
  announceEnd();
  close();
};
scope.addEventListener("unload", () => announceEnd());
scope.addEventListener("error", (event) => endWith(event, (event as ErrorEvent).error));
scope.addEventListener("unhandledrejection", (event) => {
  const rejection = event as PromiseRejectionEvent;
  if (!runner.takeStray(rejection)) endWith(event, rejection.reason);
});

/** Ends the worker with an error that nobody handled, as it would have ended by itself. */
function endWith(event: Event, error: unknown): void {
  event.preventDefault();
  announceEnd(error, true);
  close();
}
