/**
 * A socket for datagrams: UDP.
 *
 * Deno's own has to be switched on by a flag; the one of its Node layer has not, and is used.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  checkInstance,
  checkOptions,
  checkPort,
  checkString,
  closeAtEnd,
  type Coroutine,
  type IterationStep,
  Operation,
  park,
  Steps,
  stepTo,
  type Waker,
} from "../lowlevel.ts";

/** A datagram that was received. */
export interface Datagram {
  /** What was sent. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** The address of the sender. */
  readonly hostname: string;
  /** The port of the sender. */
  readonly port: number;
}

/** Where a datagram goes. */
export interface DatagramTarget {
  /** The port. */
  readonly port: number;
  /** The address or the name of the host; `"127.0.0.1"`, or `"::1"` from such, unless given. */
  readonly hostname?: string | undefined;
}

/** What became of datagrams, up to a moment. */
export interface DatagramStatistics {
  /** The number of those that were received, and not taken. */
  readonly buffered: number;
  /** The number of those that were dropped: too many had come that nobody took. */
  readonly dropped: number;
}

/** A socket of Node. */
export interface HostSocket {
  bind(options: { port: number; address: string; exclusive: boolean }): void;
  address(): { address: string; port: number };
  send(
    data: Uint8Array,
    port: number,
    hostname: string,
    callback: (error: Error | null) => void,
  ): void;
  setBroadcast(isAllowed: boolean): void;
  on(event: "message", listener: (data: Uint8Array, from: Address) => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  once(event: "listening" | "close", listener: () => void): void;
  close(): void;
}

interface Address {
  readonly address: string;
  readonly port: number;
}

/** What a target has; a datagram that was received is one, for an answer. */
const NAMES = ["port", "hostname", "data"];
const encoder = new TextEncoder();

/** Takes charge of a socket that is bound. */
export let newDatagramSocket: (host: HostSocket, capacity: number) => DatagramSocket;

/**
 * A socket that sends and receives datagrams. Made by `openDatagram()`.
 *
 * **Cancel safety.** A cancelled `receive()`, and one that lost a `select()`, has taken no datagram. A
 * cancelled `send()` may have sent.
 *
 * **Gotchas.** Datagrams may be lost, doubled and overtaken on their way. What nobody takes is kept up
 * to the socket's `capacity`; what comes then is dropped, and counted.
 */
export class DatagramSocket implements AsyncDisposable, AsyncIterable<Datagram> {
  readonly #host: HostSocket;
  readonly #capacity: number;
  readonly #addr: Deno.NetAddr;
  readonly #received: Datagram[] = [];
  readonly #waiting = new Set<Waker<Datagram | undefined>>();
  /** Those who wait until the system has taken what they send. */
  readonly #sending = new Set<Waker<void>>();
  readonly #ended = Promise.withResolvers<void>();
  /** Calls off that it is closed at the end of the run. */
  readonly #keepOpen: () => void;
  #dropped = 0;
  #isClosed = false;
  #failure: { readonly error: unknown } | undefined;

  static {
    newDatagramSocket = (...args) => new DatagramSocket(...args);
  }

