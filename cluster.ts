/**
 * Work for other machines, through an engine that keeps the jobs.
 *
 * ```ts
 * import { ClusterPool, redisEngine } from "@weft/weft/cluster.ts";
 *
 * // A pool connects when it is first used, and takes the same jobs as a ProcessPool.
 * const pool = new ClusterPool(redisEngine("redis://127.0.0.1:6379"), { queue: "img" });
 * console.assert(pool.statistics().running === 0);
 * ```
 *
 * @module
 */

export {
  ClusterPool,
  type ClusterPoolOptions,
  type ClusterPoolStatistics,
  type ScheduleOptions,
} from "./src/cluster/cluster_pool.ts";
export type { Oddities } from "./src/cluster/correspondence.ts";
export type {
  CallerEvents,
  CallerLink,
  Delivery,
  DeskLink,
  EngineAbilities,
  JobEngine,
  JobRecord,
  JobState,
  QueueCounts,
  QueuedJob,
  Schedule,
  WorkerEvents,
  WorkerLink,
  WorkerLinkOptions,
} from "./src/cluster/job_engine.ts";
export type { JobHead } from "./src/cluster/job_head.ts";
export { JobQueue, type JobQueueOptions, type ListOptions } from "./src/cluster/job_queue.ts";
export type { JobServer, JobServerStatistics } from "./src/cluster/job_server.ts";
export type {
  ClusterJobOptions,
  ClusterMapOptions,
  ClusterOptions,
} from "./src/cluster/job_terms.ts";
export { natsEngine, type NatsEngineOptions } from "./src/cluster/nats/nats_engine.ts";
export { redisEngine, type RedisEngineOptions } from "./src/cluster/redis/redis_engine.ts";
export { serveJobs, type ServeJobsOptions } from "./src/cluster/serve_jobs.ts";
