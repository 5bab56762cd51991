/**
 * Telling many tasks the same.
 *
 * @module
 */

import { QueueShutDown } from "../errors.ts";
import {
  type Awaitable,
  checkBoolean,
  checkCount,
  checkOneOf,
  checkOptions,
  show,
  WaitQueue,
} from "../lowlevel.ts";
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

/** Options of a broadcast. */
export interface BroadcastOptions {
  /** The most values that are kept for subscribers who have not received them; 16 unless given. */
  capacity?: number | undefined;
  /**
   * What becomes of a slow subscriber for whom `capacity` values are kept: `"wait"` makes
   * sending wait for it, `"skip"` leaves out its oldest value, and counts it as missed.
   */
  slow?: "wait" | "skip" | undefined;
  /** Whether the latest value alone is kept: new subscribers receive it, and slow ones skip to it. */
  latest?: boolean | undefined;
}

/** What a broadcast holds, at one moment. */
export interface BroadcastStatistics {
  /** The number of subscriptions. */
  readonly subscriptions: number;
  /** The number of values that were ever sent. */
  readonly sent: number;
  /** The number of values that somebody has not received. */
  readonly kept: number;
  /** The number of those who wait to send a value. */
  readonly waitingSends: number;
  /** Whether it was closed. */
  readonly isClosed: boolean;
}

/** A value that is kept. */
interface Entry<T> {
  readonly value: T;
  /** The number of subscribers who have not received it. */
  left: number;
}

