/**
 * Where a loop takes its time from: the host's clock, or one that a test owns.
 *
 * @module
 */

import { checkNumber } from "../check.ts";
import { type Core, Total } from "./core.ts";

/** A source of time, in milliseconds. */
export interface Clock {
  /** Returns the time; it never goes back. */
  now(): number;
}

/** The host's monotonic clock. */
export const hostClock: Clock = { now: () => performance.now() };

/** A loop on a virtual clock, as the clock sees it. */
export interface ClockUser {
  /** The core that holds its timers. */
  readonly core: Core;
  /** Whether it has nothing to do, and nothing of the host in flight. */
  readonly isAtRest: boolean;
  /** Makes it look at the time. */
  wake(): void;
}

/**
 * A clock that stands still until there is nothing left to do, then jumps to the next deadline.
 *
 * Several loops may share one: it jumps when all of them are at rest, to the earliest deadline of all.
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
  /** The loops that run on it. */
  readonly #users = new Set<ClockUser>();

  /** Makes a clock that shows a time, 0 unless given. */
  constructor(start = 0) {
    checkNumber("start", start);
    if (!Number.isFinite(start)) throw new RangeError(`start must be finite: ${start}`);
    this.#now = start;
  }

  /** Returns the time. */
  now(): number {
    return this.#now;
  }

  /** Moves time on by hand; the timers that are due then run in the loop's next turn. */
  advance(ms: number): void {
    checkNumber("ms", ms);
    if (!(ms >= 0 && ms < Infinity)) {
      throw new RangeError(`Cannot move a clock on by ${ms} ms: give a finite number of 0 or more`);
    }
    this.jump(this.#now + ms);
    for (const wake of this.#watchers) wake();
  }

  /** Moves time on to a deadline; a past one changes nothing. Loops that are due go on. */
  jump(when: number): void {
    if (when > this.#now) this.#now = when;
    for (const user of this.#users) {
      if (user.core.totals[Total.NEAREST] <= this.#now) user.wake();
    }
  }

  /** Calls `wake` whenever time is moved by hand, until the returned function is called. */
  watch(wake: () => void): () => void {
    this.#watchers.add(wake);
    return () => void this.#watchers.delete(wake);
  }

  /** Lets a loop run on it: from now on, time passes only when that is at rest, too. */
  private enter(user: ClockUser): void {
    this.#users.add(user);
  }

  /** Lets a loop go; the others may have waited for it. */
  private leave(user: ClockUser): void {
    this.#users.delete(user);
    for (const other of this.#users) other.wake();
  }

  /**
   * Returns the earliest deadline of all loops, for one that has nothing left to do.
   *
   * It is Infinity if no loop has any, and `undefined` if another is not at rest: that will ask once
   * it is, so who asked has only to wait.
   */
  private findNext(asker: ClockUser): number | undefined {
    let earliest = Infinity;
    for (const user of this.#users) {
      if (user !== asker && !user.isAtRest) return undefined;
      earliest = Math.min(earliest, user.core.totals[Total.NEAREST]);
    }
    return earliest;
  }
}
