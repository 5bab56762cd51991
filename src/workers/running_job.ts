/**
 * A job as the worker or the process that runs it sees it.
 *
 * @module
 */

import { type CancelledError, newCancelledError, RuntimeError } from "../errors.ts";
import { explainUnclonable } from "./cloneable.ts";
import type { JobContext } from "./current_job.ts";
import type { FromSeat } from "./message.ts";

/** Is the way back to the pool. */
export interface Channel {
  /** Sends a message; throws if it cannot be sent. */
  post(message: FromSeat, transfer: readonly Transferable[]): void;
  /** Tells whether a job, or one after it, was cancelled. */
  isCancelled(id: number): boolean;
  /** Is told that the job wants to hear of its cancellation. Harmless when told before. */
  listen(): void;
}

/** Is the job that runs. */
export class RunningJob implements JobContext {
  /** Are to be moved with the result. */
  readonly transfers: Transferable[] = [];
  readonly #id: number;
  readonly #channel: Channel;
  #controller: AbortController | undefined;
  /** Is what it was told to stop with. */
  #reason: CancelledError | undefined;
  #hasEnded = false;

  /** Begins a job of a number. */
  constructor(id: number, channel: Channel) {
    this.#id = id;
    this.#channel = channel;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#channel.listen();
      if (this.isStopped) this.abort(undefined);
    }
    return this.#controller.signal;
  }

  get cancelled(): boolean {
    this.#channel.listen();
    return this.isStopped;
  }

  report(progress: unknown, transfer: readonly Transferable[] = []): void {
    if (this.#hasEnded) throw new RuntimeError("THE JOB HAS ENDED, IT CANNOT REPORT PROGRESS");
    try {
      this.#channel.post({ type: "progress", value: progress }, transfer);
    } catch (error) {
      throw explainUnclonable("PROGRESS", "progress", progress, error);
    }
  }

  transfer(...parts: readonly Transferable[]): void {
    this.transfers.push(...parts);
  }

  /** Tells whether it was told to stop; does not ask to be told. */
  get isStopped(): boolean {
    return this.#reason !== undefined || this.#channel.isCancelled(this.#id);
  }

  /** Tells it to stop. */
  abort(message: string | undefined): void {
    this.#reason ??= newCancelledError(message);
    this.#controller?.abort(this.#reason);
  }

  /** Ends it: nothing it does from now on reaches the pool. */
  end(): void {
    this.#hasEnded = true;
  }
}
