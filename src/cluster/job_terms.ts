/**
 * What a job in a cluster can be asked for with, beside what every pool takes.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { checkAtLeast, checkNumber, checkWhole, show } from "../lowlevel.ts";
import type { PoolMapOptions } from "../workers/map_jobs.ts";
import type { JobOptions, Work } from "../workers/work.ts";
import type { JobEngine } from "./job_engine.ts";
import { checkKey, keyOfChunk } from "./job_key.ts";

/** The options of a job and of a map, as far as both have them. */
export interface ClusterOptions {
  /**
   * The most times that a job may begin: again when the worker that ran it was lost. 1 unless given.
   * More than one is at least once, never exactly once, and takes a key that tells a second run
   * apart from a second job. A job that throws has ended, and does not begin again.
   */
  attempts?: number | undefined;
  /** When it is too late to begin, as a date or in ms since 1970: it fails with a `TimeoutError` then. */
  deadline?: number | Date | undefined;
  /** How urgent it is: from 0, the most urgent, to 7; 4 unless given. */
  priority?: number | undefined;
  /** How long, in ms, it waits before it may begin. */
  delay?: number | undefined;
}

/** The options of one job in a cluster. */
export interface ClusterJobOptions extends Omit<JobOptions, "calls">, ClusterOptions {
  /**
   * The name of what is asked for: a job of the same key is the same job, and has one outcome, which is
   * kept for a while.
   */
  key?: string | undefined;
}

/** The options of a map in a cluster. */
export interface ClusterMapOptions<T = unknown>
  extends Omit<PoolMapOptions, "calls">, ClusterOptions {
  /** A function that gives the key of each item. */
  key?: ((item: T) => string) | undefined;
}

/** The names of these options. */
export const ADDED: readonly string[] = ["attempts", "deadline", "priority", "delay", "key"];

/** What was asked for, checked. */
export interface JobTerms {
  readonly label: string;
  readonly attempts: number;
  readonly key: string | undefined;
  readonly timeout: number | undefined;
  readonly deadline: number | undefined;
  readonly priority: number;
  readonly delay: number;
}

/** The priority that a job has unless it is given another. */
export const USUAL_PRIORITY = 4;

/** Checks what was asked of an engine; returns what gives the terms to each job. */
export function toTerms(
  options: ClusterJobOptions | ClusterMapOptions<never>,
  engine: JobEngine,
): (work: Work) => Work {
  refuseCalls(options);
  const { attempts = 1, priority = USUAL_PRIORITY, delay = 0, key } = options;
  checkWhole("attempts", attempts, 1);
  checkWhole("priority", priority);
  if (priority < 0 || priority > 7) {
    throw new RangeError(`priority must be from 0 to 7: ${priority}`);
  }
  checkAtLeast("delay", delay, 0);
  if (priority !== USUAL_PRIORITY && !engine.abilities.priority) refuse(engine, "priorities");
  if (delay > 0 && !engine.abilities.delay) refuse(engine, "delays");
  if (typeof key !== "function" && key !== undefined) checkKey(key);
  if (attempts > 1 && key === undefined) {
    throw new TypeError(
      `key must be given with attempts of ${attempts}: a job that begins again must know what it has done before`,
    );
  }
  const deadline = toTime(options.deadline);
  return (work) => ({
    ...work,
    timeout: undefined, // The worker bounds it, from when the job begins.
    terms: {
      label: work.label,
      attempts,
      key: typeof key === "function" ? keyOf(key, work) : key,
      timeout: work.timeout,
      deadline,
      priority,
      delay,
    } satisfies JobTerms,
  });
}

/** Makes the key of a job that a map asks for. */
function keyOf(key: (item: never) => string, { args, isEach }: Work): string {
  const keys = args.map((item) => key(item as never));
  for (const one of keys) checkKey(one);
  return isEach ? keyOfChunk(keys) : keys[0];
}

/** Returns a date in ms since 1970. */
function toTime(deadline: number | Date | undefined): number | undefined {
  if (deadline === undefined) return undefined;
  const time = deadline instanceof Date ? deadline.getTime() : deadline;
  if (typeof time !== "number") {
    throw new TypeError(`deadline must be a Date or a number: ${show(time)}`);
  }
  checkNumber("deadline", time);
  return time;
}

/** Refuses functions that jobs might call: their caller may be gone while they run. */
export function refuseCalls(options: object): void {
  if ((options as { calls?: unknown }).calls === undefined) return;
  throw new TypeError(
    "Cannot give calls to jobs in a cluster: nothing calls back from another machine, send what they need as arguments",
  );
}

/** Refuses what an engine cannot do. */
export function refuse(engine: JobEngine, what: string): never {
  throw new RuntimeError(`Cannot ask ${engine.name} for ${what}: it has none`);
}
