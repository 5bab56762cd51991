/**
 * When to ask again after a break.
 *
 * @module
 */

import { runningLoop } from "../../lowlevel.ts";

/** The least, in ms, from which waits after failures in a row grow. */
const LEAST_GROWN = 100;
/** The largest part by which those are shortened at random: many clients may have been cut off at once. */
const JITTER = 0.25;

/** The waits between connections: longer and longer while one failure follows another. */
export class Reconnection {
  readonly #delay: number;
  readonly #maxDelay: number;
  readonly #attempts: number;
  /** When it is time to ask, by the loop's time. */
  #notBefore = -Infinity;
  #failures = 0;

  /** Makes one that may ask at once. */
  constructor(delay: number, maxDelay: number, attempts: number) {
    this.#delay = delay;
    this.#maxDelay = maxDelay;
    this.#attempts = attempts;
  }

  /** How long, in ms, it is until it may ask. */
  get left(): number {
    return Math.max(0, this.#notBefore - runningLoop().time());
  }

  /** Notes that the other side is alive. */
  noteLife(): void {
    this.#failures = 0;
  }

  /** Notes a failure; returns whether there were not too many in a row. */
  noteFailure(): boolean {
    return ++this.#failures < this.#attempts;
  }

  /** Lets time pass: as much as the other side wants, and more after each failure in a row. */
  rest(delay: number | undefined, wanted = 0): void {
    const base = delay ?? this.#delay;
    const isAgain = this.#failures > 1;
    const grown = isAgain ? Math.max(base, LEAST_GROWN) * 2 ** (this.#failures - 1) : base;
    const wait = Math.min(grown, Math.max(base, this.#maxDelay));
    const spread = isAgain ? wait * JITTER * Math.random() : 0;
    this.#notBefore = runningLoop().time() + Math.max(wait - spread, wanted);
  }
}
