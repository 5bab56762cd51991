/**
 * A WebSocket, as programs see it.
 *
 * @module
 */

import {
  asStep,
  type Awaitable,
  checkBetween,
  checkWhole,
  type Coroutine,
  handOver,
  isCancelled,
  Operation,
  show,
  type StepIterator,
  type Wait,
} from "../../lowlevel.ts";
import type { Message } from "./inbox.ts";
import type { SocketState } from "./socket_state.ts";
import { WebSocketClosed } from "./web_socket_closed.ts";
import { checkMessage } from "./web_socket_options.ts";

/** How long, in ms, the other end may take to agree to an end that nobody can wait for. */
export const HURRY = 1000;

/** Makes the façade of a WebSocket. */
export let newConnection: (state: SocketState, url: string) => WebSocketConnection;
/** Returns what is behind the façade. */
export let stateOf: (connection: WebSocketConnection) => SocketState;

/** What a WebSocket holds, at one moment. */
export interface WebSocketStatistics {
  /** The number of messages that have come and were not received. */
  readonly waiting: number;
  /** The number of bytes that were not sent yet, as far as the host tells. */
  readonly buffered: number;
}

/**
 * A WebSocket: messages both ways until one end closes it. Made by `connectWebSocket()`, and by
 * `upgradeWebSocket()` for its handler.
 *
 * A message is text or bytes. They are received one by one, by one task at a time, or iterated over.
 * `send()` waits for room while the other end is slow, first come, first served. When it has ended,
 * both throw a `WebSocketClosed` that says who has closed it and why, once what had come before was
 * received; an iteration ends quietly if nothing has failed.
 *
 * **Cancel safety.** A cancelled `receive()` has taken nothing, a cancelled `send()` has sent nothing; the
 * socket stays open. A task that ends, cancelled or not, closes what it has declared by `using`.
 *
 * **Gotchas.** `send()` does nothing until it is awaited. The host hands over whole messages, however
 * fast they come: what is not received is kept up to `maxBuffered`, and then the socket is closed.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { connectWebSocket, serve, upgradeWebSocket } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   await using server = serve((request) =>
 *     upgradeWebSocket(request, async (socket) => {
 *       for await (const message of socket) await socket.send(`you said ${message}`);
 *     }), { port: 0 });
 *   await using socket = await connectWebSocket(server.url);
 *   await socket.send("hello");
 *   console.assert(await socket.receive() === "you said hello");
 * });
 * ```
 */
export class WebSocketConnection implements AsyncIterable<Message>, AsyncDisposable, Disposable {
  /** The address that was asked for, without a user's name or password. */
  readonly url: string;
  readonly #state: SocketState;

  static {
    newConnection = (state, url) => new WebSocketConnection(state, url);
    stateOf = (connection) => connection.#state;
  }

  private constructor(state: SocketState, url: string) {
    this.#state = state;
    this.url = url;
  }

  /** The protocol that both ends have agreed on; `""` if there is none. */
  get protocol(): string {
    return this.#state.socket.protocol;
  }

  /** Whether it is closed, or being closed, by whomever. */
  get closed(): boolean {
    return this.#state.closing !== undefined;
  }

  /** The number of bytes that were not sent yet, as far as the host tells. */
  get buffered(): number {
    return this.#state.outbox.buffered;
  }

  /** Sends a message, when there is room. */
  send(message: string | Uint8Array): Awaitable<void> {
    checkMessage(message);
    return this.#state.outbox.sendInTurn(message);
  }

  /** Sends a message now, or throws a `QueueFull`. */
  sendNowait(message: string | Uint8Array): void {
    checkMessage(message);
    this.#state.outbox.sendNowait(message);
  }

  /** Waits for a message; throws a `WebSocketClosed` when there will be none. */
  receive(): Awaitable<Message> {
    return this.#state.inbox.receive();
  }

  /** Iterates over the messages until it is closed; throws a `WebSocketClosed` if that is a failure. */
  [Symbol.asyncIterator](): StepIterator<Message> & AsyncIterator<Message, undefined> {
    const iterator = {
      next: () => asStep(new NextMessage(this.#state.inbox.receive())),
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /**
   * Closes it; `waitClosed()` waits for that. Harmless when done before.
   *
   * The code is 1000 unless given, or 1001 to 1014, or one of the application's own, from 3000 to 4999.
   * Where the host keeps those below 3000 for itself, as browsers do, 4001 is sent for 1001, and so on.
   */
  close(code: number = 1000, reason: string = ""): void {
    checkWhole("code", code);
    checkBetween("code", code, 1000, 4999);
    if (code > 1014 && code < 3000 || RESERVED.includes(code)) {
      throw new RangeError(`code must be 1000 to 1003, 1007 to 1014, or 3000 to 4999: ${code}`);
    }
    if (typeof reason !== "string") throw new TypeError(`reason must be a string: ${show(reason)}`);
    this.#state.close(code, reason);
  }

  /** Waits until it is closed, by whomever; returns how that came about. */
  waitClosed(): Awaitable<WebSocketClosed> {
    return new Operation("WebSocketConnection.waitClosed()", () => this.#waitClosed());
  }

  *#waitClosed(): Coroutine<WebSocketClosed> {
    yield* this.#state.wait(this.#state.ended);
    return this.#state.error();
  }

  /** Counts what it holds, at this moment. */
  statistics(): WebSocketStatistics {
    const { inbox, outbox } = this.#state;
    return Object.freeze({ waiting: inbox.count, buffered: outbox.buffered });
  }

  /** Closes it at the end of an `await using`, and waits for that. */
  [Symbol.asyncDispose](): Awaitable<void> {
    return new Operation("the end of a WebSocketConnection", () => this.#dispose());
  }

  *#dispose(): Coroutine<void> {
    this.close();
    try {
      yield* this.waitClosed();
    } catch (error) {
      if (isCancelled(error)) this.#state.hurry(0);
      throw error;
    }
  }

  /** Closes it at the end of a `using`; its loop waits for that at its own end. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Returns a few words that say where it goes. */
  toString(): string {
    return `WebSocket ${this.url}`;
  }
}

/** The codes that no close frame may have. */
const RESERVED: readonly number[] = [1004, 1005, 1006];

/** A wait for the next message, or the end. */
class NextMessage extends Operation<IteratorResult<Message, undefined>> {
  readonly #receiving: Wait<Message>;

  constructor(receiving: Wait<Message>) {
    super("the next message of a WebSocket", () => step(receiving));
    this.#receiving = receiving;
    handOver(receiving);
  }

  /** Puts back what it has taken. */
  undo(result: IteratorResult<Message>): void {
    if (!result.done) this.#receiving.undo(result.value);
  }
}

function* step(receiving: Wait<Message>): Coroutine<IteratorResult<Message, undefined>> {
  try {
    return { done: false, value: yield* receiving };
  } catch (error) {
    if (error instanceof WebSocketClosed && !error.isFailure) {
      return { done: true, value: undefined };
    }
    throw error;
  }
}
