/**
 * How what listens comes to its end.
 *
 * @module
 */

import { Event } from "../sync/event.ts";
import {
  callAfter,
  type Coroutine,
  type InnerLoop,
  insist,
  type TimerHandle,
} from "../lowlevel.ts";
import { called } from "../sync/called.ts";

/** How long, in ms, the last bytes may take to get to clients that do not read. */
const LINGER = 1000;

/** What the host listens with. */
export interface HostListener {
  /** A promise that resolves once nothing more is accepted, and all that was sent has gone. */
  readonly finished: Promise<void>;
  /** Begins to stop. */
  shutdown(): Promise<void>;
  /** Lets the process end. */
  unref(): void;
}

/** What a server works on. */
export interface ServerWork {
  /** The number of things that are being worked on. */
  readonly active: number;
  /** An event that is set while there is no work. */
  readonly idle: Event;
  /** Lets what would go on for ever come to its end: the shutting down begins. */
  stop?(): void;
  /** Cancels all that is left, and takes no more. */
  close(reason: string): void;
}

/** The end of a server: it stops accepting, lets work go on for its grace, and cancels the rest. */
export class Shutdown {
  /** What the server works on. */
  readonly work: ServerWork;
  /** An event that is set once the server has shut down. */
  readonly finished: Event = new Event();
  /** How long, in ms, work may go on. */
  readonly grace: number;
  readonly #loop: InnerLoop;
  readonly #host: HostListener;
  readonly #stopping = new Event();
  readonly #hostEnded = new Event();
  #graceTimer: TimerHandle | undefined;
  #cancelsAt = Infinity;
  /** A function that calls off the bound of the wait for the last bytes, while there is one. */
  #unbind: (() => void) | undefined;

  /** Waits for nothing yet, unless the host's listener ends by itself. */
  constructor(loop: InnerLoop, work: ServerWork, host: HostListener, grace: number) {
    this.#loop = loop;
    this.work = work;
    this.#host = host;
    this.grace = grace;
    loop.beginHostOperation();
    const ended = () => {
      this.#hostEnded.set();
      if (!this.#stopping.isSet) this.begin(0); // Nobody else will.
    };
    host.finished.then(ended, ended);
  }

  /** Starts the server's task, which sees to it that it ends; a signal shuts it down. */
  start(name: string, signal: AbortSignal | undefined): void {
    const task = this.#loop.createTask(() => this.#supervise(), { name });
    if (signal === undefined) return;
    const begin = () => this.begin();
    if (signal.aborted) begin();
    else signal.addEventListener("abort", begin, { once: true });
    task.addDoneCallback(() => signal.removeEventListener("abort", begin));
  }

  /** Begins to shut down, or ends the grace earlier. */
  begin(grace: number = this.grace): void {
    const when = this.#loop.time() + grace;
    if (when >= this.#cancelsAt && this.#stopping.isSet) return;
    this.#cancelsAt = when;
    this.#graceTimer?.cancel();
    if (grace === 0) this.#cancelRest();
    else if (grace < Infinity) this.#graceTimer = this.#loop.callAt(when, () => this.#cancelRest());
    if (this.#unbind !== undefined) this.#armLinger();
    if (this.#stopping.isSet) return;
    this.#stopping.set();
    this.work.stop?.();
    this.#host.shutdown().catch(() => {}); // Its end is told by `finished`, however it comes.
  }

  #cancelRest(): void {
    this.work.close("the server is shutting down");
  }

  *#supervise(): Coroutine<void> {
    let cancellation: unknown;
    const hurry = () => this.begin(0); // A cancellation ends the grace.
    for (
      const wait of [
        () => called(this.#stopping.wait(), () => "Server.shutdown()"),
        () =>
          called(
            this.work.idle.wait(),
            () => `the end of what is in progress: ${this.work.active}`,
          ),
      ]
    ) {
      cancellation = (yield* insist(wait, hurry)) ?? cancellation;
    }
    this.#graceTimer?.cancel();
    this.work.close("the server has shut down");
    this.#armLinger();
    cancellation = (yield* insist(
      () => called(this.#hostEnded.wait(), () => "the last bytes to be sent"),
      hurry,
    )) ?? cancellation;
    this.#unbind?.();
    this.#unbind = undefined;
    this.#host.unref();
    this.#loop.endHostOperation();
    this.finished.set();
    if (cancellation !== undefined) throw cancellation;
  }

  /** Bounds the wait for the last bytes: by what is left of the grace, and a moment at least. */
  #armLinger(): void {
    this.#unbind?.();
    const most = Math.max(this.#cancelsAt - this.#loop.time(), LINGER);
    this.#unbind = callAfter(most, () => this.#hostEnded.set());
  }
}
