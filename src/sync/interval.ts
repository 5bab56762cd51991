/**
 * Doing something again and again.
 *
 * @module
 */

import {
  asStep,
  checkOneOf,
  checkOptions,
  checkSpan,
  type Coroutine,
  type IterationStep,
  Operation,
  runningLoop,
  sleep,
  yieldNow,
} from "../lowlevel.ts";

/** Options of an interval. */
export interface IntervalOptions {
  /**
   * What becomes of ticks that were missed because the work took longer: `"skip"` leaves them
   * out and keeps the rhythm, `"burst"` makes up for them at once, `"delay"` starts the rhythm anew.
   */
  missed?: "skip" | "burst" | "delay" | undefined;
}

/** What an interval has done. */
export interface IntervalStatistics {
  /** The number of ticks that were given. */
  readonly ticks: number;
  /** The number of ticks that were left out. */
  readonly missed: number;
}

/** The number of each tick, counting from 0. */
export interface Interval extends AsyncIterable<number> {
  /** Waits for the next tick. */
  next(): IterationStep<number>;
  /** Returns how many ticks it gave, and how many it left out. */
  statistics(): IntervalStatistics;
  /** Gives itself. */
  [Symbol.asyncIterator](): AsyncIterator<number, undefined>;
}

/**
 * Ticks every so many milliseconds, without drift: each tick is counted from the first.
 *
 * The first tick comes after one interval. It never ends by itself.
 *
 * **Cancel safety.** A cancelled wait loses no tick.
 *
 * ```ts
 * import { interval, run, VirtualClock } from "@weft/weft";
 *
 * const clock = new VirtualClock();
 * await run(async () => {
 *   for await (const tick of interval(10)) if (tick === 2) break;
 *   console.assert(clock.now() === 30);
 * }, { clock });
 * ```
 */
export function interval(ms: number, options: IntervalOptions = {}): Interval {
  checkOptions("interval()", options, ["missed"]);
  const { missed = "skip" } = options;
  checkSpan("ms", ms);
  checkOneOf("missed", missed, ["skip", "burst", "delay"]);
  return new Ticks(ms, missed);
}

/** Ticks that come one after the other. */
class Ticks implements Interval {
  readonly #ms: number;
  readonly #missed: "skip" | "burst" | "delay";
  #due: number | undefined;
  #tick = 0;
  #left = 0;

  constructor(ms: number, missed: "skip" | "burst" | "delay") {
    this.#ms = ms;
    this.#missed = missed;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): IterationStep<number> {
    return asStep(new Operation(`interval(${this.#ms})`, () => this.#next()));
  }

  *#next(): Coroutine<IteratorResult<number, undefined>> {
    const loop = runningLoop();
    this.#due ??= loop.time() + this.#ms;
    if (this.#due <= loop.time()) yield* yieldNow();
    // Another task may take the tick meanwhile: the next one is to be waited for then.
    while (this.#due > loop.time()) yield* sleep(this.#due - loop.time());
    const late = loop.time() - this.#due;
    const behind = Math.floor(late / this.#ms);
    if (this.#missed === "delay" && behind > 0) this.#due = loop.time();
    else if (this.#missed === "skip") this.#due += behind * this.#ms;
    if (this.#missed !== "burst") this.#left += behind;
    this.#due += this.#ms;
    return { done: false, value: this.#tick++ };
  }

  statistics(): IntervalStatistics {
    return Object.freeze({ ticks: this.#tick, missed: this.#left });
  }
}
