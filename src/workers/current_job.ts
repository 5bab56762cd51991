/**
 * What a job knows of itself, where it runs.
 *
 * @module
 */

import type { Awaitable } from "../lowlevel.ts";

/** What a job can do besides returning. */
export interface JobContext<P = unknown> {
  /**
   * A signal that is aborted when the job is to stop: it was cancelled, or its time is over.
   *
   * A message brings that, so it changes only while the job awaits something. In a process, a job
   * that has looked at it gets the pool's grace to end; one that never did is ended at once.
   */
  readonly signal: AbortSignal;
  /**
   * Whether the job is to stop.
   *
   * In a worker it reads shared memory: it changes in the midst of a loop, and costs nanoseconds. In
   * a process it is `signal.aborted`.
   */
  readonly cancelled: boolean;
  /** Sends a value to whoever iterates over the job; what is listed is moved, not copied. */
  report(progress: P, transfer?: readonly Transferable[]): void;
  /**
   * Calls a function of the caller, which has given it to the job or its pool by this name in `calls`,
   * and gives what it returns. Arguments and results are copied.
   *
   * ```ts
   * import { currentJob } from "@weft/weft/workers.ts";
   *
   * export async function describe(id: number): Promise<string> {
   *   const name = await currentJob()!.call<string>("nameOf", id);
   *   return `${id} is ${name}`;
   * }
   * ```
   *
   * The call is made at once. It is cancelled over there when the job ends, is cancelled or lost, and
   * when a task that awaits it is cancelled. Errors come back as those of jobs do.
   */
  call<T = unknown>(name: string, ...args: readonly unknown[]): Awaitable<T>;
  /** Moves these with the result rather than copying them; in a process they are copied. */
  transfer(...parts: readonly Transferable[]): void;
}

/** The place where all copies of the library that a worker has loaded find the job. */
const JOB = Symbol.for("weft.currentJob");
const holder = globalThis as { [JOB]?: JobContext | undefined };

/**
 * Returns the job that runs in this worker or process, `undefined` anywhere else.
 *
 * One job at a time runs there, so it is the same after each await. Ask for it before the first one
 * if something of the job may go on after it has ended.
 *
 * ```ts
 * import { currentJob } from "@weft/weft/workers.ts";
 *
 * export function countPrimes(limit: number): number {
 *   const job = currentJob();
 *   let count = 0;
 *   for (let n = 2; n < limit && !job?.cancelled; n++) {
 *     let divisor = 2;
 *     while (divisor * divisor <= n && n % divisor !== 0) divisor++;
 *     if (divisor * divisor > n) count++;
 *     if (n % 10_000 === 0) job?.report(n / limit);
 *   }
 *   return count;
 * }
 * console.assert(countPrimes(100) === 25);
 * ```
 */
export function currentJob<P = unknown>(): JobContext<P> | undefined {
  return holder[JOB] as JobContext<P> | undefined;
}

/** Sets the job that runs. */
export function setCurrentJob(job: JobContext | undefined): void {
  holder[JOB] = job;
}
