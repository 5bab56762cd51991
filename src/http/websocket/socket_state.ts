/**
 * A WebSocket of the host, as both ends use it.
 *
 * @module
 */

import { callAfter, type Coroutine, runningLoop } from "../../lowlevel.ts";
import { Event } from "../../sync/event.ts";
import { Inbox, isTooLarge, type Message } from "./inbox.ts";
import { Outbox } from "./outbox.ts";
import { type Closing, WebSocketClosed } from "./web_socket_closed.ts";
import type { Limits } from "./web_socket_options.ts";

/** The most bytes in the reason of an end. */
const MOST_REASON = 123;
/** What the host calls an end that no close frame has told of; some say 0. */
const BROKEN = 1006;
/** The codes of ends that are no failures, if they come from the other end. */
const ORDINARY: readonly number[] = [1000, 1001, 1005];

/** What is known of an event of the host's. */
interface HostEvent {
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
  readonly wasClean?: boolean;
  readonly message?: string;
}

/** A WebSocket from its making to its end: its messages both ways, and how it has ended. */
export class SocketState {
  /** What has come. */
  readonly inbox: Inbox = new Inbox();
  /** What is to go. */
  readonly outbox: Outbox;
  /** An event that is set once it is open, or will never be. */
  readonly begun: Event = new Event();
  /** An event that is set once it is closed, or the other end was given up. */
  readonly ended: Event = new Event();
  /** The host's. */
  readonly socket: WebSocket;
  /** A function to call once it is closed. */
  onEnd: (() => void) | undefined;
  readonly #limits: Limits;
  /** How it ended, or began to. */
  #closing: Closing | undefined;
  #wasOpened = false;
  /** What the host said of a failure. */
  #failure = "";
  /** The number of signs of life: messages, and that it opened. */
  heard = 0;
  /** Calls off that the other end is given up. */
  #stopWaiting: (() => void) | undefined;
  readonly #onEvent = (event: unknown) => this.#note(event as HostEvent & { type: string });

  /** Listens to a WebSocket that was just made. */
  constructor(socket: WebSocket, limits: Limits) {
    this.socket = socket;
    this.#limits = limits;
    const { highWater, sendTimeout } = limits;
    this.outbox = new Outbox(socket as never, highWater, sendTimeout, () => {
      this.close(1008, "the peer takes nothing", true);
    });
    socket.binaryType = "arraybuffer";
    for (const type of EVENTS) socket.addEventListener(type, this.#onEvent);
  }

  /** Whether it was ever open: it may have ended since. */
  get wasOpened(): boolean {
    return this.#wasOpened;
  }

  /** How it has ended, or begins to; `undefined` until then. */
  get closing(): Closing | undefined {
    return this.#closing;
  }

  /** Returns the error of how it has ended. */
  error(): WebSocketClosed {
    return new WebSocketClosed(this.#closing!);
  }

  /** Waits until it has begun, or ended: it is the host that is waited for. */
  *wait(event: Event): Coroutine<void> {
    const loop = runningLoop();
    loop.beginHostOperation();
    try {
      yield* event.wait();
    } finally {
      loop.endHostOperation();
    }
  }

  /** Takes the other end for gone unless it is open after so many ms. */
  openWithin(ms: number): void {
    if (this.begun.isSet) return;
    this.#stopWaiting = callAfter(ms, () => {
      if (this.#wasOpened) return;
      this.#settle({ by: "network", code: BROKEN, reason: "it never opened", isFailure: true });
      this.#finish();
    });
  }

  /** Does what an event of the host's says. */
  #note(event: HostEvent & { readonly type: string }): void {
    switch (event.type) {
      case "open":
        this.#wasOpened = true;
        if (this.#closing === undefined) this.#stopWaiting?.();
        this.heard++;
        this.begun.set();
        return;
      case "message":
        return this.#take(event.data);
      case "error":
        this.#failure ||= event.message ?? "";
        return;
      case "close":
        return this.#end(event);
    }
  }

  /** Takes a message in, within the bounds. */
  #take(data: unknown): void {
    this.heard++;
    if (this.#closing !== undefined) return; // Nobody wants it any more.
    const message = typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer);
    const { maxMessage, maxBuffered } = this.#limits;
    if (isTooLarge(message, maxMessage)) {
      this.close(1009, `a message has more than ${maxMessage} bytes`, true);
    } else if (this.inbox.size + message.length > maxBuffered) {
      this.close(1008, `more than ${maxBuffered} bytes wait to be received`, true);
    } else {
      this.inbox.push(message as Message);
    }
  }

  /** Notes that it is closed. */
  #end({ code = BROKEN, reason = "", wasClean = false }: HostEvent): void {
    const how: Closing = wasClean
      ? { by: "peer", code, reason, isFailure: !ORDINARY.includes(code) }
      : { by: "network", code: code || BROKEN, reason: reason || this.#failure, isFailure: true };
    this.#settle(how);
    this.#finish();
  }

  /** Ends it here, and says why: an end that somebody wanted, or a failure. */
  close(code: number, reason: string, isFailure = false): void {
    if (this.#closing !== undefined) return;
    this.#settle({ by: "here", code, reason, isFailure });
    closeHost(this.socket, code, reason);
    this.#giveUpAfter(this.#limits.closeTimeout);
  }

  /** Ends it before anybody has used it. */
  abandon(): void {
    this.#settle({ by: "here", code: 1001, reason: "", isFailure: false });
    this.socket.close();
    this.#finish();
  }

  /** Waits no longer for the other end than so many ms. */
  hurry(ms: number): void {
    if (!this.ended.isSet && ms < this.#limits.closeTimeout) this.#giveUpAfter(ms);
  }

  #giveUpAfter(ms: number): void {
    this.#stopWaiting?.();
    this.#stopWaiting = callAfter(ms, () => this.#finish());
  }

  /** Decides how it has ended: the first to end it counts. */
  #settle(how: Closing): void {
    if (this.#closing !== undefined) return;
    this.#closing = how;
    const error = () => this.error();
    this.inbox.end(error);
    this.outbox.end(error);
  }

  /** Lets go of the host's: nothing more will be heard of it. */
  #finish(): void {
    if (this.ended.isSet) return;
    this.#stopWaiting?.();
    for (const type of EVENTS) this.socket.removeEventListener(type, this.#onEvent);
    this.begun.set();
    this.ended.set();
    this.onEnd?.();
  }
}

/** The events of a WebSocket. */
const EVENTS = ["open", "message", "error", "close"] as const;

/** Closes a WebSocket of the host's; a code that the host keeps for itself becomes one of the 4000s. */
function closeHost(socket: WebSocket, code: number, reason: string): void {
  const cut = cutReason(reason);
  try {
    socket.close(code, cut);
  } catch (error) {
    if (!(error instanceof DOMException) || code < 1001 || code > 2999) throw error;
    socket.close(code + 3000, cut);
  }
}

/** Shortens a reason to what a close frame holds. */
function cutReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  if (bytes.length <= MOST_REASON) return reason;
  const text = new TextDecoder().decode(bytes.subarray(0, MOST_REASON - 3));
  return `${text.replace(/\uFFFD+$/, "")}…`;
}
