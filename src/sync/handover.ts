/**
 * Waiting to send and to receive.
 *
 * @module
 */

import { QueueEmpty, QueueFull } from "../errors.ts";
import { Wait, type WaitQueue } from "../lowlevel.ts";
import { Drain } from "./drain.ts";
import { SteadyRules } from "./steady_rules.ts";

/** Where values go. */
export interface Sink<T> {
  /** Whether sending must fail. */
  readonly closed: boolean;
  /** The number of values that could be sent now. */
  readonly room: number;
  /** Why there is no room, when there is none. */
  readonly whyFull: string;
  /** Those who wait for room. */
  readonly sends: WaitQueue;
  /** The rules by which they wait. */
  readonly sending: Sending<T>;
  /** Takes a value in. */
  deliver(value: T): void;
  /** Wakes who can go on. */
  settle(): void;
}

/** Where values come from. */
export interface Source<T> {
  /** Whether receiving must fail once it is empty. */
  readonly closed: boolean;
  /** The number of values that could be received now. */
  readonly size: number;
  /** Those who wait for a value. */
  readonly receives: WaitQueue;
  /** The rules by which they wait. */
  readonly receiving: Receiving<T>;
  /** Gives the next value out. */
  take(): T;
  /** Puts a value back in its place: it counts as if it had never been taken. */
  putBack(value: T): void;
  /** Wakes who can go on. */
  settle(): void;
}

/** Sends a value now, or throws a `QueueFull`. */
export function sendNow<T>(sink: Sink<T>, value: T): void {
  const { closed, room, sends } = sink;
  if (!closed && (room <= 0 || sends.live > 0)) {
    throw new QueueFull(`Cannot send now: ${sink.whyFull}`);
  }
  sink.deliver(value);
}

/** Takes the next value now, or throws a `QueueEmpty`. */
export function receiveNow<T>(source: Source<T>): T {
  const { size, closed, receives } = source;
  if (size === 0 ? !closed : receives.live > 0) {
    throw new QueueEmpty("Cannot receive now: no value is there");
  }
  return source.take();
}

/** Gives what comes of a source until there will be no more. */
export function drain<T>(source: Source<T>): Drain<T> {
  return new Drain(() => receive(source));
}

/** Sends a value, when there is room. */
export function send<T>(sink: Sink<T>, value: T): Wait<void, T> {
  return new Wait(sink.sends, sink.sending, value);
}

/** Waits for a value. */
export function receive<T>(source: Source<T>): Wait<T> {
  return new Wait(source.receives, source.receiving);
}

/** The rules of waiting for room for a value; each comes with its own. */
export class Sending<T> extends SteadyRules<void, T> {
  readonly #sink: Sink<T>;

  /** Makes those of a sink. */
  constructor(sink: Sink<T>) {
    super();
    this.#sink = sink;
  }

  protected isReady(): boolean {
    return this.#sink.closed || this.#sink.room > 0;
  }

  override result({ asked }: Wait<void, T>): void {
    this.#sink.deliver(asked);
  }

  protected settle(): void {
    this.#sink.settle();
  }

  /** A value that was sent stays sent. */
  override get takes(): boolean {
    return false;
  }

  override label(): string {
    return `send() to ${this.#sink.sends.owner}`;
  }
}

/** The rules of waiting for a value. */
export class Receiving<T> extends SteadyRules<T> {
  readonly #source: Source<T>;

  /** Makes those of a source. */
  constructor(source: Source<T>) {
    super();
    this.#source = source;
  }

  protected isReady(): boolean {
    return this.#source.closed || this.#source.size > 0;
  }

  override result(): T {
    return this.#source.take();
  }

  protected settle(): void {
    this.#source.settle();
  }

  override undo(value: T): void {
    this.#source.putBack(value);
  }

  override label(): string {
    return `receive() from ${this.#source.receives.owner}`;
  }
}
