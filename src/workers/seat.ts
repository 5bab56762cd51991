/**
 * Where jobs run: what a kind of pool has to bring along.
 *
 * @module
 */

import type { FromSeat, ToSeat } from "./message.ts";

/**
 * A place where one job at a time runs: a thread, a process, or a connection to another machine.
 *
 * It begins when it is made, and calls its `SeatEvents`. Messages are handed over in order.
 */
export interface Seat {
  /** Sends a message; throws what the host throws if it cannot be sent, and then sends nothing. */
  post(message: ToSeat, transfer: readonly Transferable[]): void;
  /** Asks the job of a number to stop; returns whether another job can follow once it has. */
  cancel(id: number, message: string | undefined): boolean;
  /** Ends it by force; returns whether that is certain: otherwise the job may go on unseen. */
  kill(): boolean;
  /** Ends it gently; it is idle. */
  stop(): void;
  /** Whether it takes no further job once the one that it runs has ended; another seat follows then. */
  readonly isSpent?: boolean;
  /** What is resolved when it has ended and holds nothing any more. Never rejects. */
  readonly ended: Promise<void>;
}

/** Callbacks for what happens at a seat, in the host's own time. */
export interface SeatEvents {
  /** Takes a message. */
  onMessage(message: FromSeat): void;
  /**
   * Takes the error of a seat that has ended without having been told to, and the number of jobs that
   * it has begun, if that is known for certain: a job that came too late is given to another seat.
   */
  onEnd(error: Error, begun?: number): void;
  /** Takes note that a job has sent something that no pool takes. */
  onForeign(): void;
}
