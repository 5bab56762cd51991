/**
 * A connection to another program: a reader and a writer on one socket.
 *
 * @module
 */

import { type Awaitable, type Coroutine, type EventLoop, isCancelled } from "../lowlevel.ts";
import { callAfter } from "./call_after.ts";
import { StreamReader } from "./stream_reader.ts";
import { StreamWriter } from "./stream_writer.ts";

/** Bounds, in ms, how long bytes may take to go that no program waits for. */
const LINGER = 1000;

/** Is a socket of the host: TCP, TLS or Unix. */
export type HostConn = Deno.Conn<Deno.Addr>;

/** Configures a connection. */
export interface ConnectionOptions {
  /** Bounds, in bytes, a line or what comes before a separator; 65,536 unless given. */
  limit?: number | undefined;
  /** Is how many bytes may wait to be written before `drain()` waits; 65,536 unless given. */
  highWater?: number | undefined;
}

/**
 * Is a reader and a writer on one socket. Made by `openConnection()` and `startServer()`.
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
  /** Reads what the peer sends. */
  readonly reader: StreamReader;
  /** Writes to the peer. */
  readonly writer: StreamWriter;
  readonly #conn: HostConn;
  /** Makes its loop forget it. */
  #forget: (() => void) | undefined;

  /** Takes over a socket of the host, which nobody else may use. */
  constructor(conn: HostConn, options: ConnectionOptions = {}) {
    this.#conn = conn;
    this.reader = new StreamReader(conn, { limit: options.limit });
    const sink = {
      write: (bytes: Uint8Array) => conn.write(bytes),
      closeWrite: () => conn.closeWrite(),
      close: () => this.#closeConn(),
    };
    this.writer = new StreamWriter(sink, { highWater: options.highWater });
  }

  #closeConn(): void {
    this.#forget?.();
    this.reader.end();
    this.#conn.close();
  }

  /** Tells the address of this end. */
  get localAddr(): Deno.Addr {
    return this.#conn.localAddr;
  }

  /** Tells the address of the other end. */
  get remoteAddr(): Deno.Addr {
    return this.#conn.remoteAddr;
  }

  /** Tells whether it was closed, by this end. */
  get closing(): boolean {
    return this.writer.closing;
  }

  /** @internal Tells whether an error is the socket's own: the peer has gone, not always politely. */
  isOwnFailure(error: unknown): boolean {
    const { reader, writer } = this;
    const failures = [writer.failure?.error, reader.failure?.error, reader.cutOff];
    return error !== undefined && failures.includes(error);
  }

  /** @internal Sees to it that it does not stay open when its loop ends. */
  endWith(loop: EventLoop): void {
    const guard = { close: () => this.#endNow(loop) };
    loop.generators.add(guard);
    this.#forget = () => loop.generators.delete(guard);
  }

  /** Closes what was left open. */
  *#endNow(loop: EventLoop): Coroutine<void> {
    yield* this.linger();
    const { failure } = this.writer;
    if (failure === undefined) return;
    const message = `${this}, which was left open, failed`;
    loop.callExceptionHandler({ message, exception: failure.error });
  }

  /** @internal Closes it; what was written gets a last chance. The writer tells of a failure. */
  *linger(): Coroutine<void> {
    const calm = callAfter(LINGER, () => this.abort());
    this.close();
    try {
      yield* this.waitClosed();
    } catch (error) {
      if (isCancelled(error)) throw error;
    } finally {
      calm();
    }
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

  /** Says where it goes. */
  toString(): string {
    return `connection to ${describeAddr(this.remoteAddr)}`;
  }
}

/** Writes an address: a host and port, or a path. */
export function describeAddr(addr: Deno.Addr): string {
  if ("hostname" in addr) {
    const { hostname, port } = addr;
    return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  }
  return "path" in addr && addr.path ? addr.path : addr.transport;
}
