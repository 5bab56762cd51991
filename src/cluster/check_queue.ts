/**
 * Refusing engines and names of queues that mean nothing.
 *
 * @module
 */

import { checkString, show } from "../lowlevel.ts";
import type { JobEngine } from "./job_engine.ts";

/** Refuses what is no engine. */
export function checkEngine(engine: unknown): asserts engine is JobEngine {
  if (typeof (engine as Partial<JobEngine> | null)?.openCaller === "function") return;
  throw new TypeError(`engine must be an engine, as redisEngine() gives: ${show(engine)}`);
}

/** Refuses what is no name of a queue. */
export function checkQueue(queue: unknown): asserts queue is string {
  checkString("queue", queue);
  if (/^[\w-]{1,64}$/.test(queue as string)) return;
  throw new RangeError(
    `queue must have from 1 to 64 letters, digits, "-" and "_": ${show(queue)}`,
  );
}
