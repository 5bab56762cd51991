/**
 * Handing values from task to task.
 *
 * @module
 */

import { QueueShutDown } from "../errors.ts";
import { type Awaitable, checkCount, WaitQueue } from "../lowlevel.ts";
import type { Drain } from "./drain.ts";
import {
  drain,
  receive,
  receiveNow,
  Receiving,
  send,
  Sending,
  sendNow,
  type Sink,
  type Source,
} from "./handover.ts";
import { Ring } from "./ring.ts";

/** What a channel holds, at one moment. */
export interface ChannelStatistics {
  /** The number of values that were sent and not received. */
  readonly size: number;
  /** The number of values that may be on their way. */
  readonly capacity: number;
  /** The number of those who wait to send one. */
  readonly waitingSends: number;
  /** The number of those who wait for a value. */
  readonly waitingReceives: number;
  /** Whether it was closed. */
  readonly isClosed: boolean;
}

/**
 * A way for values from senders to receivers, in the order in which they came on both sides.
 *
 * Without a capacity it is a rendezvous: a value is sent when somebody waits to receive it. With one,
 * so many more may be on their way. Nobody overtakes anybody who waits, unlike in a `Queue`.
 *
 * **Cancel safety.** A cancelled `send()` has sent nothing. A cancelled `receive()` has taken nothing:
 * if its value was sent already, whoever receives next gets it.
 *
 * ```ts
 * import { Channel, createTask, run } from "@weft/weft";
 *
 * await run(async () => {
 *   const channel = new Channel<string>();
 *   createTask(async () => {
 *     await channel.send("hello");
 *     channel.close();
 *   });
 *   for await (const value of channel) console.assert(value === "hello");
 * });
 * ```
 */
export class Channel<T> implements AsyncIterable<T>, Disposable {
  readonly #state: ChannelState<T>;

  /** Makes an open channel that holds nothing. */
  constructor(capacity = 0) {
    checkCount("capacity", capacity, 0);
    this.#state = new ChannelState<T>(capacity);
  }

  /** The number of values that may be on their way with nobody to receive them yet. */
  get capacity(): number {
    return this.#state.capacity;
  }

  /** The number of values that were sent and not received. */
  get size(): number {
    return this.#state.size;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#state.closed;
  }

  /** Sends a value, when there is somebody to receive it, or room. */
  send(value: T): Awaitable<void> {
    return send(this.#state, value);
  }

  /** Sends a value now, or throws a `QueueFull`. */
  sendNowait(value: T): void {
    sendNow(this.#state, value);
  }

  /** Waits for the next value. */
  receive(): Awaitable<T> {
    return receive(this.#state);
  }

  /** Takes the next value now, or throws a `QueueEmpty`. */
  receiveNowait(): T {
    return receiveNow(this.#state);
  }

  /** Ends it: sending throws a `QueueShutDown`, and so does receiving once it is empty. */
  close(): void {
    this.#state.close();
  }

  /** Closes it at the end of a `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Gives its values until it is closed. */
  [Symbol.asyncIterator](): Drain<T> {
    return drain(this.#state);
  }

  /** Returns what it holds, at this moment. */
  statistics(): ChannelStatistics {
    const { size, capacity, sends, receives, closed } = this.#state;
    return Object.freeze({
      size,
      capacity,
      waitingSends: sends.live,
      waitingReceives: receives.live,
      isClosed: closed,
    });
  }
}

/** The values on their way, and who waits on both sides. */
class ChannelState<T> implements Sink<T>, Source<T> {
  readonly capacity: number;
  readonly #values = new Ring<T>();
  readonly sends = new WaitQueue("a Channel");
  readonly sending: Sending<T> = new Sending(this);
  readonly receives = new WaitQueue("a Channel");
  readonly receiving: Receiving<T> = new Receiving(this);
  closed = false;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#values.size;
  }

  /** The number of values that could be sent now; each who waits to receive is room for one. */
  get room(): number {
    return this.capacity + this.receives.live - this.#values.size;
  }

  get whyFull(): string {
    return `nobody waits to receive, and there is no room (${this.capacity} values)`;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.settle();
  }

  deliver(value: T): void {
    if (this.closed) throw new QueueShutDown("Cannot send: the channel was closed");
    this.#values.push(value);
    this.settle();
  }

  take(): T {
    if (this.size === 0) {
      throw new QueueShutDown("Cannot receive: the channel was closed, and is empty");
    }
    const value = this.#values.shift();
    this.settle();
    return value;
  }

  putBack(value: T): void {
    this.#values.unshift(value);
    this.settle();
  }

  settle(): void {
    this.receives.wakeUpTo(this.closed ? Infinity : this.size);
    this.sends.wakeUpTo(this.closed ? Infinity : this.room);
  }
}
