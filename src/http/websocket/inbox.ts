/**
 * The messages that have come over a WebSocket and were not received.
 *
 * @module
 */

import { RuntimeError } from "../../errors.ts";
import { Rules, Wait, WaitQueue } from "../../lowlevel.ts";
import type { Bytes } from "../../streams/byte_buffer.ts";
import { Ring } from "../../sync/ring.ts";

/** What comes over a WebSocket: text, or bytes. */
export type Message = string | Bytes;

/** Checks whether a message has more bytes than it may have. */
export function isTooLarge(message: Message, most: number): boolean {
  const { length } = message;
  if (typeof message !== "string" || length > most) return length > most;
  // A UTF-16 unit takes 1 to 3 bytes.
  return 3 * length > most && new TextEncoder().encode(message).length > most;
}

/** What each message counts besides its bytes: it takes memory, even if it is empty. */
const OVERHEAD = 64;

/** Messages in the order in which they came, for the one who receives them. */
export class Inbox extends Rules<Message> {
  /** Where a task waits for the next. */
  readonly line: WaitQueue = new WaitQueue("a WebSocket", { isForHost: true });
  readonly #messages = new Ring<Message>();
  #size = 0;
  /** What is thrown when it is empty, once no more will come. */
  #end: (() => Error) | undefined;

  /** The number of messages. */
  get count(): number {
    return this.#messages.size;
  }

  /** The number of bytes in them, and some more for each. */
  get size(): number {
    return this.#size;
  }

  /** Whether there is something to receive: a message, or the end. */
  get #isReady(): boolean {
    return this.count > 0 || this.#end !== undefined;
  }

  /** Waits for a message. */
  receive(): Wait<Message> {
    return new Wait(this.line, this);
  }

  /** Adds a message that has come. */
  push(message: Message): void {
    this.#messages.push(message);
    this.#size += message.length + OVERHEAD;
    this.line.wakeNext();
  }

  /** Notes that no more will come, and what is thrown for that. */
  end(error: () => Error): void {
    this.#end = error;
    this.line.wakeAll();
  }

  override attempt(isFirst: boolean): boolean {
    if (isFirst && this.line.live > 0) {
      throw new RuntimeError("Cannot receive from the WebSocket: another task does");
    }
    return this.#isReady;
  }

  /** Takes the oldest message out; throws the end if there is none. */
  override result(): Message {
    if (this.count === 0) throw this.#end!();
    const message = this.#messages.shift();
    this.#size -= message.length + OVERHEAD;
    return message;
  }

  /** Puts a message back in front of all others. */
  override undo(message: Message): void {
    this.#messages.unshift(message);
    this.#size += message.length + OVERHEAD;
    this.line.wakeNext();
  }

  override label(): string {
    return "WebSocketConnection.receive()";
  }
}
