/**
 * Work for other threads and processes.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { WorkerPool } from "@weft/weft/workers.ts";
 *
 * const module = "data:text/javascript,export const double = (n) => 2 * n;";
 * await run(async () => {
 *   await using pool = new WorkerPool();
 *   console.assert(await pool.run(module, "double", 21) === 42);
 * });
 * ```
 *
 * @module
 */

export type { Executor, LazyAwaitable } from "./src/lowlevel.ts";
export { currentJob, type JobContext } from "./src/workers/current_job.ts";
export { Job } from "./src/workers/job.ts";
export { JobLostError, RemoteError } from "./src/workers/job_errors.ts";
export type { PoolMapOptions } from "./src/workers/map_jobs.ts";
export { Pool, type PoolOptions, type PoolStatistics } from "./src/workers/pool.ts";
export {
  type ProcessPermissions,
  ProcessPool,
  type ProcessPoolOptions,
} from "./src/workers/process_pool.ts";
export { sourceModule, type SourceModuleOptions } from "./src/workers/source_module.ts";
export { type Returned, toThread, type ToThreadOptions } from "./src/workers/to_thread.ts";
export type { JobCalls, JobOptions } from "./src/workers/work.ts";
export { WorkerPool, type WorkerPoolOptions } from "./src/workers/worker_pool.ts";
export type { WorkerPermissions } from "./src/workers/worker_seat.ts";
