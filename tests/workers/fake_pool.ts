/**
 * A third kind of pool, whose seats do what a test says.
 *
 * @module
 */

import type { AnswerMessage, FromSeat, Seat, SeatEvents, ToSeat } from "../../seats.ts";
import { Pool, type PoolOptions } from "../../workers.ts";

type Call = ToSeat & { type: "call" };

/** What a seat does with a job that it is sent. */
export type Script = (call: Call, seat: FakeSeat) => void;

/** A seat that does with each job what its script says. */
export class FakeSeat implements Seat {
  readonly ended: Promise<void>;
  /** What was done to it. */
  readonly log: string[] = [];
  /** What its jobs were answered. */
  readonly answers: AnswerMessage[] = [];
  /** Whether it can go on after a job was cancelled. */
  isReusable = true;
  /** Whether ending it by force is certain. */
  isCertain = true;
  readonly #events: SeatEvents;
  readonly #script: Script;
  #end!: () => void;

  constructor(events: SeatEvents, script: Script) {
    this.#events = events;
    this.#script = script;
    this.ended = new Promise((resolve) => this.#end = resolve);
  }

  post(message: ToSeat): void {
    if (message.type === "call") this.#script(message, this);
    if (message.type === "answer") this.answers.push(message);
  }

  cancel(id: number): boolean {
    this.log.push(`cancel ${id}`);
    return this.isReusable;
  }

  kill(): boolean {
    this.log.push("kill");
    this.#end();
    return this.isCertain;
  }

  stop(): void {
    this.log.push("stop");
    this.#end();
  }

  /** Says something to the pool, in a turn of the host. */
  say(message: FromSeat): void {
    setTimeout(() => this.#events.onMessage(message), 0);
  }

  /** Ends by itself, in a turn of the host. */
  die(error: Error, begun?: number): void {
    setTimeout(() => {
      this.#end();
      this.#events.onEnd(error, begun);
    }, 0);
  }
}

/** A pool of fake seats. */
export class FakePool extends Pool {
  /** All seats there ever were. */
  readonly seats: FakeSeat[] = [];
  /** What the next start of a seat throws. */
  startError: Error | undefined;
  readonly #script: Script;

  constructor(script: Script, options?: PoolOptions) {
    super(options);
    this.#script = script;
  }

  protected override start(events: SeatEvents): Seat {
    const error = this.startError;
    this.startError = undefined;
    if (error !== undefined) throw error;
    const seat = new FakeSeat(events, this.#script);
    this.seats.push(seat);
    return seat;
  }
}

/** Gives a job's first argument back. */
export const echo: Script = ({ args }, seat) => seat.say({ type: "result", value: args[0] });
