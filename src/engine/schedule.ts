/**
 * Another order for what is ready, for tests that look for what depends on the order.
 *
 * @module
 */

import { checkWhole } from "../check.ts";
import { LEASE_LENGTH } from "./core.ts";
import { Mulberry } from "./mulberry.ts";

/** Options of a schedule. */
export interface ScheduleOptions {
  /** The number that the order follows from; the same seed gives the same one again. */
  seed: number;
}

/** The order of what is handed out together: handles of one batch and one priority. */
export class Schedule {
  readonly #order = new Uint16Array(LEASE_LENGTH);
  readonly #numbers: Mulberry;

  /** Begins the orders of a seed. */
  constructor(options: ScheduleOptions) {
    const seed = options?.seed;
    checkWhole("seed", seed);
    this.#numbers = new Mulberry(seed);
  }

  /** Draws an order of so many places; it is good until the next is drawn. */
  draw(count: number): Uint16Array {
    const order = this.#order;
    for (let at = 0; at < count; at++) {
      const other = this.#numbers.next() % (at + 1);
      order[at] = order[other];
      order[other] = at;
    }
    return order;
  }
}
