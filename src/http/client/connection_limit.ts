/**
 * How many requests are under way at once.
 *
 * @module
 */

import type { Coroutine } from "../../lowlevel.ts";
import { called } from "../../sync/called.ts";
import { Limiter } from "../../sync/limiter.ts";

/** What dumps say that a request waits for. */
const PLACE = () => "the session's limit of requests";

/** The bound of the requests under way, in all and for each origin; first come, first served. */
export class ConnectionLimit {
  readonly #total: Limiter;
  readonly #perOrigin: number;
  /** The origins that are asked at the moment. */
  readonly #origins = new Map<string, Limiter>();

  /** Makes a limit; each may be `Infinity`. */
  constructor(total: number, perOrigin: number) {
    this.#total = new Limiter(total);
    this.#perOrigin = perOrigin;
  }

  /**
   * Waits for a place, which is held until it is disposed.
   *
   * Who waits for an origin that is busy holds none of the places for all.
   */
  *enter(origin: string): Coroutine<Disposable> {
    const own = this.#limiterOf(origin);
    if (own === undefined) return yield* called(this.#total.acquire(), PLACE);
    let permit: Disposable | undefined;
    let place: Disposable | undefined;
    const leave = () => {
      place?.[Symbol.dispose]();
      permit?.[Symbol.dispose]();
      this.#forget(origin, own);
    };
    try {
      permit = yield* called(own.acquire(), () => `the limit of requests to ${origin}`);
      place = yield* called(this.#total.acquire(), PLACE);
      return { [Symbol.dispose]: leave };
    } finally {
      if (place === undefined) leave();
    }
  }

  /** Counts those that are in, those that wait, and the origins that it keeps count of. */
  statistics(): { readonly active: number; readonly waiting: number; readonly origins: number } {
    const total = this.#total.statistics();
    let waiting = total.waiting;
    for (const limiter of this.#origins.values()) waiting += limiter.statistics().waiting;
    return Object.freeze({ active: total.borrowed, waiting, origins: this.#origins.size });
  }

  /** Returns the limit of an origin; `undefined` if origins have none. */
  #limiterOf(origin: string): Limiter | undefined {
    if (this.#perOrigin === Infinity) return undefined;
    let limiter = this.#origins.get(origin);
    if (limiter === undefined) {
      limiter = new Limiter(this.#perOrigin);
      this.#origins.set(origin, limiter);
    }
    return limiter;
  }

  /** Drops the limit of an origin that nobody asks any more. */
  #forget(origin: string, limiter: Limiter): void {
    const { borrowed, waiting } = limiter.statistics();
    if (borrowed === 0 && waiting === 0) this.#origins.delete(origin);
  }
}
