/**
 * Numbers that look random and that a seed repeats: the mulberry32 recipe.
 *
 * @module
 */

/** A sequence of whole numbers from 0 up to 2^32 - 1. */
export class Mulberry {
  #state: number;

  /** Begins the sequence of a seed. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Returns the next number. */
  next(): number {
    this.#state = this.#state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, 1 | this.#state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return (mixed ^ mixed >>> 14) >>> 0;
  }
}