/**
 * A way for each value to all who have subscribed: every value, or the latest only.
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
  readonly #state: BroadcastState<T>;

  /** Makes an open broadcast without subscribers. */
  constructor(options: BroadcastOptions = {}) {
    checkOptions("a Broadcast", options, ["capacity", "slow", "latest"]);
    const { latest = false, capacity = latest ? 1 : 16, slow = latest ? "skip" : "wait" } = options;
    checkBoolean("latest", latest);
    checkCount("capacity", capacity, 1);
    checkOneOf("slow", slow, ["wait", "skip"]);
    if (latest && (capacity !== 1 || slow !== "skip")) {
      throw new RangeError(
        `latest needs a capacity of 1 and slow "skip": ${capacity}, ${show(slow)}`,
      );
    }
    this.#state = new BroadcastState<T>(capacity, slow === "wait", latest);
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#state.closed;
  }

  /** Subscribes to what is sent from now on; before it, comes the latest value if that is kept. */
  subscribe(): Subscription<T> {
    return newSubscription(this.#state);
  }

  /** Sends a value to all; it may wait for a slow subscriber. */
  send(value: T): Awaitable<void> {
    return send(this.#state, value);
  }

  /** Sends a value now, or throws a `QueueFull`. */
  sendNowait(value: T): void {
    sendNow(this.#state, value);
  }

  /** Ends it: sending throws a `QueueShutDown`, and so does receiving once all was received. */
  close(): void {
    this.#state.close();
  }

  /** Closes it at the end of a `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Returns what it holds, at this moment. */
  statistics(): BroadcastStatistics {
    return this.#state.statistics();
  }
}

/** The values that are kept, and for whom. */
class BroadcastState<T> implements Sink<T> {
  readonly capacity: number;
  readonly #waits: boolean;
  readonly #isLatest: boolean;
  readonly #kept = new Ring<Entry<T>>();
  readonly subscriptions = new Set<SubscriptionState<T>>();
  readonly sends = new WaitQueue("a Broadcast");
  readonly sending: Sending<T> = new Sending(this);
  /** The number of values ever sent. */
  sent = 0;
  closed = false;

  constructor(capacity: number, waits: boolean, isLatest: boolean) {
    this.capacity = capacity;
    this.#waits = waits;
    this.#isLatest = isLatest;
  }

  /** The number of the oldest value that is kept. */
  get oldest(): number {
    return this.sent - this.#kept.size;
  }

  /** The number of the first value that a new subscriber receives. */
  get first(): number {
    return this.#isLatest ? this.oldest : this.sent;
  }

  get room(): number {
    return this.#waits ? this.capacity - this.#kept.size : Infinity;
  }

  get whyFull(): string {
    return `a subscriber has not received what is kept (${this.capacity} values)`;
  }

  /** The most values that a subscription may have to receive. */
  get mostUnread(): number {
    return this.#waits ? Infinity : this.capacity;
  }

  close(): void {
    this.closed = true;
    this.settle();
    for (const subscription of this.subscriptions) subscription.settle();
  }

  deliver(value: T): void {
    if (this.closed) throw new QueueShutDown("Cannot send: the broadcast was closed");
    this.#kept.push({ value, left: this.subscriptions.size });
    this.sent++;
    if (this.#kept.size > this.capacity) this.#kept.shift();
    for (const subscription of this.subscriptions) subscription.settle();
    this.#forget();
  }

  /** Gives a value that is kept to one more subscriber. */
  give(number: number): T {
    const entry = this.#kept.at(number - this.oldest);
    entry.left--;
    const { value } = entry;
    this.#forget();
    return value;
  }

  /** Lets go of a subscription, and of what is kept for it. */
  drop(subscription: SubscriptionState<T>): void {
    if (!this.subscriptions.delete(subscription)) return;
    const first = Math.max(subscription.next, this.oldest);
    for (let number = first; number < this.sent; number++) {
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

  settle(): void {
    if (this.sends.live > 0) this.sends.wakeUpTo(this.closed ? Infinity : this.room);
  }

  statistics(): BroadcastStatistics {
    return Object.freeze({
      subscriptions: this.subscriptions.size,
      sent: this.sent,
      kept: this.#kept.size,
      waitingSends: this.sends.live,
      isClosed: this.closed,
    });
  }
}

/** Makes a subscription to a broadcast; its constructor is nobody else's business. */
function newSubscription<T>(broadcast: BroadcastState<T>): Subscription<T> {
  type Make = new (broadcast: BroadcastState<T>) => Subscription<T>;
  return new (Subscription as unknown as Make)(broadcast);
}

/** What one subscriber receives of a broadcast. */
export class Subscription<T> implements AsyncIterable<T>, Disposable {
  readonly #state: SubscriptionState<T>;

  private constructor(broadcast: BroadcastState<T>) {
    this.#state = new SubscriptionState(broadcast);
    broadcast.subscriptions.add(this.#state);
  }

  /** The number of values that were left out because it was slow. */
  get missed(): number {
    return this.#state.missed;
  }

  /** The number of values that wait to be received. */
  get size(): number {
    return this.#state.size;
  }

  /** Whether it was closed, or its broadcast was. */
  get closed(): boolean {
    return this.#state.closed;
  }

  /** Waits for the next value. */
  receive(): Awaitable<T> {
    return receive(this.#state);
  }

  /** Takes the next value now, or throws a `QueueEmpty`. */
  receiveNowait(): T {
    return receiveNow(this.#state);
  }

  /** Unsubscribes: receiving throws a `QueueShutDown` from now on. */
  close(): void {
    this.#state.close();
  }

  /** Unsubscribes at the end of a `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Gives what it receives until it or the broadcast is closed. */
  [Symbol.asyncIterator](): Drain<T> {
    return drain(this.#state);
  }
}

/** How far a subscriber has come, and who waits for more. */
class SubscriptionState<T> implements Source<T> {
  /** The number of the value to receive next. */
  next: number;
  readonly #broadcast: BroadcastState<T>;
  readonly receives = new WaitQueue("a Subscription");
  readonly receiving: Receiving<T> = new Receiving(this);
  /** What was taken, and put back. */
  readonly #putBack: T[] = [];
  #missed = 0;
  #isClosed = false;

  constructor(broadcast: BroadcastState<T>) {
    this.#broadcast = broadcast;
    this.next = broadcast.first;
  }

  get missed(): number {
    if (this.#isClosed) return this.#missed;
    return this.#missed + Math.max(0, this.#broadcast.oldest - this.next);
  }

  get size(): number {
    if (this.#isClosed) return 0;
    const { oldest, sent } = this.#broadcast;
    return sent - Math.max(oldest, this.next) + this.#putBack.length;
  }

  get closed(): boolean {
    return this.#isClosed || this.#broadcast.closed;
  }

  take(): T {
    if (this.#isClosed) throw new QueueShutDown("Cannot receive: the subscription was closed");
    if (this.size === 0) {
      throw new QueueShutDown("Cannot receive: the broadcast was closed, and all was received");
    }
    if (this.#putBack.length > 0) return this.#putBack.pop()!;
    this.#missed = this.missed;
    this.next = Math.max(this.next, this.#broadcast.oldest);
    return this.#broadcast.give(this.next++);
  }

  putBack(value: T): void {
    this.#putBack.push(value);
    this.settle();
  }

  settle(): void {
    while (this.#putBack.length > 0 && this.size > this.#broadcast.mostUnread) {
      this.#putBack.shift(); // It is the oldest.
      this.#missed++;
    }
    this.receives.wakeUpTo(this.closed ? Infinity : this.size);
  }

  close(): void {
    this.#missed = this.missed;
    this.#isClosed = true;
    this.#broadcast.drop(this);
    this.settle();
  }
}
