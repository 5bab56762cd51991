/**
 * Waiting to send and to receive.
 *
 * @module
 */

import { type SteadyQueue, SteadyWait } from "./steady_wait.ts";

/** Is where values go. */
export interface Sink<T> {
  /** Tells whether sending must fail. */
  readonly closed: boolean;
  /** Counts the values that could be sent now. */
  readonly room: number;
  /** Takes a value in. */
  deliver(value: T): void;
  /** Wakes who can go on. */
  settle(): void;
}

/** Is where values come from. */
export interface Source<T> {
  /** Tells whether receiving must fail once it is empty. */
  readonly closed: boolean;
  /** Counts the values that could be received now. */
  readonly size: number;
  /** Gives the next value out. */
  take(): T;
  /** Puts a value back in its place: it counts as if it had never been taken. */
  putBack(value: T): void;
  /** Wakes who can go on. */
  settle(): void;
}

/** Is a wait for room for a value. */
export class Send<T> extends SteadyWait<void> {
  readonly #sink: Sink<T>;
  readonly #value: T;

  /** Makes a wait that has not begun. */
  constructor(sink: Sink<T>, line: SteadyQueue, value: T) {
    super(line);
    this.#sink = sink;
    this.#value = value;
  }

  protected isReady(): boolean {
    return this.#sink.closed || this.#sink.room > 0;
  }

  protected result(): void {
    this.#sink.deliver(this.#value);
  }

  protected settle(): void {
    this.#sink.settle();
  }

  /** A value that was sent stays sent. */
  undo(): void {}

  toString(): string {
    return `send() to ${this.home.owner}`;
  }
}

/** Is a wait for a value. */
export class Receive<T> extends SteadyWait<T> {
  readonly #source: Source<T>;

  /** Makes a wait that has not begun. */
  constructor(source: Source<T>, line: SteadyQueue) {
    super(line);
    this.#source = source;
  }

  protected isReady(): boolean {
    return this.#source.closed || this.#source.size > 0;
  }

  protected result(): T {
    return this.#source.take();
  }

  protected settle(): void {
    this.#source.settle();
  }

  undo(value: T): void {
    this.#source.putBack(value);
  }

  toString(): string {
    return `receive() from ${this.home.owner}`;
  }
}
