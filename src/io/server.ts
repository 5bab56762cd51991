/**
 * A server of HTTP: what it tells, and how it ends.
 *
 * @module
 */

import { Event } from "../sync/event.ts";
import {
  type Awaitable,
  type Coroutine,
  type EventLoop,
  isCancelled,
  Operation,
  show,
  type TimerHandle,
} from "../lowlevel.ts";
import type { ServerRequests, ServerStatistics } from "./server_requests.ts";

/** Bounds, in ms, how long the last responses may take to get to clients that do not read. */
const LINGER = 1000;

/** Configures the end of a server. */
export interface ShutdownOptions {
  /** Bounds, in ms, how long requests may go on; the server's own `grace` unless given. */
  grace?: number | undefined;
}

/** Is the host's server, as this one needs it. */
export type HostServer = Deno.HttpServer<Deno.NetAddr>;

/**
 * Is a server that answers requests until it is shut down. Made by `serve()`.
 *
 * To shut down is to stop accepting at once, to let the requests that have come be answered for
 * `grace` ms, and to cancel the rest. A server is shut down when it is asked to, or disposed, or
 * when its loop ends.
 */
export class Server implements AsyncDisposable {
  readonly #loop: EventLoop;
  readonly #requests: ServerRequests;
  readonly #host: HostServer;
  readonly #grace: number;
  readonly #stopping = new Event();
  readonly #hostEnded = new Event();
  readonly #finished = new Event();
  #graceTimer: TimerHandle | undefined;
  #cancelsAt = Infinity;

  /** @internal Use `serve()`. */
  constructor(loop: EventLoop, requests: ServerRequests, host: HostServer, grace: number) {
    this.#loop = loop;
    this.#requests = requests;
    this.#host = host;
    this.#grace = grace;
    loop.beginHostOperation();
    const ended = () => {
      this.#hostEnded.set();
      this.stop(0); // Unless it is what ended the host's server, nobody else will.
    };
    host.finished.then(ended, ended);
  }

  /** Tells where it listens. */
  get addr(): Deno.NetAddr {
    return this.#host.addr;
  }

  /** Tells the port it listens at. */
  get port(): number {
    return this.addr.port;
  }

  /** Tells its address, without a slash at the end. */
  get url(): string {
    const { hostname, port } = this.addr;
    return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  }

  /** Counts the requests that are being answered, their bodies included. */
  get active(): number {
    return this.#requests.active;
  }

  /** Tells what became of its requests so far, at this moment. */
  statistics(): ServerStatistics {
    return this.#requests.statistics();
  }

  /**
   * Is awaited to wait until it has shut down.
   *
   * **Cancel safety.** A cancelled wait changes nothing.
   */
  get finished(): Awaitable<void> {
    return new Operation("Server.finished", () => this.#waitForEnd());
  }

  *#waitForEnd(): Coroutine<void> {
    yield* this.#finished.wait();
  }

  /**
   * Stops accepting, lets requests be answered for `grace` ms, cancels the rest, and waits for that.
   *
   * Called again, it can make the grace shorter, but not longer.
   *
   * **Cancel safety.** A cancelled wait does not stop the shutting down.
   */
  shutdown(options: ShutdownOptions = {}): Awaitable<void> {
    const { grace = this.#grace } = options;
    checkGrace(grace);
    return new Operation("Server.shutdown()", () => this.#shutdown(grace));
  }

  *#shutdown(grace: number): Coroutine<void> {
    this.stop(grace);
    yield* this.#finished.wait();
  }

  /** Shuts it down at the end of an `await using`. */
  [Symbol.asyncDispose](): Awaitable<void> {
    return this.shutdown();
  }

  /** @internal Begins to shut down, or ends the grace earlier. */
  stop(grace: number = this.#grace): void {
    const when = this.#loop.time() + grace;
    if (when >= this.#cancelsAt && this.#stopping.isSet) return;
    this.#cancelsAt = when;
    this.#graceTimer?.cancel();
    if (grace === 0) this.#cancelRest();
    else if (grace < Infinity) this.#graceTimer = this.#loop.callAt(when, () => this.#cancelRest());
    if (this.#stopping.isSet) return;
    this.#stopping.set();
    this.#host.shutdown().catch(() => {}); // Its end is told by `finished`, however it comes.
  }

  #cancelRest(): void {
    this.#requests.close("the server is shutting down");
  }

  /** @internal Is what the server's task does: it sees to it that the server ends. */
  *supervise(): Coroutine<void> {
    let cancellation: unknown;
    for (const wait of [() => this.#stopping.wait(), () => this.#requests.idle.wait()]) {
      cancellation = (yield* this.#insist(wait)) ?? cancellation;
    }
    this.#graceTimer?.cancel();
    this.#requests.close("the server has shut down");
    const linger = this.#loop.callLater(LINGER, () => this.#hostEnded.set());
    cancellation = (yield* this.#insist(() => this.#hostEnded.wait())) ?? cancellation;
    linger.cancel();
    this.#host.unref();
    this.#loop.endHostOperation();
    this.#finished.set();
    if (cancellation !== undefined) throw cancellation;
  }

  /** Waits for something; a cancellation ends the grace, and the wait goes on. */
  *#insist(wait: () => Awaitable<unknown>): Coroutine<unknown> {
    let cancellation: unknown;
    for (;;) {
      try {
        yield* wait();
        return cancellation;
      } catch (error) {
        if (!isCancelled(error)) throw error;
        cancellation = error;
        this.stop(0);
      }
    }
  }
}

/** Refuses what is no grace. */
export function checkGrace(grace: unknown): void {
  if (typeof grace !== "number") throw new TypeError(`grace MUST BE A NUMBER: ${show(grace)}`);
  if (!(grace >= 0)) throw new RangeError(`grace MUST BE 0 OR MORE: ${grace}`);
}
