/**
 * Looking at steps as they run: for an instrument, and in debug mode for those that take long.
 *
 * @module
 */

import type { Instrument } from "./instrument.ts";
import type { Loop } from "./loop.ts";
import type { Runnable } from "./registry.ts";

/** Watches the steps of a loop. */
export class Watch {
  readonly #loop: Loop;
  readonly #instrument: Instrument | undefined;
  #began = 0;

  /** Makes a watch that has seen nothing. */
  constructor(loop: Loop, instrument: Instrument | undefined) {
    this.#loop = loop;
    this.#instrument = instrument;
  }

  /** Runs a step; that of native async code ends later. */
  run(handler: Runnable): void {
    this.#instrument?.beforeStep?.(handler);
    this.#began = performance.now();
    handler.run();
    if (this.#loop.stepping === undefined) this.noteEnd(handler);
  }

  /** Tells that a step has ended; debug mode complains if it took long. */
  noteEnd(handler: object): void {
    const ms = performance.now() - this.#began;
    this.#instrument?.afterStep?.(handler as Runnable);
    if (!this.#loop.debug || ms < this.#loop.slowCallbackDuration) return;
    console.warn(`Executing ${(handler as Runnable).label} took ${ms.toFixed(0)} ms`);
  }
}
