/**
 * The connections of a server, each with its task.
 *
 * @module
 */

import {
  type Context,
  copyContext,
  type Coroutine,
  type CoroutineResult,
  type EventLoop,
  isCancelled,
  outcomeOf,
  type Task,
  type TimerHandle,
} from "../lowlevel.ts";
import { Event } from "../sync/event.ts";
import { Connection, type ConnectionOptions, describeAddr } from "./connection.ts";
import { linger } from "./linger.ts";
import { isOwnFailure } from "./own_failure.ts";
import { type ListenAgain, type ReloadOptions, Replacer } from "./relisten.ts";
import type { HostListener, ServerWork } from "./shutdown.ts";

/** A function that serves one connection, which is closed when it ends. */
export type ConnectionHandler = (connection: Connection) => CoroutineResult<unknown> | void;

/** A listener of the host: TCP, TLS or Unix. */
export type Listener = Deno.Listener<Deno.Conn<Deno.Addr>, Deno.Addr>;

/** The bounds of what a server lets its clients do. */
export interface ConnectionBounds {
  /** How many connections are served at once, at most. */
  readonly limit: number;
  /** How long, in ms, a client may take nothing of what is left when its handler has ended. */
  readonly sendTimeout: number;
}

/** The number of connections of a server, by what became of them. */
export interface ConnectionStatistics {
  /** Those that are open. */
  readonly active: number;
  /** Those that are over, however they ended. */
  readonly completed: number;
  /** Those whose handler failed. */
  readonly failed: number;
  /** Those that broke: the peer has gone in the middle, or before it was accepted. */
  readonly broken: number;
}

/** The codes of the errors of `accept()` that are about one connection: accept(2) of Linux. */
const OF_ONE_PEER: ReadonlySet<unknown> = new Set([
  "ECONNABORTED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENONET",
  "ENOPROTOOPT",
  "ENOTCONN",
  "EPERM",
  "EPROTO",
]);

/** Checks whether an error of `accept()` is that of a peer that went away too soon. */
function isOfOnePeer(error: unknown): boolean {
  const { ConnectionAborted, ConnectionReset, NotConnected } = Deno.errors;
  return [ConnectionAborted, ConnectionReset, NotConnected].some((kind) => error instanceof kind) ||
    (error instanceof Error && "code" in error && OF_ONE_PEER.has(error.code));
}

/** The connections of a server: it accepts them while there is room, and runs a task for each. */
export class TcpConnections implements ServerWork, HostListener {
  readonly idle: Event = new Event();
  readonly finished: Promise<void>;
  readonly #loop: EventLoop;
  readonly #context: Context = copyContext();
  readonly #replacer: Replacer<Listener>;
  /** What it listens with; nothing while that is being replaced. */
  #listener: Listener | undefined;
  readonly #handler: ConnectionHandler;
  readonly #bounds: ConnectionBounds;
  readonly #options: ConnectionOptions;
  readonly #tasks = new Set<Task<void>>();
  readonly #hasEnded = Promise.withResolvers<void>();
  #retrying: TimerHandle | undefined;
  #isAccepting = false;
  #isStopped = false;
  #completed = 0;
  #failed = 0;
  #broken = 0;

