/**
 * Random choices that a seed repeats.
 *
 * @module
 */

import { Mulberry } from "../engine/mulberry.ts";
import { checkArray, checkBetween, checkWhole } from "../lowlevel.ts";

/** What keeps the choices of a test apart from those of its schedule, which has the same seed. */
const SALT = 0x9e3779b9;

/**
 * A source of random choices; the same seed gives the same ones again.
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

  /** Makes a source that begins at a seed. */
  constructor(seed: number) {
    checkSeed(seed);
    this.#numbers = new Mulberry(seed ^ SALT);
  }

  /** Returns a whole number from 0 up to, not including, a bound. */
  below(bound: number): number {
    checkWhole("bound", bound, 1);
    return Math.floor(this.#next() * bound);
  }

  /** Returns `true` with a probability: 0 is never, 1 is always. */
  chance(probability: number): boolean {
    checkBetween("probability", probability, 0, 1);
    return this.#next() < probability;
  }

  /** Returns one of an array. */
  pick<T>(list: readonly T[]): T {
    checkArray("list", list);
    if (list.length === 0) throw new RangeError("Cannot pick from a list that is empty");
    return list[this.below(list.length)];
  }

  /** Returns what a list holds, in another order. */
  shuffle<T>(list: Iterable<T>): T[] {
    const result = [...list];
    for (let at = result.length - 1; at > 0; at--) {
      const other = this.below(at + 1);
      [result[at], result[other]] = [result[other], result[at]];
    }
    return result;
  }

  /** Returns a fraction of 1, in 32 bits. */
  #next(): number {
    return this.#numbers.next() / 2 ** 32;
  }
}

/** Refuses what is no seed. */
export function checkSeed(seed: unknown): asserts seed is number {
  checkWhole("seed", seed);
}
