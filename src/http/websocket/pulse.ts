/**
 * Finding out whether the other end of a WebSocket is alive, where the host does not.
 *
 * @module
 */

import type { EventLoop, TimerHandle } from "../../lowlevel.ts";
import type { SocketState } from "./socket_state.ts";
import { checkMessage, type Heartbeat } from "./web_socket_options.ts";

/** Asks the other end for a sign of life when nothing comes, and ends the WebSocket without one. */
export class Pulse {
  readonly #state: SocketState;
  readonly #heartbeat: Heartbeat;
  readonly #loop: EventLoop;
  #heard = 0;
  #timer: TimerHandle | undefined;

  /** Begins when the WebSocket is open. */
  constructor(state: SocketState, heartbeat: Heartbeat, loop: EventLoop) {
    this.#state = state;
    this.#heartbeat = heartbeat;
    this.#loop = loop;
    this.#rest();
  }

  /** Ends it. */
  stop(): void {
    this.#timer?.cancel();
  }

  /** Waits for a time in which something should come. */
  #rest(): void {
    this.#heard = this.#state.heard;
    this.#timer = this.#loop.callLater(this.#heartbeat.every, () => {
      if (this.#hasHeard()) this.#rest();
      else this.#ask();
    });
  }

  /** Asks for a sign of life, and waits for it. */
  #ask(): void {
    const { every, timeout = every, message } = this.#heartbeat;
    const text: unknown = typeof message === "function" ? message() : message;
    checkMessage(text);
    this.#state.outbox.send(text);
    this.#timer = this.#loop.callLater(timeout, () => {
      if (this.#hasHeard()) this.#rest();
      else this.#state.close(1011, "the peer gives no sign of life", true);
    });
  }

  #hasHeard(): boolean {
    return this.#state.heard > this.#heard;
  }
}
