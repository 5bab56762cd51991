/**
 * A thread as a place for jobs.
 *
 * @module
 */

import { reviveError } from "./error_record.ts";
import { JobLostError } from "./job_errors.ts";
import type { FromWorker, ToSeat, WorkerStart } from "./message.ts";
import type { Seat, SeatEvents } from "./seat.ts";
import { withoutColors } from "./tail.ts";

/** What the host calls a set of permissions for a worker. */
export type WorkerPermissions = "inherit" | "none" | Readonly<Record<string, unknown>>;

/** The options of a worker. */
export interface WorkerSeatOptions {
  readonly name: string;
  readonly permissions: WorkerPermissions | undefined;
}

/** A Web Worker that runs jobs. */
export class WorkerSeat implements Seat {
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  /** The number of the last job that was cancelled; the worker reads it at any time. */
  readonly #cancelled = new Int32Array(new SharedArrayBuffer(4));
  /** Whether a job has posted something. */
  #hasForeign = false;
  #end: () => void = () => {};

  /** Starts a worker. */
  constructor(events: SeatEvents, { name, permissions }: WorkerSeatOptions) {
    const options = permissions === undefined ? {} : { deno: { permissions } };
    const url = new URL("./worker_main.ts", import.meta.url);
    const worker = this.#worker = new Worker(url, { type: "module", name, ...options });
    unref(worker);
    this.ended = new Promise((resolve) => this.#end = resolve);
    // A channel of its own would keep the program alive: Deno, today, forgets that a port need not.
    const key = Math.random();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (!Array.isArray(data) || data[0] !== key) return this.#takeForeign(events);
      const [, message] = data;
      if (message.type !== "end") return events.onMessage(message);
      const options = message.error && { cause: reviveError(message.error) };
      this.#lose(events, "has ended itself", options, message.begun);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#lose(events, "has failed, or could not start", {
        cause: new Error(withoutColors(event.message)),
      });
    };
    const cancelled = this.#cancelled.buffer;
    worker.postMessage({ type: "start", key, cancelled } satisfies WorkerStart);
  }

  /** Reports what a job has posted; once is enough, it may post thousands. */
  #takeForeign(events: SeatEvents): void {
    if (this.#hasForeign) return;
    this.#hasForeign = true;
    events.onForeign();
  }

  #lose(
    events: SeatEvents,
    what: string,
    options: ErrorOptions | undefined,
    begun?: number,
  ): void {
    this.stop();
    const { cause } = options ?? {};
    const detail = cause === undefined ? "without an error" : String(cause);
    events.onEnd(new JobLostError(`The worker of a job ${what}: ${detail}`, options), begun);
  }

  post(message: ToSeat, transfer: readonly Transferable[]): void {
    if (transfer.length === 0) this.#worker.postMessage(message);
    else this.#worker.postMessage(message, [...transfer]);
  }

  cancel(id: number, message: string | undefined): boolean {
    Atomics.store(this.#cancelled, 0, id);
    this.#worker.postMessage({ type: "cancel", message } satisfies ToSeat);
    return true;
  }

  kill(): boolean {
    this.stop();
    return false;
  }

  stop(): void {
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
    this.#end();
  }
}

/**
 * Lets the program end while a worker is there, even one that is busy and cannot be stopped.
 *
 * The loop keeps the program alive while a job runs, so that a worker need not. Bun has a method for
 * it. Deno, today, has one whose name is a symbol without a description; a host that has neither
 * lets a program end once the worker has been terminated and is not busy.
 */
function unref(worker: Worker & { unref?: () => void }): void {
  if (typeof worker.unref === "function") return worker.unref();
  const prototype = Worker.prototype as unknown as Record<symbol, unknown>;
  for (const key of Object.getOwnPropertySymbols(prototype)) {
    if (key.description || typeof prototype[key] !== "function") continue;
    (prototype[key] as (this: Worker, isRef: boolean) => void).call(worker, false);
  }
}
