/**
 * Another order for what is ready, for tests that look for what depends on the order.
 *
 * @module
 */

import { LEASE_LENGTH } from "./core.ts";
import { Mulberry } from "./mulberry.ts";

/** Configures a schedule. */
export interface ScheduleOptions {
  /** Chooses the order; the same seed gives the same one again. */
  seed: number;
}

/** Shuffles what is handed out together: handles of one batch and one priority. */
export class Schedule {
  readonly #order = new Uint16Array(LEASE_LENGTH);
  readonly #numbers: Mulberry;

  /** Begins the orders of a seed. */
  constructor(options: ScheduleOptions) {
    const seed: unknown = options?.seed;
    if (typeof seed !== "number") throw new TypeError(`seed MUST BE A NUMBER: ${seed}`);
    if (!Number.isInteger(seed)) throw new RangeError(`seed MUST BE A WHOLE NUMBER: ${seed}`);
    this.#numbers = new Mulberry(seed);
  }

  /** Draws an order of so many places; it holds until the next is drawn. */
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
