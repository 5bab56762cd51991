/**
 * A connection to another program: a reader and a writer on one socket.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { type Awaitable, type Coroutine, Operation, until } from "../lowlevel.ts";
import type { Bytes } from "../streams/byte_buffer.ts";
import { inflowOf, StreamReader } from "../streams/stream_reader.ts";
import { outflowOf, StreamWriter } from "../streams/stream_writer.ts";
import { waitFlushed } from "../streams/stream_writes.ts";
import { checkTls, startTls, type StartTlsOptions } from "./start_tls.ts";

/** The configuration of a connection. */
export interface ConnectionOptions {
  /** The most bytes in a line, or before a separator; 65,536 unless given. */
  limit?: number | undefined;
  /** How many bytes may wait to be written before `drain()` waits; 65,536 unless given. */
  highWater?: number | undefined;
}

/** Notes the name by which the other end of a connection was found. */
export let nameHost: (connection: Connection, hostname: string) => void;

/**
 * A reader and a writer on one socket. Made by `openConnection()` and `startServer()`.
 *
 * To close it is to let the host take what was written, and then to close the socket: the reader
 * ends there. To abort it is to close the socket now.
 *
 * **Cancel safety.** At the end of an `await using` it is closed; a cancellation meanwhile, as by a
 * timeout, aborts it.
 *
 * **Gotchas.** A peer that never reads keeps `waitClosed()` and the end of an `await using` waiting
 * once its buffers are full: bound them by `timeout()`, or call `abort()`.
 */
export class Connection implements AsyncDisposable {
  /** What the peer sends. */
  readonly reader: StreamReader;
  /** What is sent to the peer. */
  readonly writer: StreamWriter;
  #conn: Deno.Conn<Deno.Addr>;
  /** The end of the change to an encrypted socket, while that goes on. */
  #change: Promise<unknown> | undefined;
  #isGone = false;
  /** What the other end was called when it was connected to. */
  #hostname: string;

  static {
    nameHost = (connection, hostname) => connection.#hostname = hostname;
  }

  /** Takes over a socket of the host, which nobody else may use. */
  constructor(conn: Deno.Conn<Deno.Addr>, options: ConnectionOptions = {}) {
    this.#conn = conn;
    this.#hostname = describeHost(conn.remoteAddr);
    const source = { read: (into: Bytes) => this.#whenSettled(() => this.#conn.read(into)) };
    this.reader = new StreamReader(source, { limit: options.limit });
    const sink = {
      write: (bytes: Uint8Array) => this.#whenSettled(() => this.#conn.write(bytes)),
      closeWrite: () => this.#conn.closeWrite(),
      close: () => this.#closeConn(),
    };
    this.writer = new StreamWriter(sink, { highWater: options.highWater });
  }

  /** Uses the socket, but not while that is changed. */
  #whenSettled<T>(use: () => Promise<T>): Promise<T> {
    return this.#change === undefined ? use() : this.#change.then(use);
  }

  #closeConn(): void {
    inflowOf(this.reader).end();
    if (!this.#isGone) this.#conn.close();
  }

  /**
   * Encrypts it from here on, as its client: STARTTLS, once the other end has agreed.
   *
   * What was written before goes out unencrypted. What has come and was not read is refused: whoever sits
   * in between could have put it there.
   *
   * **Cancel safety.** A cancelled wait closes the connection, and so does a failure: nobody knows how far
   * the other end has come.
   *
   * **Gotchas.** A read that was cancelled goes on at the host, and is refused, too. The host does not let
   * a server encrypt a connection that it has.
   *
   * ```ts ignore
   * const connection = await openConnection({ hostname: "mail.example.org", port: 587 });
   * connection.writer.write("STARTTLS\r\n");
   * await connection.reader.readLine(); // "220 Go ahead"
   * await connection.startTls({ serverName: "mail.example.org" });
   * ```
   */
  startTls(options: StartTlsOptions = {}): Awaitable<void> {
    checkTls("startTls()", options);
    return new Operation(`startTls() of ${this}`, () => this.#startTls(options));
  }

  *#startTls(options: StartTlsOptions): Coroutine<void> {
    const outflow = outflowOf(this.writer);
    while (outflow.buffered > 0) yield* waitFlushed(outflow);
    outflow.checkFailure();
    const conn = this.#plainConn();
    this.#isGone = true; // Of the socket, nothing can be closed any more.
    try {
      yield* until((signal) => {
        const change = startTls(conn, this.#hostname, options, signal);
        const swapped = change.then((encrypted) => this.#swap(encrypted));
        this.#change = swapped.catch(() => {});
        return swapped;
      }, { label: `startTls() of ${this}` });
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  /** Goes on with another socket, unless it was closed meanwhile. */
  #swap(conn: Deno.TlsConn): void {
    this.#conn = conn;
    this.#change = undefined;
    if (this.closing) return conn.close();
    this.#isGone = false;
  }

  /** Returns the socket, if that can be encrypted now. */
  #plainConn(): Deno.TcpConn {
    const { buffer, isBusy, isPulling } = inflowOf(this.reader);
    const refuse = (why: string) => new RuntimeError(`Cannot encrypt the ${this}: ${why}`);
    if (this.closing) throw refuse("it was closed");
    if (this.#change !== undefined || "handshake" in this.#conn) throw refuse("it is encrypted");
    if (!("hostname" in this.remoteAddr)) throw refuse("it goes to a Unix socket");
    if (isBusy) throw refuse("another task is reading it");
    if (isPulling) throw refuse("a read that was cancelled is not over");
    if (buffer.length > 0) throw refuse(`${buffer.length} bytes have come that were not read`);
    return this.#conn as Deno.TcpConn;
  }

  /** The address of this end. */
  get localAddr(): Deno.Addr {
    return this.#conn.localAddr;
  }

  /** The address of the other end. */
  get remoteAddr(): Deno.Addr {
    return this.#conn.remoteAddr;
  }

  /** Whether it was closed, by this end. */
  get closing(): boolean {
    return this.writer.closing;
  }

  /** Closes it, once all is written. Harmless when done before. */
  close(): void {
    this.writer.close();
  }

  /** Closes it now, and drops what is not written. Harmless when done before. */
  abort(): void {
    this.writer.abort();
  }

  /** Waits until it is closed; throws what writing to it failed with. */
  waitClosed(): Awaitable<void> {
    return this.writer.waitClosed();
  }

  /** Closes it at the end of an `await using`. */
  [Symbol.asyncDispose](): Awaitable<void> {
    return this.writer[Symbol.asyncDispose]();
  }

  /** Returns a few words that say where it goes. */
  toString(): string {
    return `connection to ${describeAddr(this.remoteAddr)}`;
  }
}

/** Returns the host of an address; of a path, none. */
function describeHost(addr: Deno.Addr): string {
  return "hostname" in addr ? addr.hostname : "";
}

/** Writes an address: a host and port, or a path. */
export function describeAddr(addr: Deno.Addr): string {
  if ("hostname" in addr) {
    const { hostname, port } = addr;
    return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  }
  return "path" in addr && addr.path ? addr.path : addr.transport;
}
