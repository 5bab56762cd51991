/**
 * Random numbers that cost a nanosecond and are the same for every candidate.
 *
 * @module
 */

/** Marsaglia's xorshift of 32 bits. */
export class Random {
  #state: number;

  /** Starts a sequence; a seed of 0 would stay 0. */
  constructor(seed = 2463534242) {
    this.#state = seed;
  }

  /** Returns the next number of [0, 1). */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) / 4294967296;
  }
}
