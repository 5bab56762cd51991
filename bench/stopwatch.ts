/**
 * Time that other processes do not add to, as far as the host tells.
 *
 * @module
 */

import { cpuUsage } from "node:process";
import type { Trial } from "./suite.ts";

/** A stopwatch that runs from its making. */
export class Stopwatch {
  readonly #wall: number = performance.now();
  readonly #cpu: number = cpuMs();

  /**
   * Tells the ms gone by: the lesser of wall time and this process's CPU time.
   *
   * Wall time counts waiting for a busy core, CPU time counts what helper threads do meanwhile.
   */
  get ms(): number {
    return Math.min(performance.now() - this.#wall, cpuMs() - this.#cpu);
  }

  /** Returns whether a time is yet to come; reads CPU time, which takes 1 µs, only at the end. */
  isBefore(ms: number): boolean {
    return performance.now() - this.#wall < ms || cpuMs() - this.#cpu < ms;
  }
}

/** Does so many operations once; the value is ns for each. */
export async function timeOnce(count: number, run: () => Promise<unknown>): Promise<Trial> {
  const stopwatch = new Stopwatch();
  await run();
  return { value: stopwatch.ms * 1e6 / count };
}

/** Returns the CPU time of this process, in ms. */
function cpuMs(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1_000;
}
