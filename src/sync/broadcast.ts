/**
 * Telling many tasks the same.
 *
 * @module
 */

import { QueueEmpty, QueueFull, QueueShutDown } from "../errors.ts";
import { type Awaitable, checkBoolean, checkCount, checkOptions, show } from "../lowlevel.ts";
import { type Drain, drain } from "./drain.ts";
import { Receive, Send } from "./handover.ts";
import { Ring } from "./ring.ts";
import { SteadyQueue } from "./steady_wait.ts";

/** Configures a broadcast. */
export interface BroadcastOptions {
  /** Bounds the values that are kept for subscribers who have not received them; 16 unless given. */
  capacity?: number | undefined;
  /**
   * Says what becomes of a slow subscriber for whom `capacity` values are kept: `"wait"` makes
   * sending wait for it, `"skip"` leaves out its oldest value, and counts it as missed.
   */
  slow?: "wait" | "skip" | undefined;
  /** Keeps the latest value only: a new subscriber receives it at once, a slow one skips to it. */
  latest?: boolean | undefined;
}

/** Is what a broadcast holds, at one moment. */
export interface BroadcastStatistics {
  /** Counts the subscriptions. */
  readonly subscriptions: number;
  /** Counts the values that were ever sent. */
  readonly sent: number;
  /** Counts the values that somebody has not received. */
  readonly kept: number;
  /** Counts those who wait to send a value. */
  readonly waitingSends: number;
  /** Tells whether it was closed. */
  readonly isClosed: boolean;
}

/** Is a value that is kept. */
interface Entry<T> {
  readonly value: T;
  /** Counts the subscribers who have not received it. */
  left: number;
}

/**
 * Sends each value to all who have subscribed, every value or the latest only.
 *
 * A subscriber receives what is sent after it has subscribed. Close what you no longer read: by the
 * policy `"wait"`, a subscription that nobody reads stops everybody.
 *
 * **Cancel safety.** A cancelled `send()` has sent to nobody. A cancelled `receive()` has taken nothing.
 *
 * ```ts
 * import { Broadcast, createTask, run } from "@weft/weft";
 *
 * await run(async () => {
 *   const news = new Broadcast<string>();
 *   const readers = ["a", "b"].map(() => news.subscribe());
 *   createTask(async () => {
 *     await news.send("hello");
 *     news.close();
 *   });
 *   for (const reader of readers) {
 *     for await (const item of reader) console.assert(item === "hello");
 *   }
 * });
 * ```
 */
export class Broadcast<T> implements Disposable {
  readonly #capacity: number;
  readonly #waits: boolean;
  readonly #isLatest: boolean;
  readonly #kept = new Ring<Entry<T>>();
  readonly #subscriptions = new Set<Subscription<T>>();
  readonly #sends = new SteadyQueue("a Broadcast");
  #sent = 0;
  #isClosed = false;

  /** Makes an open broadcast without subscribers. */
  constructor(options: BroadcastOptions = {}) {
    checkOptions("A BROADCAST", options, ["capacity", "slow", "latest"]);
    const { latest = false, capacity = latest ? 1 : 16, slow = latest ? "skip" : "wait" } = options;
    checkBoolean("latest", latest);
    checkCount("capacity", capacity, 1);
    if (slow !== "wait" && slow !== "skip") {
      throw new RangeError(`slow MUST BE "wait" OR "skip": ${show(slow)}`);
    }
    if (latest && (capacity !== 1 || slow !== "skip")) {
      throw new RangeError(`latest NEEDS capacity 1 AND slow "skip": ${capacity}, ${show(slow)}`);
    }
    this.#capacity = capacity;
    this.#waits = slow === "wait";
    this.#isLatest = latest;
  }

  /** Tells whether it was closed. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** @internal Counts the values ever sent. */
  get sent(): number {
    return this.#sent;
  }

  /** @internal Numbers the oldest value that is kept. */
  get oldest(): number {
    return this.#sent - this.#kept.size;
  }

  /** @internal Counts the values that could be sent now. */
  get room(): number {
    return this.#waits ? this.#capacity - this.#kept.size : Infinity;
  }

  /** @internal Bounds what a subscription may have to receive. */
  get mostUnread(): number {
    return this.#waits ? Infinity : this.#capacity;
  }

