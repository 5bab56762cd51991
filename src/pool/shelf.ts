/**
 * What lies idle in a pool, until somebody takes it or it is too old.
 *
 * @module
 */

import type { EventLoop, TimerHandle } from "../lowlevel.ts";

/** What can lie on a shelf. */
export interface Shelved {
  /** When it was made, and when somebody had it last, in the loop's time. */
  readonly madeAt: number;
  readonly usedAt: number;
}

/** How old what lies on a shelf may become, in ms. */
export interface ShelfLife {
  /** Since it was made. */
  readonly maxAge: number;
  /** Since somebody had it. */
  readonly maxIdle: number;
}

/** What nobody has at the moment: the one used last is taken first, and the others may age. */
export class Shelf<R extends Shelved> {
  /** The one used last at the end. */
  readonly #shelved: R[] = [];
  readonly #life: ShelfLife;
  readonly #discard: (one: R) => void;
  #timer: TimerHandle | undefined;
  #timerAt = Infinity;

  /** Makes an empty one, with what becomes of what is too old. */
  constructor(life: ShelfLife, discard: (one: R) => void) {
    this.#life = life;
    this.#discard = discard;
  }

  /** The number of what lies on it. */
  get size(): number {
    return this.#shelved.length;
  }

  /** Lays something down, unless it is too old. */
  put(one: R, loop: EventLoop): void {
    const end = this.#endOf(one);
    if (end !== Infinity && end <= loop.time()) return this.#discard(one);
    this.#shelved.push(one);
    if (end >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = end;
    this.#timer = loop.callAt(end, () => this.#sort(loop));
  }

  /** Takes the one that was used last. */
  take(loop: EventLoop): R | undefined {
    for (let one = this.#shelved.pop(); one !== undefined; one = this.#shelved.pop()) {
      const end = this.#endOf(one);
      if (end === Infinity || end > loop.time()) return one;
      this.#discard(one);
    }
    return undefined;
  }

  /** Drops all. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Infinity;
    this.#shelved.length = 0;
  }

  /** Takes out what is too old now. */
  #sort(loop: EventLoop): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    for (const one of this.#shelved.splice(0)) this.put(one, loop);
  }

  /** Finds when something is too old. */
  #endOf({ madeAt, usedAt }: R): number {
    return Math.min(madeAt + this.#life.maxAge, usedAt + this.#life.maxIdle);
  }
}
