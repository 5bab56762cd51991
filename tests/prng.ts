/**
 * Random numbers that a seed repeats.
 *
 * @module
 */

import { Mulberry } from "../src/engine/mulberry.ts";

/** Makes the choices that tests need; `next()` gives 0 to 2^32 - 1. */
export class Prng extends Mulberry {
  /** Gives a whole number below a bound. */
  below(bound: number): number {
    return Math.floor(this.next() / 2 ** 32 * bound);
  }

  /** Says yes so many times in a hundred. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** Gives one of a list. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** Gives a list in another order. */
  shuffle<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let at = result.length - 1; at > 0; at--) {
      const other = this.below(at + 1);
      [result[at], result[other]] = [result[other], result[at]];
    }
    return result;
  }
}