  private constructor(host: HostSocket, capacity: number) {
    const { address, port } = host.address();
    this.#host = host;
    this.#capacity = capacity;
    this.#addr = { transport: "udp", hostname: address, port };
    host.on("message", (data, from) => this.#take(data, from));
    host.on("error", (error) => this.#fail(error));
    host.once("close", () => this.#ended.resolve());
    this.#keepOpen = closeAtEnd({ close: () => this.#end() }, `${this}`);
  }

  /** The address that it is bound to. */
  get addr(): Deno.NetAddr {
    return this.#addr;
  }

  /** The port that it is bound to. */
  get port(): number {
    return this.#addr.port;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#isClosed;
  }

  #take(data: Uint8Array, { address, port }: Address): void {
    if (this.#isClosed) return;
    const datagram = { data: new Uint8Array(data), hostname: address, port };
    if (!this.#handOver(datagram)) this.#keep(datagram);
  }

  #keep(datagram: Datagram): void {
    if (this.#received.length < this.#capacity) this.#received.push(datagram);
    else this.#dropped++;
  }

  /** Gives a datagram to who waits longest, if anybody does. */
  #handOver(datagram: Datagram): boolean {
    for (const waker of this.#waiting) {
      this.#waiting.delete(waker);
      if (waker.resolve(datagram)) return true;
    }
    return false;
  }

  /** Takes a datagram back that somebody was given in vain. */
  #giveBack(datagram: Datagram | undefined): void {
    if (datagram !== undefined && !this.#handOver(datagram)) this.#received.unshift(datagram);
  }

  /** Waits for a datagram, and returns it; `undefined` once it is closed. */
  receive(): Awaitable<Datagram | undefined> {
    return park<Datagram | undefined>(`receive() at ${this}`, (waker) => this.#arm(waker), {
      isForHost: true,
      giveBack: (datagram) => this.#giveBack(datagram),
    });
  }

  #arm(waker: Waker<Datagram | undefined>): (() => void) | void {
    const first = this.#received.shift();
    if (first !== undefined) return void waker.resolve(first);
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#isClosed) return void waker.resolve(undefined);
    this.#waiting.add(waker);
    return () => void this.#waiting.delete(waker);
  }

  /**
   * Sends bytes, or text in UTF-8, as one datagram; waits until the system has taken it.
   *
   * The target may be a datagram that was received: its sender is answered.
   */
  send(data: string | Uint8Array, target: DatagramTarget): Awaitable<void> {
    if (typeof data !== "string") checkInstance("data", data, Uint8Array);
    checkOptions("target", target, NAMES);
    const { port, hostname = this.#addr.hostname.includes(":") ? "::1" : "127.0.0.1" } = target;
    checkPort(port, 1);
    checkString("hostname", hostname);
    this.#checkOpen();
    const bytes = typeof data === "string" ? encoder.encode(data) : data.slice();
    return park<void>(`send() from ${this}`, (waker) => {
      this.#checkOpen();
      this.#sending.add(waker);
      this.#host.send(bytes, port, hostname, (error) => {
        this.#sending.delete(waker);
        if (error) waker.reject(error);
        else waker.resolve();
      });
      return () => void this.#sending.delete(waker);
    }, { isForHost: true });
  }

  #checkOpen(): void {
    if (this.#isClosed) throw this.#closedError();
  }

  #closedError(): RuntimeError {
    return new RuntimeError(`Cannot send from ${this}: it was closed`);
  }

  /** Returns what it holds, at this moment. */
  statistics(): DatagramStatistics {
    return Object.freeze({ buffered: this.#received.length, dropped: this.#dropped });
  }

  /** Iterates over the datagrams until it is closed; one may leave the loop and receive on. */
  [Symbol.asyncIterator]():
    & { next(): IterationStep<Datagram> }
    & AsyncIterableIterator<
      Datagram,
      undefined
    > {
    const next = this.#next.bind(this);
    return new Steps(`the datagrams of ${this}`, next);
  }

  *#next(): Coroutine<IteratorResult<Datagram, undefined>> {
    return stepTo(yield* this.receive());
  }

  /**
   * Closes it: those who wait are at the end, and so is who reads what was received. Who is sending gets a
   * `RuntimeError`; it may have been sent.
   */
  close(): Awaitable<void> {
    return new Operation(`close() of ${this}`, () => this.#end());
  }

  *#end(): Coroutine<void> {
    this.#shut();
    const ended = this.#ended.promise;
    yield* park<void>(`the end of ${this}`, ({ resolve }) => {
      ended.then(() => resolve());
    }, { isForHost: true });
  }

  #shut(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#keepOpen();
    this.#host.close();
    for (const { resolve } of this.#waiting) resolve(undefined);
    this.#waiting.clear();
    for (const { reject } of this.#sending) reject(this.#closedError()); // The host tells nothing more.
    this.#sending.clear();
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return;
    this.#failure = { error };
    for (const { reject } of [...this.#waiting, ...this.#sending]) reject(error);
    this.#waiting.clear();
    this.#sending.clear();
    this.#shut();
  }

  /** Closes it at the end of an `await using`. */
  [Symbol.asyncDispose](): Awaitable<void> {
    return this.close();
  }

  /** Returns a few words that say where it is bound. */
  toString(): string {
    const { hostname, port } = this.#addr;
    return `datagrams at ${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  }
}
