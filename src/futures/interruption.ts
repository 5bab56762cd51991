/**
 * What the signals of the host do to a program that runs.
 *
 * @module
 */

import { callAfter } from "../engine/host.ts";
import {
  addListener,
  exit,
  EXIT_STATUS,
  hasOthers,
  removeListener,
  setExitStatus,
  type Signal,
} from "../engine/signals.ts";
import { exitIfUnhandled } from "../engine/unhandled.ts";
import { isCancelled, newCancelledError } from "../errors.ts";
import { describeWaits } from "./describe_waits.ts";
import type { InnerLoop } from "./event_loop.ts";
import type { Task } from "./task.ts";

/** The default of `grace`. */
const DEFAULT_GRACE = 10_000;
/** The signals that a run listens to unless it is told. */
const DEFAULT_SIGNALS: readonly Signal[] = ["SIGINT", "SIGTERM"];

/** Options of an interruption. */
export interface InterruptionOptions {
  /** The signals that it listens to; SIGINT and SIGTERM unless given. */
  readonly signals?: readonly Signal[] | undefined;
  /** How long, in ms, the program may take to end after a signal. */
  readonly grace?: number | undefined;
}

/** What signals do to a run: the first cancels its main task, a second ends the process. */
export class Interruption {
  /** The runs of this process that listen to signals. */
  static readonly #inProgress = new Set<Interruption>();

  readonly #loop: InnerLoop;
  readonly #signals: readonly Signal[];
  readonly #grace: number;
  /** The main task, until it has ended. */
  #main: Task<unknown> | undefined;
  /** The first signal that came, and when the grace after it ends, by the host's clock. */
  #first: { readonly signal: Signal; readonly end: number } | undefined;
  /** Whether the first signal came when there was no main task to cancel. */
  #isLate = false;
  #isListening = false;
  /** When it stopped listening, once a signal has come. */
  #endedAt = 0;
  /** A function that calls the end of the grace off, once a signal has come. */
  #stopTimer: (() => void) | undefined;

  /** Makes one that does not listen yet. */
  constructor(loop: InnerLoop, { signals, grace = DEFAULT_GRACE }: InterruptionOptions) {
    this.#loop = loop;
    // As in asyncio, a signal that the program handled before is its own affair, unless it is named.
    this.#signals = signals ?? DEFAULT_SIGNALS.filter((signal) => !hasOthers(signal));
    this.#grace = grace;
  }

  /** Listens while the main task runs. */
  beginMain(main: Task<unknown>): void {
    this.#main = main;
    this.#listen();
  }

  /** Listens while the run closes; an interruption whose grace has passed in between is forgotten. */
  beginClosing(): void {
    this.#main = undefined;
    if (this.#isListening) return;
    if (this.#first !== undefined) {
      const { end } = this.#first;
      const now = performance.now();
      if (this.#endedAt < end && end <= now) this.#first = undefined;
      else this.#startTimer(Math.max(end - now, 0));
    }
    this.#listen();
  }

  /** Listens no more. */
  end(): void {
    for (const signal of this.#signals) removeListener(signal, this.#onSignal);
    Interruption.#inProgress.delete(this);
    this.#stopTimer?.();
    this.#isListening = false;
    this.#main = undefined;
    if (this.#first !== undefined) this.#endedAt = performance.now();
  }

  /** Makes the cancellation it caused, if nobody handles it, end the process as a signal does. */
  explain(error: unknown): void {
    if (this.#first === undefined || !isCancelled(error)) return;
    exitIfUnhandled(error, statusOf(this.#first.signal));
  }

  /** Throws what main would have thrown, had the signal not come after its end. */
  throwIfLate(): void {
    if (!this.#isLate) return;
    const { signal } = this.#first!;
    const error = newCancelledError(signal);
    setExitStatus(statusOf(signal)); // No main could say otherwise.
    this.explain(error);
    throw error;
  }

  #listen(): void {
    for (const signal of this.#signals) addListener(signal, this.#onSignal);
    Interruption.#inProgress.add(this);
    this.#isListening = true;
  }

  readonly #onSignal = (signal: Signal): void => {
    if (this.#loop.hasSignalHandler(signal)) return; // It is the program's own affair.
    if (this.#first !== undefined) return exit(statusOf(signal));
    this.#first = { signal, end: performance.now() + this.#grace };
    this.#startTimer(this.#grace);
    if (this.#main?.done === false) this.#main.cancel(signal);
    else this.#isLate = true;
  };

  #startTimer(ms: number): void {
    this.#stopTimer?.();
    this.#stopTimer = callAfter(ms, () => this.#expire());
  }

  /** Ends the program, and writes what holds it up. */
  #expire(): void {
    const { signal } = this.#first!;
    const waits = [...Interruption.#inProgress].map((one) => describeWaits(one.#loop));
    console.error(
      `Ending the process: ${signal} came ${this.#grace} ms ago, and cleanup has not ended` +
        waits.join(""),
    );
    exit(statusOf(signal));
  }
}

/** Returns what a process ends with after a signal. */
function statusOf(signal: Signal): number {
  return EXIT_STATUS[signal] ?? 1;
}
