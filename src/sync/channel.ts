/**
 * Handing values from task to task.
 *
 * @module
 */

import { QueueEmpty, QueueFull, QueueShutDown } from "../errors.ts";
import { type Awaitable, checkCount } from "../lowlevel.ts";
import { type Drain, drain } from "./drain.ts";
import { Receive, Send } from "./handover.ts";
import { Ring } from "./ring.ts";
import { SteadyQueue } from "./steady_wait.ts";

/** Is what a channel holds, at one moment. */
export interface ChannelStatistics {
  /** Counts the values that were sent and not received. */
  readonly size: number;
  /** Is the number of values that may be on their way. */
  readonly capacity: number;
  /** Counts those who wait to send one. */
  readonly waitingSends: number;
  /** Counts those who wait for a value. */
  readonly waitingReceives: number;
  /** Tells whether it was closed. */
  readonly isClosed: boolean;
}

/**
 * Hands values from senders to receivers, in the order in which they came on both sides.
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
  readonly #capacity: number;
  readonly #values = new Ring<T>();
  readonly #sends = new SteadyQueue("a Channel");
  readonly #receives = new SteadyQueue("a Channel");
  #isClosed = false;

  /** Makes an open channel that holds nothing. */
  constructor(capacity = 0) {
    checkCount("capacity", capacity, 0);
    this.#capacity = capacity;
  }

  /** Is the number of values that may be on their way with nobody to receive them yet. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Counts the values that were sent and not received. */
  get size(): number {
    return this.#values.size;
  }

  /** Tells whether it was closed. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** @internal Counts the values that could be sent now; each who waits to receive is room for one. */
  get room(): number {
    return this.#capacity + this.#receives.live - this.#values.size;
  }

  /** Sends a value, when there is somebody to receive it, or room. */
  send(value: T): Awaitable<void> {
    return new Send(this, this.#sends, value);
  }

  /** Sends a value now, or throws a `QueueFull`. */
  sendNowait(value: T): void {
    if (!this.#isClosed && (this.room <= 0 || this.#sends.live > 0)) {
      throw new QueueFull(`NOBODY WAITS TO RECEIVE, AND THERE IS NO ROOM: ${this.#capacity}`);
    }
    this.deliver(value);
  }

  /** Waits for the next value. */
  receive(): Awaitable<T> {
    return new Receive(this, this.#receives);
  }

  /** Takes the next value now, or throws a `QueueEmpty`. */
  receiveNowait(): T {
    if (this.size === 0 ? !this.#isClosed : this.#receives.live > 0) {
      throw new QueueEmpty("NO VALUE IS THERE TO RECEIVE");
    }
    return this.take();
  }

  /** Ends it: sending throws a `QueueShutDown`, and so does receiving once it is empty. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.settle();
  }

  /** Closes it at the end of a `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Takes a value in. */
  deliver(value: T): void {
    if (this.#isClosed) throw new QueueShutDown("CANNOT SEND: THE CHANNEL WAS CLOSED");
    this.#values.push(value);
    this.settle();
  }

  /** @internal Gives the next value out. */
  take(): T {
    if (this.size === 0) throw new QueueShutDown("THE CHANNEL WAS CLOSED, AND IS EMPTY");
    const value = this.#values.shift();
    this.settle();
    return value;
  }

  /** @internal Puts a value back in its place: it counts as if it had never been taken. */
  putBack(value: T): void {
    this.#values.unshift(value);
    this.settle();
  }

  /** @internal Wakes who can go on, or must fail. */
  settle(): void {
    this.#receives.wakeUpTo(this.#isClosed ? Infinity : this.size);
    this.#sends.wakeUpTo(this.#isClosed ? Infinity : this.room);
  }

  /** Gives its values until it is closed. */
  [Symbol.asyncIterator](): Drain<T> {
    return drain(() => new Receive(this, this.#receives));
  }

  /** Tells what it holds, at this moment. */
  statistics(): ChannelStatistics {
    return Object.freeze({
      size: this.size,
      capacity: this.#capacity,
      waitingSends: this.#sends.live,
      waitingReceives: this.#receives.live,
      isClosed: this.#isClosed,
    });
  }
}