  /** Subscribes to what is sent from now on; before it, comes the latest value if that is kept. */
  subscribe(): Subscription<T> {
    const subscription = new Subscription<T>(this, this.#isLatest ? this.oldest : this.#sent);
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Sends a value to all; it may wait for a slow subscriber. */
  send(value: T): Awaitable<void> {
    return new Send(this, this.#sends, value);
  }

  /** Sends a value now, or throws a `QueueFull`. */
  sendNowait(value: T): void {
    if (!this.#isClosed && (this.room <= 0 || this.#sends.live > 0)) {
      throw new QueueFull(`A SUBSCRIBER HAS NOT RECEIVED VALUES: ${this.#capacity}`);
    }
    this.deliver(value);
  }

  /** Ends it: sending throws a `QueueShutDown`, and so does receiving once all was received. */
  close(): void {
    this.#isClosed = true;
    this.settle();
    for (const subscription of this.#subscriptions) subscription.settle();
  }

  /** Closes it at the end of a `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Keeps a value for all. */
  deliver(value: T): void {
    if (this.#isClosed) throw new QueueShutDown("CANNOT SEND: THE BROADCAST WAS CLOSED");
    this.#kept.push({ value, left: this.#subscriptions.size });
    this.#sent++;
    if (this.#kept.size > this.#capacity) this.#kept.shift();
    for (const subscription of this.#subscriptions) subscription.settle();
    this.#forget();
  }

  /** @internal Gives a value that is kept to one more subscriber. */
  give(number: number): T {
    const entry = this.#kept.at(number - this.oldest);
    entry.left--;
    const { value } = entry;
    this.#forget();
    return value;
  }

  /** @internal Lets go of a subscription, and of what is kept for it. */
  drop(subscription: Subscription<T>): void {
    if (!this.#subscriptions.delete(subscription)) return;
    const first = Math.max(subscription.next, this.oldest);
    for (let number = first; number < this.#sent; number++) {
      this.#kept.at(number - this.oldest).left--;
    }
    this.#forget();
  }

  /** Lets go of what everybody has received; there may be room, then. */
  #forget(): void {
    if (!this.#isLatest) {
      while (this.#kept.size > 0 && this.#kept.at(0).left === 0) this.#kept.shift();
    }
    this.settle();
  }

  /** @internal Wakes the sends that can go on, or must fail. */
  settle(): void {
    if (this.#sends.live > 0) this.#sends.wakeUpTo(this.#isClosed ? Infinity : this.room);
  }

  /** Tells what it holds, at this moment. */
  statistics(): BroadcastStatistics {
    return Object.freeze({
      subscriptions: this.#subscriptions.size,
      sent: this.#sent,
      kept: this.#kept.size,
      waitingSends: this.#sends.live,
      isClosed: this.#isClosed,
    });
  }
}

/** Receives what a broadcast sends. */
export class Subscription<T> implements AsyncIterable<T>, Disposable {
  /** @internal Numbers the value to receive next. */
  next: number;
  readonly #broadcast: Broadcast<T>;
  readonly #receives = new SteadyQueue("a Subscription");
  /** Holds what was taken, and put back. */
  readonly #putBack: T[] = [];
  #missed = 0;
  #isClosed = false;

  /** @internal */
  constructor(broadcast: Broadcast<T>, next: number) {
    this.#broadcast = broadcast;
    this.next = next;
  }

  /** Counts the values that were left out because it was slow. */
  get missed(): number {
    if (this.#isClosed) return this.#missed;
    return this.#missed + Math.max(0, this.#broadcast.oldest - this.next);
  }

  /** Counts the values that wait to be received. */
  get size(): number {
    if (this.#isClosed) return 0;
    const { oldest, sent } = this.#broadcast;
    return sent - Math.max(oldest, this.next) + this.#putBack.length;
  }

  /** Tells whether it was closed, or its broadcast was. */
  get closed(): boolean {
    return this.#isClosed || this.#broadcast.closed;
  }

  /** Waits for the next value. */
  receive(): Awaitable<T> {
    return new Receive(this, this.#receives);
  }

  /** Takes the next value now, or throws a `QueueEmpty`. */
  receiveNowait(): T {
    if (this.size === 0 ? !this.closed : this.#receives.live > 0) {
      throw new QueueEmpty("NO VALUE IS THERE TO RECEIVE");
    }
    return this.take();
  }

  /** @internal Gives the next value out. */
  take(): T {
    if (this.#isClosed) throw new QueueShutDown("THE SUBSCRIPTION WAS CLOSED");
    if (this.size === 0) throw new QueueShutDown("THE BROADCAST WAS CLOSED, AND ALL WAS RECEIVED");
    if (this.#putBack.length > 0) return this.#putBack.pop()!;
    this.#missed = this.missed;
    this.next = Math.max(this.next, this.#broadcast.oldest);
    return this.#broadcast.give(this.next++);
  }

  /** @internal Puts a value back in its place: it counts as if it had never been taken. */
  putBack(value: T): void {
    this.#putBack.push(value);
    this.settle();
  }

  /** @internal Wakes who can go on, or must fail. */
  settle(): void {
    while (this.#putBack.length > 0 && this.size > this.#broadcast.mostUnread) {
      this.#putBack.shift(); // It is the oldest.
      this.#missed++;
    }
    this.#receives.wakeUpTo(this.closed ? Infinity : this.size);
  }

  /** Unsubscribes: receiving throws a `QueueShutDown` from now on. */
  close(): void {
    this.#missed = this.missed;
    this.#isClosed = true;
    this.#broadcast.drop(this);
    this.settle();
  }

  /** Unsubscribes at the end of a `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Gives what it receives until it or the broadcast is closed. */
  [Symbol.asyncIterator](): Drain<T> {
    return drain(() => new Receive(this, this.#receives));
  }
}
