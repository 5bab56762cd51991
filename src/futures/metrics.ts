/**
 * What a loop has done, in numbers.
 *
 * @module
 */

import { type Core, Total, Word } from "../engine/core.ts";

/** What a loop has done so far, and what it holds. */
export interface Metrics {
  /** The engine that holds the queue and the timers. */
  readonly engine: "wasm" | "js";
  /** The number of turns. */
  readonly iterations: number;
  /** The number of handles run. */
  readonly steps: number;
  /** The number of handles that are ready. */
  readonly ready: number;
  /** The most handles that were ever ready. */
  readonly mostReady: number;
  /** The number of timers that are armed. */
  readonly timers: number;
  /** The most timers that were ever armed. */
  readonly mostTimers: number;
  /** The number of times that a timer was armed. */
  readonly timersArmed: number;
  /** The number of timers that were cancelled. */
  readonly timersCancelled: number;
  /** The number of timers that fired. */
  readonly timersExpired: number;
  /** The number of handles that ran because of their age. */
  readonly aged: number;
  /** The number of batches that something more urgent interrupted. */
  readonly interrupted: number;
  /** The number of stale ids that were refused. */
  readonly stale: number;
  /** The number of bytes of queue and timers. */
  readonly bytes: number;
}

/** Reads the numbers off a core. */
export function readMetrics(core: Core, iterations: number): Metrics {
  const { words, totals, engine, bytes } = core;
  return Object.freeze({
    engine,
    iterations,
    steps: totals[Total.STEPS],
    ready: words[Word.QUEUED],
    mostReady: Math.max(words[Word.MOST_QUEUED], words[Word.QUEUED]),
    timers: words[Word.TIMERS],
    mostTimers: words[Word.MOST_TIMERS],
    timersArmed: totals[Total.ARMED],
    timersCancelled: totals[Total.WITHDRAWN],
    timersExpired: totals[Total.EXPIRED],
    aged: totals[Total.AGED],
    interrupted: totals[Total.INTERRUPTED],
    stale: words[Word.STALE],
    bytes,
  });
}
