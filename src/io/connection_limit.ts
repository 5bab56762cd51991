/**
 * How many requests are under way at once.
 *
 * @module
 */

import type { Coroutine } from "../lowlevel.ts";
import { Limiter } from "../sync/limiter.ts";

/** Bounds the requests under way, in all and for each origin; first come, first served. */
export class ConnectionLimit {
  readonly #total: Limiter;
  readonly #perOrigin: number;
  /** Holds the origins that are asked at the moment. */
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
    if (own === undefined) return yield* this.#total.acquire();
    using stack = new DisposableStack();
    stack.defer(() => this.#forget(origin, own));
    stack.use(yield* own.acquire());
    stack.use(yield* this.#total.acquire());
    return stack.move();
  }

  /** Tells how many are in, how many wait, and how many origins it keeps count of. */
  statistics(): { readonly active: number; readonly waiting: number; readonly origins: number } {
    const total = this.#total.statistics();
    let waiting = total.waiting;
    for (const limiter of this.#origins.values()) waiting += limiter.statistics().waiting;
    return Object.freeze({ active: total.borrowed, waiting, origins: this.#origins.size });
  }

  /** Finds the limit of an origin; `undefined` if origins have none. */
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
