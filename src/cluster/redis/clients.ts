/**
 * What Redis is spoken to by: ioredis, and BullMQ on top of it.
 *
 * They are named here alone, and in this order: Deno, today, does not find BullMQ in a program without
 * a lock file if it has met it before the client that BullMQ is to use.
 *
 * @module
 */

export { Cluster, Redis } from "npm:ioredis@6.0.0";
export {
  type BulkJobOptions,
  DelayedError,
  Job,
  type JobJson,
  type MinimalQueue,
  Queue,
  type QueueOptions,
  UnrecoverableError,
  WaitingError,
  Worker,
} from "npm:bullmq@6.7.0";
