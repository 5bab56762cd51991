/**
 * The connection of somebody who looks at a queue in Redis.
 *
 * @module
 */

import type { Job, Queue } from "./clients.ts";
import type { DeskLink, JobRecord, JobState, QueueCounts } from "../job_engine.ts";
import { bounded } from "../bounded.ts";
import { LenientQueue } from "./lenient_job.ts";
import { connect, disconnect, explain, type RedisClient } from "./redis_connection.ts";
import { fromData } from "./redis_data.ts";
import type { RedisAddress } from "./redis_address.ts";
import { RedisNames } from "./redis_names.ts";

/** What BullMQ calls the states. */
const STATES = {
  waiting: ["wait", "prioritized"],
  delayed: ["delayed"],
  running: ["active"],
  failed: ["failed"],
} as const;

/** How long, in ms, to say goodbye may take. */
const LONGEST_GOODBYE = 500;

/** Connects somebody who looks at a queue. */
export async function openRedisDesk(address: RedisAddress, queue: string): Promise<DeskLink> {
  const commands = await connect(address, { isResent: true });
  return new RedisDesk(commands, address, queue);
}

/** A desk that is connected. */
class RedisDesk implements DeskLink {
  readonly #commands: RedisClient;
  readonly #names: RedisNames;
  readonly #queue: Queue;
  /** Asks for something, and explains what is refused. */
  readonly #ask: <T>(ask: () => Promise<T>) => Promise<T>;

  constructor(commands: RedisClient, address: RedisAddress, queue: string) {
    const { prefix } = address;
    this.#commands = commands;
    this.#names = new RedisNames(prefix, queue);
    this.#ask = async (ask) => {
      try {
        return await ask();
      } catch (error) {
        throw explain(address, queue, error);
      }
    };
    this.#queue = new LenientQueue(this.#names.queue, {
      connection: commands as never,
      prefix,
      skipMetasUpdate: true, // Who only looks may not write.
    });
    this.#queue.on("error", () => {}); // What is asked for tells it.
  }

  async count(): Promise<QueueCounts> {
    const counts = await this.#ask(() => this.#queue.getJobCounts());
    const sum = (state: JobState) =>
      STATES[state].reduce(
        (all, name) => all + (counts[name === "wait" ? "waiting" : name] ?? 0),
        0,
      );
    return {
      waiting: sum("waiting"),
      delayed: sum("delayed"),
      running: sum("running"),
      failed: sum("failed"),
    };
  }

  async list(state: JobState, limit: number): Promise<JobRecord[]> {
    const types = [...STATES[state]];
    const jobs = await this.#ask(() => this.#queue.getJobs(types, 0, limit - 1, true));
    return jobs.filter((job) => job !== undefined).slice(0, limit).map((job) =>
      toRecord(job, state)
    );
  }

  async retry(id: string): Promise<boolean> {
    return await this.#ask(async () => {
      const job = await this.#queue.getJob(id);
      if (job?.finishedOn === undefined) return false;
      await this.#commands.unlink(this.#names.outcome(id));
      await job.retry("failed");
      return true;
    });
  }

  async drop(id: string): Promise<boolean> {
    return await this.#ask(async () => {
      if (await this.#queue.getJob(id) === undefined) return false;
      return await this.#queue.remove(id) === 1;
    });
  }

  async close(): Promise<void> {
    await bounded(
      Promise.allSettled([this.#queue.close(), this.#commands.quit()]),
      LONGEST_GOODBYE,
    );
    await disconnect(this.#commands);
  }
}

/** Describes a job. */
function toRecord(job: Job, state: JobState): JobRecord {
  return {
    id: job.id!,
    state,
    head: fromData(job.data).head,
    since:
      (state === "failed"
        ? job.finishedOn
        : state === "running"
        ? job.processedOn
        : job.timestamp) ??
        undefined,
    worker: state === "running" ? job.processedBy : undefined,
    failure: job.failedReason,
  };
}