  /** Begins to accept. */
  constructor(
    loop: EventLoop,
    listener: Listener,
    listenAgain: ListenAgain<Listener> | undefined,
    handler: ConnectionHandler,
    bounds: ConnectionBounds,
    options: ConnectionOptions,
  ) {
    this.#loop = loop;
    this.#listener = listener;
    this.#replacer = new Replacer(listenAgain, {
      giveUp: () => this.#closeListener(),
      take: (next) => this.#listenWith(next),
      isStopped: () => this.#isStopped,
    });
    this.#handler = handler;
    this.#bounds = bounds;
    this.#options = options;
    this.finished = this.#hasEnded.promise;
    this.idle.set();
    this.#accept();
  }

  get active(): number {
    return this.#tasks.size;
  }

  /** Counts what became of the connections so far. */
  statistics(): ConnectionStatistics {
    return Object.freeze({
      active: this.active,
      completed: this.#completed,
      failed: this.#failed,
      broken: this.#broken,
    });
  }

  /** Asks the host for the next connection, if there is room: others wait in the system's own line. */
  #accept(): void {
    if (this.#isAccepting || this.#isStopped || this.active >= this.#bounds.limit) return;
    const listener = this.#listener;
    if (listener === undefined) return;
    this.#isAccepting = true;
    listener.accept().then((conn) => this.#take(conn), (error) => this.#miss(error, listener));
  }

  /** Begins a task for a connection. */
  #take(conn: Deno.Conn<Deno.Addr>): void {
    this.#isAccepting = false;
    if (this.#isStopped) {
      conn.close(); // It came while the listener was being closed.
      return this.#noteEnd();
    }
    const connection = new Connection(conn, this.#options);
    const name = `connection from ${describeAddr(conn.remoteAddr)}`;
    this.idle.clear();
    const task = this.#context.run(() =>
      this.#loop.createTask(() => this.#serve(connection), { name })
    );
    this.#tasks.add(task);
    task.addDoneCallback(() => {
      connection.abort(); // It may have been cancelled before it began.
      this.#noteDone(task);
    });
    this.#accept();
  }

  /** Runs the handler; then lets the host take what it wrote. */
  *#serve(connection: Connection): Coroutine<void> {
    try {
      yield* outcomeOf((0, this.#handler)(connection));
      connection.close();
      if (connection.writer.buffered > 0) yield* this.#waitUntilTaken(connection);
      else yield* connection.waitClosed();
    } catch (error) {
      if (isCancelled(error)) throw error;
      if (isOwnFailure(error, connection)) this.#broken++;
      else this.#report(connection, error);
      yield* linger(connection);
    }
  }

  /** Waits until the client has taken all, or takes nothing for too long, and is cut off. */
  *#waitUntilTaken(connection: Connection): Coroutine<void> {
    const { writer } = connection;
    const { sendTimeout } = this.#bounds;
    let timer: TimerHandle | undefined;
    const watch = (before: number) => {
      if (sendTimeout === Infinity) return;
      timer = this.#loop.callLater(sendTimeout, () => {
        if (writer.buffered < before) return watch(writer.buffered);
        this.#broken++;
        connection.abort();
      });
    };
    watch(writer.buffered);
    try {
      yield* connection.waitClosed();
    } finally {
      timer?.cancel();
    }
  }

  /** Reports what nobody else can handle. */
  #report(connection: Connection, exception: unknown): void {
    this.#failed++;
    const message = "The handler of a connection failed";
    this.#loop.callExceptionHandler({ message, exception, connection });
  }

  #noteDone(task: Task<void>): void {
    this.#tasks.delete(task);
    this.#completed++;
    if (this.active === 0) this.idle.set();
    this.#accept();
    this.#noteEnd();
  }

  /** Ends it once nothing is accepted any more, and nothing is open. */
  #noteEnd(): void {
    if (this.#isStopped && !this.#isAccepting && this.active === 0) this.#hasEnded.resolve();
  }

  /** Notes that nothing was accepted: only a listener that is closed cannot go on. */
  #miss(exception: unknown, listener: Listener): void {
    this.#isAccepting = false;
    if (listener !== this.#listener) {
      this.#accept(); // It was replaced, and closed.
      return this.#noteEnd();
    }
    if (isOfOnePeer(exception)) {
      this.#completed++;
      this.#broken++;
      this.#accept(); // The next in line must not wait for it: anybody can reset a connection.
      return this.#noteEnd();
    }
    if (this.#isStopped) return this.#noteEnd();
    const message = "Cannot accept a connection";
    this.#loop.callExceptionHandler({ message, exception });
    if (exception instanceof Deno.errors.BadResource) this.#hasEnded.resolve();
    else this.#retry();
  }

  /** Tries again after a while: there are too many open files, or so. */
  #retry(): void {
    this.#retrying = this.#loop.callLater(100, () => this.#accept());
  }

  /** Replaces what it listens with, once all replacements that were begun before are over. */
  replace(certificate: ReloadOptions): Promise<void> {
    const replaced = this.#replacer.replace(certificate);
    replaced.catch(() => {
      // It can accept nothing any more.
      if (this.#listener === undefined && !this.#isStopped) this.#hasEnded.resolve();
    });
    return replaced;
  }

  #listenWith(next: Listener): void {
    if (this.#isStopped) return next.close();
    this.#listener = next;
    this.#accept();
  }

  #closeListener(): void {
    this.#listener?.close();
    this.#listener = undefined;
  }

  shutdown(): Promise<void> {
    this.#isStopped = true;
    this.#retrying?.cancel();
    this.#listener?.close();
    this.#noteEnd();
    return this.finished;
  }

  unref(): void {} // Nothing of it is left.

  close(reason: string): void {
    for (const task of this.#tasks) task.cancel(reason);
  }
}
