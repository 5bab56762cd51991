/**
 * The connections of a server, each with its task.
 *
 * @module
 */

import {
  callHere,
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
import { Connection, type ConnectionOptions, describeAddr, type HostConn } from "./connection.ts";
import type { HostListener, ServerWork } from "./listening_server.ts";

/** Serves one connection, which is closed when it ends. */
export type ConnectionHandler = (connection: Connection) => CoroutineResult<unknown> | void;

/** Is a listener of the host: TCP, TLS or Unix. */
export type Listener = Deno.Listener<HostConn, Deno.Addr>;

/** Counts the connections of a server. */
export interface ConnectionStatistics {
  /** Counts those that are open. */
  readonly active: number;
  /** Counts those that are over, however they ended. */
  readonly completed: number;
  /** Counts those whose handler failed. */
  readonly failed: number;
  /** Counts those that broke: the peer has gone in the middle. */
  readonly broken: number;
}

/** Accepts connections while there is room, and runs a task for each. */
export class TcpConnections implements ServerWork, HostListener {
  readonly idle: Event = new Event();
  readonly finished: Promise<void>;
  readonly #loop: EventLoop;
  readonly #context: Context = copyContext();
  readonly #listener: Listener;
  readonly #handler: ConnectionHandler;
  readonly #limit: number;
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
    handler: ConnectionHandler,
    limit: number,
    options: ConnectionOptions,
  ) {
    this.#loop = loop;
    this.#listener = listener;
    this.#handler = handler;
    this.#limit = limit;
    this.#options = options;
    this.finished = this.#hasEnded.promise;
    this.idle.set();
    this.#accept();
  }

  get active(): number {
    return this.#tasks.size;
  }

  /** Tells what became of the connections so far. */
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
    if (this.#isAccepting || this.#isStopped || this.active >= this.#limit) return;
    this.#isAccepting = true;
    this.#listener.accept().then((conn) => this.#take(conn), (error) => this.#miss(error));
  }

  /** Begins a task for a connection. */
  #take(conn: HostConn): void {
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
      this.#leave(task);
    });
    this.#accept();
  }

  /** Runs the handler; then lets the host take what it wrote. */
  *#serve(connection: Connection): Coroutine<void> {
    try {
      yield* outcomeOf(callHere(this.#handler, connection));
      connection.close();
      yield* connection.waitClosed();
    } catch (error) {
      if (isCancelled(error)) throw error;
      if (connection.isOwnFailure(error)) this.#broken++;
      else this.#report(connection, error);
      yield* connection.linger();
    }
  }

  /** Reports what nobody else can handle. */
  #report(connection: Connection, exception: unknown): void {
    this.#failed++;
    const message = "exception in the handler of a connection";
    this.#loop.callExceptionHandler({ message, exception, connection });
  }

  #leave(task: Task<void>): void {
    this.#tasks.delete(task);
    this.#completed++;
    if (this.active === 0) this.idle.set();
    this.#accept();
    this.#noteEnd();
  }

  /** Tells that nothing is accepted any more, and that nothing is open. */
  #noteEnd(): void {
    if (this.#isStopped && !this.#isAccepting && this.active === 0) this.#hasEnded.resolve();
  }

  /** Notes that nothing was accepted: only a listener that is closed cannot go on. */
  #miss(exception: unknown): void {
    this.#isAccepting = false;
    if (this.#isStopped) return this.#noteEnd();
    const message = "a server could not accept a connection";
    this.#loop.callExceptionHandler({ message, exception });
    if (exception instanceof Deno.errors.BadResource) this.#hasEnded.resolve();
    else this.#retry();
  }

  /** Tries again after a while: most likely, there are too many open files. */
  #retry(): void {
    this.#retrying = this.#loop.callLater(100, () => this.#accept());
  }

  shutdown(): Promise<void> {
    this.#isStopped = true;
    this.#retrying?.cancel();
    this.#listener.close();
    this.#noteEnd();
    return this.finished;
  }

  unref(): void {} // Nothing of it is left.

  close(reason: string): void {
    for (const task of this.#tasks) task.cancel(reason);
  }
}
