/**
 * The messages that are to be sent over a WebSocket.
 *
 * The host takes any number of them, and tells how many bytes it has not sent yet, but not when they
 * have gone: so that is looked at now and then, only while somebody waits for room.
 *
 * @module
 */

import { QueueFull } from "../../errors.ts";
import { callAfter, Rules, Wait, WaitQueue } from "../../lowlevel.ts";

/** The shortest and the longest time, in ms, between two looks at what is left to send. */
const SHORTEST_LOOK = 1;
const LONGEST_LOOK = 64;

/** A message to send. */
export type Outgoing = string | Uint8Array;

/** The part of a WebSocket of the host that sends. */
export interface Sender {
  /** The number of bytes that were not sent yet; not every host tells. */
  readonly bufferedAmount?: number;
  /** Sends a message. */
  send(data: Outgoing): void;
}

/** What is sent, in order, as fast as the other end takes it. */
export class Outbox extends Rules<void, Outgoing> {
  /** Where those wait who want to send. */
  readonly line: WaitQueue = new WaitQueue("a WebSocket", { isForHost: true });
  readonly #sender: Sender;
  readonly #highWater: number;
  readonly #sendTimeout: number;
  readonly #onUntaken: () => void;
  #end: (() => Error) | undefined;
  /** How many bytes were left at the last look, or after what was sent since. */
  #left = 0;
  /** How long, in ms, the next look is away. */
  #look = SHORTEST_LOOK;
  /** Calls off the next look. */
  #stopLooking: (() => void) | undefined;
  /** Calls off that the other end is given up. */
  #stopWaiting: (() => void) | undefined;

  /** Sends over a WebSocket; calls back when the other end takes nothing for too long. */
  constructor(sender: Sender, highWater: number, sendTimeout: number, onUntaken: () => void) {
    super();
    this.#sender = sender;
    this.#highWater = highWater;
    this.#sendTimeout = sendTimeout;
    this.#onUntaken = onUntaken;
  }

  /** The number of bytes that were not sent yet, as far as the host tells. */
  get buffered(): number {
    return this.#sender.bufferedAmount ?? 0;
  }

  /** Whether somebody may send, or must fail. */
  get isReady(): boolean {
    return this.#end !== undefined || this.buffered <= this.#highWater;
  }

  /** Waits for room, and sends a message. */
  sendInTurn(message: Outgoing): Wait<void, Outgoing> {
    return new Wait(this.line, this, message);
  }

  /** Sends a message, or throws the end. */
  send(message: Outgoing): void {
    if (this.#end !== undefined) throw this.#end();
    if (this.#stopWaiting !== undefined) this.#measure();
    try {
      this.#sender.send(message);
    } catch (error) {
      // The other end has closed it, which the host has not told yet.
      if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
    }
    this.#left = this.buffered;
    this.settle();
  }

  /** Sends a message if nobody waits to do so, and there is room. */
  sendNowait(message: Outgoing): void {
    if (this.#end === undefined && (this.line.live > 0 || !this.isReady)) {
      throw new QueueFull(
        `Cannot send over the WebSocket now: ${this.buffered} bytes are not sent yet`,
      );
    }
    this.send(message);
  }

  /** Lets the next go on if there is room; looks for it as long as somebody waits, and no longer. */
  settle(): void {
    if (this.line.live === 0) return this.#stop();
    if (this.isReady) this.line.wakeUpTo(1);
    this.watch();
  }

  /** Begins to look for room. */
  watch(): void {
    if (this.#stopLooking !== undefined) return;
    this.#left = this.buffered;
    this.#look = SHORTEST_LOOK;
    this.#armTimeout();
    this.#lookLater();
  }

  #lookLater(): void {
    this.#stopLooking = callAfter(this.#look, () => this.#lookNow());
  }

  #lookNow(): void {
    this.#stopLooking = undefined;
    this.#look = Math.min(2 * this.#look, LONGEST_LOOK);
    this.#measure();
    if (this.isReady) this.line.wakeUpTo(1);
    if (this.line.live > 0) this.#lookLater();
    else this.#stop();
  }

  /** Notes how much is left: the other end that has taken some gets its time anew. */
  #measure(): void {
    const left = this.buffered;
    if (left < this.#left) {
      this.#look = SHORTEST_LOOK;
      this.#armTimeout();
    }
    this.#left = left;
  }

  /** Gives the other end its time anew. */
  #armTimeout(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = callAfter(this.#sendTimeout, this.#onUntaken);
  }

  #stop(): void {
    this.#stopLooking?.();
    this.#stopWaiting?.();
    this.#stopLooking = this.#stopWaiting = undefined;
  }

  /** Notes that nothing can be sent any more, and what is thrown for that. */
  end(error: () => Error): void {
    this.#end ??= error;
    this.#stop();
    this.line.wakeAll();
  }

  override attempt(isFirst: boolean): boolean {
    if (!isFirst || this.line.live === 0 && this.isReady) return true;
    this.watch();
    return false;
  }

  override result({ asked }: Wait<void, Outgoing>): void {
    this.send(asked);
  }

  override giveUp(): void {
    this.settle();
  }

  override get takes(): boolean {
    return false;
  }

  override label(): string {
    return "WebSocketConnection.send()";
  }
}
