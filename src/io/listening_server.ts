/**
 * What listens: how it tells where, and how it ends.
 *
 * @module
 */

import { Event } from "../sync/event.ts";
import {
  type Awaitable,
  checkOptions,
  type Coroutine,
  type EventLoop,
  isCancelled,
  Operation,
  show,
  type TimerHandle,
} from "../lowlevel.ts";
import { callAfter } from "./call_after.ts";

/** Bounds, in ms, how long the last bytes may take to get to clients that do not read. */
const LINGER = 1000;

/** Configures the end of a server. */
export interface ShutdownOptions {
  /** Bounds, in ms, how long work may go on; the server's own `grace` unless given. */
  grace?: number | undefined;
}

/** Is what the host listens with. */
export interface HostListener {
  /** Resolves once nothing more is accepted, and all that was sent has gone. */
  readonly finished: Promise<void>;
  /** Begins to stop. */
  shutdown(): Promise<void>;
  /** Lets the process end. */
  unref(): void;
}

/** Is what a server works on. */
export interface ServerWork {
  /** Counts what is being worked on. */
  readonly active: number;
  /** Is set while there is no work. */
  readonly idle: Event;
  /** Cancels all that is left, and takes no more. */
  close(reason: string): void;
}

/**
 * Is a server that works until it is shut down.
 *
 * To shut down is to stop accepting at once, to let the work that has come go on for `grace` ms, and
 * to cancel the rest. A server is shut down when it is asked to, or disposed, or when its loop ends.
 */
export abstract class ListeningServer implements AsyncDisposable {
  readonly #loop: EventLoop;
  readonly #work: ServerWork;
  readonly #host: HostListener;
  readonly #grace: number;
  readonly #stopping = new Event();
  readonly #hostEnded = new Event();
  readonly #finished = new Event();
  #graceTimer: TimerHandle | undefined;
  #cancelsAt = Infinity;
  /** Calls off the bound of the wait for the last bytes, while there is such a wait. */
  #unbind: (() => void) | undefined;

  /** @internal */
  constructor(loop: EventLoop, work: ServerWork, host: HostListener, grace: number) {
    this.#loop = loop;
    this.#work = work;
    this.#host = host;
    this.#grace = grace;
    loop.beginHostOperation();
    const ended = () => {
      this.#hostEnded.set();
      this.stop(0); // Unless it is what ended the host's server, nobody else will.
    };
    host.finished.then(ended, ended);
  }

  /** Counts what it is working on. */
  get active(): number {
    return this.#work.active;
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
   * Stops accepting, lets work go on for `grace` ms, cancels the rest, and waits for that.
   *
   * Called again, it can make the grace shorter, but not longer.
   *
   * **Cancel safety.** A cancelled wait does not stop the shutting down.
   */
  shutdown(options: ShutdownOptions = {}): Awaitable<void> {
    checkOptions("shutdown()", options, ["grace"]);
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
    if (this.#unbind !== undefined) this.#armLinger();
    if (this.#stopping.isSet) return;
    this.#stopping.set();
    this.#host.shutdown().catch(() => {}); // Its end is told by `finished`, however it comes.
  }

  #cancelRest(): void {
    this.#work.close("the server is shutting down");
  }

  /** @internal Starts the server's task, which sees to it that it ends; a signal shuts it down. */
  start(name: string, signal: AbortSignal | undefined): void {
    const task = this.#loop.createTask(() => this.#supervise(), { name });
    if (signal === undefined) return;
    const stop = () => this.stop();
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    task.addDoneCallback(() => signal.removeEventListener("abort", stop));
  }

  *#supervise(): Coroutine<void> {
    let cancellation: unknown;
    for (const wait of [() => this.#stopping.wait(), () => this.#work.idle.wait()]) {
      cancellation = (yield* this.#insist(wait)) ?? cancellation;
    }
    this.#graceTimer?.cancel();
    this.#work.close("the server has shut down");
    this.#armLinger();
    cancellation = (yield* this.#insist(() => this.#hostEnded.wait())) ?? cancellation;
    this.#unbind?.();
    this.#unbind = undefined;
    this.#host.unref();
    this.#loop.endHostOperation();
    this.#finished.set();
    if (cancellation !== undefined) throw cancellation;
  }

  /** Bounds the wait for the last bytes: by what is left of the grace, and a moment at least. */
  #armLinger(): void {
    this.#unbind?.();
    const most = Math.max(this.#cancelsAt - this.#loop.time(), LINGER);
    this.#unbind = callAfter(most, () => this.#hostEnded.set());
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

/** Refuses what is no signal. */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new TypeError(`signal MUST BE AN AbortSignal: ${show(signal)}`);
}
