/**
 * The jobs of the cluster's demo.
 *
 * @module
 */

/** What a job of the demo tells of itself. */
export interface Told {
  /** The number of the worker's process. */
  readonly worker: number;
  /** When it began and ended, in ms since 1970. */
  readonly begin: number;
  readonly end: number;
  /** The number of primes below its limit. */
  readonly primes: number;
}

/** Counts the primes below a limit, and tells where and when. */
export function count(limit: number): Told {
  const begin = Date.now();
  let primes = 0;
  for (let n = 2; n < limit; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) primes++;
  }
  return { worker: Deno.ppid, begin, end: Date.now(), primes };
}
