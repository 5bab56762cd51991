/**
 * Where jobs run: what a kind of pool has to bring along.
 *
 * @module
 */

import type { FromSeat, ToSeat } from "./message.ts";

/**
 * Is a place where one job at a time runs: a thread, a process, or a connection to another machine.
 *
 * It begins when it is made, and tells `SeatEvents` what happens. Messages are given over in order.
 */
export interface Seat {
  /** Sends a message; throws what the host throws if it cannot be sent, and then sends nothing. */
  post(message: ToSeat, transfer: readonly Transferable[]): void;
  /** Asks the job of a number to stop; tells whether another job can follow once it has. */
  cancel(id: number, message: string | undefined): boolean;
  /** Ends it by force; tells whether that is certain: otherwise the job may go on unseen. */
  kill(): boolean;
  /** Ends it gently; it is idle. */
  stop(): void;
  /** Is resolved when it has ended and holds nothing any more. Never rejects. */
  readonly ended: Promise<void>;
}

/** Is told what happens at a seat, in the host's own time. */
export interface SeatEvents {
  /** Takes a message. */
  onMessage(message: FromSeat): void;
  /**
   * Takes the error of a seat that has ended without having been told to, and the number of jobs that
   * it has begun, if that is known for certain: a job that came too late is given to another seat.
   */
  onEnd(error: Error, begun?: number): void;
}
