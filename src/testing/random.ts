/**
 * Random choices that a seed repeats.
 *
 * @module
 */

import { Mulberry } from "../engine/mulberry.ts";
import { show } from "../lowlevel.ts";

/** Keeps the choices of a test apart from those of its schedule, which has the same seed. */
const SALT = 0x9e3779b9;

/**
 * Makes random choices; the same seed makes the same ones again.
 *
 * Every test has one, `scope.random`, with the seed of its schedule.
 *
 * **Gotcha.** It is for tests: its numbers can be foretold.
 *
 * ```ts
 * import { Random } from "@weft/weft/testing.ts";
 *
 * const random = new Random(7);
 * console.assert(random.below(10) < 10);
 * console.assert(["a", "b"].includes(random.pick(["a", "b"])));
 * console.assert(new Random(7).shuffle([1, 2, 3]).length === 3);
 * ```
 */
export class Random {
  readonly #numbers: Mulberry;

  /** Begins the choices of a seed. */
  constructor(seed: number) {
    checkSeed(seed);
    this.#numbers = new Mulberry(seed ^ SALT);
  }

  /** Draws a whole number from 0 up to, not including, a bound. */
  below(bound: number): number {
    if (typeof bound !== "number") throw new TypeError(`BOUND MUST BE A NUMBER: ${show(bound)}`);
    if (!Number.isSafeInteger(bound) || bound < 1) {
      throw new RangeError(`BOUND MUST BE A WHOLE NUMBER OF 1 OR MORE: ${bound}`);
    }
    return Math.floor(this.#next() * bound);
  }

  /** Says yes with a probability: 0 is never, 1 is always. */
  chance(probability: number): boolean {
    if (typeof probability !== "number") {
      throw new TypeError(`PROBABILITY MUST BE A NUMBER: ${show(probability)}`);
    }
    if (!(probability >= 0 && probability <= 1)) {
      throw new RangeError(`PROBABILITY MUST BE FROM 0 TO 1: ${probability}`);
    }
    return this.#next() < probability;
  }

  /** Picks one of a list. */
  pick<T>(list: readonly T[]): T {
    if (!Array.isArray(list)) throw new TypeError(`NOT A LIST TO PICK FROM: ${show(list)}`);
    if (list.length === 0) throw new RangeError("CANNOT PICK FROM AN EMPTY LIST");
    return list[this.below(list.length)];
  }

  /** Gives a list in another order. */
  shuffle<T>(list: Iterable<T>): T[] {
    const result = [...list];
    for (let at = result.length - 1; at > 0; at--) {
      const other = this.below(at + 1);
      [result[at], result[other]] = [result[other], result[at]];
    }
    return result;
  }

  /** Draws a fraction of 1, in 32 bits. */
  #next(): number {
    return this.#numbers.next() / 2 ** 32;
  }
}

/** Refuses what is no seed. */
export function checkSeed(seed: unknown): asserts seed is number {
  if (typeof seed !== "number") throw new TypeError(`seed MUST BE A NUMBER: ${show(seed)}`);
  if (!Number.isInteger(seed)) throw new RangeError(`seed MUST BE A WHOLE NUMBER: ${seed}`);
}
