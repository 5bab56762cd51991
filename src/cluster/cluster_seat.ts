/**
 * A place in a cluster: the right to have one job there.
 *
 * @module
 */

import type { CallMessage, FunctionName, ToSeat } from "../workers/message.ts";
import type { Seat, SeatEvents } from "../workers/seat.ts";
import type { Correspondence, Take } from "./correspondence.ts";
import type { QueuedJob } from "./job_engine.ts";

/** A function that makes a job of what a pool asks for; throws if it cannot be sent. */
export type ToJob = (call: CallMessage, named: FunctionName) => QueuedJob;

/** A place for one job at a time, wherever it runs. */
export class ClusterSeat implements Seat {
  readonly ended: Promise<void> = Promise.resolve(); // It holds nothing.
  readonly #letters: Correspondence;
  readonly #toJob: ToJob;
  readonly #names: FunctionName[] = [];
  readonly #take: Take;
  #id = "";

  /** Makes a place. */
  constructor(events: SeatEvents, letters: Correspondence, toJob: ToJob) {
    this.#letters = letters;
    this.#toJob = toJob;
    this.#take = (message) => events.onMessage(message);
  }

  post(message: ToSeat): void {
    if (message.type !== "call") return;
    const named = message.first ?? this.#names[message.fn];
    const job = this.#toJob(message, named);
    this.#names[message.fn] = named;
    this.#id = job.id;
    this.#letters.send(job, this.#take);
  }

  cancel(): boolean {
    this.#letters.cancel(this.#id, this.#take);
    return true;
  }

  kill(): boolean {
    this.#letters.abandon(this.#id, this.#take);
    return true; // As certain as it gets: its worker ends it, or its lease does.
  }

  stop(): void {}
}
