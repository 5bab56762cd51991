/**
 * Looking at steps as they run: for an instrument, and in debug mode for those that take long.
 *
 * @module
 */

import type { Instrument } from "./instrument.ts";
import type { Runnable } from "./registry.ts";

/** A loop, as far as it is watched. */
export interface WatchedLoop {
  /** Whether it checks more. */
  readonly debug: boolean;
  /** How long a step may take, in ms, before debug mode reports it. */
  readonly slowCallbackDuration: number;
  /** The task whose native step is in progress, if there is one. */
  readonly stepping: object | undefined;
}

/** What watches the steps of a loop. */
export class Watch {
  readonly #loop: WatchedLoop;
  readonly #instrument: Instrument | undefined;
  #began = 0;

  /** Makes a watch that has seen nothing. */
  constructor(loop: WatchedLoop, instrument: Instrument | undefined) {
    this.#loop = loop;
    this.#instrument = instrument;
  }

  /** Runs a step; that of native async code ends later. */
  run(handler: Runnable): void {
    // A strand is a part of its task: the step is the task's.
    const step = (handler as { readonly task?: Runnable }).task ?? handler;
    this.#instrument?.beforeStep?.(step);
    this.#began = performance.now();
    handler.run();
    if (this.#loop.stepping === undefined) this.noteEnd(step);
  }

  /** Notes that a step has ended; debug mode complains if it took long. */
  noteEnd(handler: object): void {
    const ms = performance.now() - this.#began;
    this.#instrument?.afterStep?.(handler as Runnable);
    if (!this.#loop.debug || ms < this.#loop.slowCallbackDuration) return;
    console.warn(`Executing ${(handler as Runnable).label} took ${ms.toFixed(0)} ms`);
  }
}
