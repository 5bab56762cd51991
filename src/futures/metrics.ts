/**
 * What a loop has done, in numbers.
 *
 * @module
 */

import { type Core, Total, Word } from "../engine/core.ts";

/** Is what a loop has done so far, and what it holds. */
export interface Metrics {
  /** Tells which engine holds the queue and the timers. */
  readonly engine: "wasm" | "js";
  /** Counts the turns. */
  readonly iterations: number;
  /** Counts the handles run. */
  readonly steps: number;
  /** Counts the handles that are ready. */
  readonly ready: number;
  /** Is the most handles that were ever ready. */
  readonly mostReady: number;
  /** Counts the timers that are armed. */
  readonly timers: number;
  /** Is the most timers that were ever armed. */
  readonly mostTimers: number;
  /** Counts the timers that were ever armed. */
  readonly timersArmed: number;
  /** Counts the timers that were cancelled. */
  readonly timersCancelled: number;
  /** Counts the timers that fired. */
  readonly timersExpired: number;
  /** Counts the handles that ran because of their age. */
  readonly aged: number;
  /** Counts the batches that something more urgent interrupted. */
  readonly interrupted: number;
  /** Counts stale ids that were refused. */
  readonly stale: number;
  /** Counts the bytes of queue and timers. */
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
