/**
 * Where a loop takes its time from: the host's clock, or one that a test owns.
 *
 * @module
 */

/** Tells the time in milliseconds; it never goes back. */
export interface Clock {
  /** Reads the time. */
  now(): number;
}

/** Reads the host's monotonic clock. */
export const hostClock: Clock = { now: () => performance.now() };

/**
 * Is a clock that stands still until there is nothing left to do, then jumps to the next deadline.
 *
 * ```ts
 * import { run, sleep, VirtualClock } from "@weft/weft";
 *
 * const clock = new VirtualClock();
 * await run(() => sleep(3_600_000), { clock }); // takes no time
 * console.assert(clock.now() === 3_600_000);
 * ```
 */
export class VirtualClock implements Clock {
  #now: number;
  readonly #watchers = new Set<() => void>();

  /** Starts at a time. */
  constructor(start = 0) {
    if (typeof start !== "number") throw new TypeError(`START MUST BE A NUMBER: ${start}`);
    if (!Number.isFinite(start)) throw new RangeError(`START MUST BE FINITE: ${start}`);
    this.#now = start;
  }

  /** Reads the time. */
  now(): number {
    return this.#now;
  }

  /** Moves time on by hand; the timers that are due then run in the loop's next turn. */
  advance(ms: number): void {
    if (typeof ms !== "number") throw new TypeError(`ms MUST BE A NUMBER: ${ms}`);
    if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`CANNOT ADVANCE A CLOCK BY: ${ms}`);
    this.jump(this.#now + ms);
    for (const wake of this.#watchers) wake();
  }

  /** Moves time on to a deadline; a past one changes nothing. */
  jump(when: number): void {
    if (when > this.#now) this.#now = when;
  }

  /** Calls `wake` whenever time is moved by hand, until the returned function is called. */
  watch(wake: () => void): () => void {
    this.#watchers.add(wake);
    return () => void this.#watchers.delete(wake);
  }
}
