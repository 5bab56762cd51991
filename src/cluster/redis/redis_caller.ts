/**
 * The connection of a caller to a queue in Redis.
 *
 * An outcome is kept under the name of its job for a while, and is announced on a channel. The channel is
 * fast and may lose what it says; now and then, and after each break, the caller looks for what is
 * kept. So nothing is lost while it is busy or away, and nobody reads what is meant for others.
 *
 * @module
 */

import { type BulkJobOptions, Queue, type QueueOptions } from "./clients.ts";
import type { CallerEvents, CallerLink, QueuedJob, Schedule } from "../job_engine.ts";
import { whyLost } from "../correspondence.ts";
import { bounded } from "../bounded.ts";
import { connect, disconnect, explain, type RedisClient } from "./redis_connection.ts";
import { toData } from "./redis_data.ts";
import type { RedisAddress } from "./redis_address.ts";
import { MOST_BYTES, RedisNames, unframe } from "./redis_names.ts";

/** How long, in ms, a caller waits before it looks for outcomes that were announced in vain. */
const SWEEP_EVERY = 2000;
/** The most jobs that are looked at in one question. */
const SWEEP_SIZE = 500;
/** How long, in ms, it waits before it asks once more when the connection broke. */
const RETRY = 50;
/** How many jobs are let go of in one command. */
const FORGET_SIZE = 128;
/** How long, in ms, to say goodbye may take. */
const LONGEST_GOODBYE = 500;

/** A job whose outcome is awaited. */
interface Awaited {
  readonly attempts: number;
  readonly since: number;
  /** Whether its outcome is announced on a channel of its own, and kept for others. */
  readonly hasKey: boolean;
  /** Whether it is known to be in the queue, or to have been there. */
  isThere: boolean;
}

/** A job that is about to be put into the queue. */
interface Asked {
  readonly job: QueuedJob;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The options of a queue; those of workers are read by what looks for lost jobs. */
interface CallerOptions extends QueueOptions {
  stalledInterval: number;
  maxStalledCount: number;
}

/** Connects a caller. */
export async function openRedisCaller(
  address: RedisAddress,
  queue: string,
  caller: string,
  events: CallerEvents,
): Promise<CallerLink> {
  const commands = await connect(address, { isResent: false });
  try {
    const listener = await connect(address, { isResent: true });
    const link = new RedisCaller(commands, listener, address, queue, events);
    try {
      await listener.subscribe(new RedisNames(address.prefix, queue).caller(caller));
      return link;
    } catch (error) {
      await link.close();
      throw explain(address, queue, error);
    }
  } catch (error) {
    await disconnect(commands);
    throw error;
  }
}

/** A caller that is connected. */
class RedisCaller implements CallerLink {
  readonly maxBytes = MOST_BYTES;
  readonly #commands: RedisClient;
  readonly #listener: RedisClient;
  readonly #names: RedisNames;
  readonly #explain: (error: unknown) => unknown;
  readonly #events: CallerEvents;
  readonly #queue: Queue;
  readonly #awaited = new Map<string, Awaited>();
  #asked: Asked[] = [];
  #isAsking = false;
  #forgotten: string[] = [];
  #isClosed = false;
  #isSweeping = false;
  readonly #sweeper: ReturnType<typeof setInterval>;

  constructor(
    commands: RedisClient,
    listener: RedisClient,
    address: RedisAddress,
    queue: string,
    events: CallerEvents,
  ) {
    const { prefix } = address;
    this.#commands = commands;
    this.#listener = listener;
    this.#names = new RedisNames(prefix, queue);
    this.#explain = (error) => explain(address, queue, error);
    this.#events = events;
    const options: CallerOptions = {
      connection: commands as never,
      prefix,
      stalledInterval: SWEEP_EVERY,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    };
    this.#queue = new Queue(this.#names.queue, options);
    this.#queue.on("error", () => {}); // What is asked for tells it.
    listener.on("messageBuffer", (_channel: Uint8Array, framed: Uint8Array) => {
      const [id, message] = unframe(framed);
      this.#events.onMessage(id, message);
    });
    listener.on("ready", () => void this.#sweep(0));
    this.#sweeper = setInterval(() => void this.#sweep(SWEEP_EVERY / 2), SWEEP_EVERY);
  }

  async enqueue(job: QueuedJob): Promise<void> {
    const hasKey = job.head.key !== undefined;
    if (hasKey && await this.#listen(job.id, job.head.attempts)) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#asked.push({ job, resolve, reject });
    if (!this.#isAsking) void this.#ask();
    if (!hasKey) this.#expect(job.id, job.head.attempts, false);
    await promise;
    this.#arrive(job.id);
  }

  #expect(id: string, attempts: number, hasKey: boolean): void {
    this.#awaited.set(id, { attempts, since: Date.now(), hasKey, isThere: false });
  }

  #arrive(id: string): void {
    const awaited = this.#awaited.get(id);
    if (awaited !== undefined) awaited.isThere = true;
  }

  /** Listens to a job with a key; gives its outcome if there is one, and returns whether there is. */
  async #listen(id: string, attempts: number): Promise<boolean> {
    this.#expect(id, attempts, true);
    await this.#listener.subscribe(this.#names.done(id));
    const kept = await this.#insist(() => this.#commands.getBuffer(this.#names.outcome(id)));
    if (kept !== null) this.#events.onMessage(id, kept);
    return kept !== null;
  }

  /** Puts what was asked for into the queue, as much at a time as has come meanwhile. */
  async #ask(): Promise<void> {
    this.#isAsking = true;
    await Promise.resolve(); // What is asked for in the same turn goes along.
    while (this.#asked.length > 0) {
      const asked = this.#asked;
      this.#asked = [];
      try {
        await this.#add(asked.map(({ job }) => job));
        for (const { resolve } of asked) resolve();
      } catch (error) {
        for (const { reject } of asked) reject(this.#explain(error));
      }
    }
    this.#isAsking = false;
  }

  async #add(jobs: readonly QueuedJob[]): Promise<void> {
    for (let left = jobs;;) {
      try {
        const jobs = left.map((job) => ({
          name: job.head.name,
          data: toData(job.head, job.body),
          opts: optionsOf(job),
        }));
        if (jobs.length > 1) await this.#queue.addBulk(jobs);
        else for (const { name, data, opts } of jobs) await this.#queue.add(name, data, opts);
        return;
      } catch (error) {
        if (this.#isClosed || !isPassing(error)) throw error;
      }
      // The connection broke: some may be in the queue, and some may have ended since.
      left = await this.#missing(left);
      if (left.length === 0) return;
    }
  }

  /** Finds those jobs of a list that the server has never got. */
  async #missing(jobs: readonly QueuedJob[]): Promise<QueuedJob[]> {
    return await this.#insist(async () => {
      const question = this.#commands.pipeline();
      for (const { id } of jobs) question.exists(this.#names.job(id), this.#names.outcome(id));
      const answers = await question.exec() ?? [];
      for (const [error] of answers) if (error !== null) throw error;
      return jobs.filter((_, at) => answers[at][1] === 0);
    });
  }

  /** Asks once more whenever the connection breaks, or the server is not ready. */
  async #insist<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (this.#isClosed || !isPassing(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY));
      }
    }
  }

  async watch(id: string): Promise<boolean> {
    if (await this.#listen(id, Infinity)) return true;
    const isThere = await this.#insist(() => this.#commands.exists(this.#names.job(id))) > 0;
    if (isThere) this.#arrive(id);
    return isThere;
  }

  async recall(id: string): Promise<boolean> {
    return await this.#queue.remove(id) === 1;
  }

  cancel(id: string): void {
    this.#commands.publish(this.#names.cancel, id).catch(() => {});
  }

  forget(id: string): void {
    const awaited = this.#awaited.get(id);
    if (awaited === undefined) return;
    this.#awaited.delete(id);
    if (awaited.hasKey) {
      this.#listener.unsubscribe(this.#names.done(id)).catch(() => {});
    } else if (this.#forgotten.push(this.#names.outcome(id)) >= FORGET_SIZE) {
      this.#unlink();
    }
  }

  /** Lets the server drop the outcomes that were taken. */
  #unlink(): void {
    if (this.#forgotten.length > 0) this.#commands.unlink(...this.#forgotten).catch(() => {});
    this.#forgotten = [];
  }

  async schedule(job: QueuedJob, { pattern, timeZone }: Schedule): Promise<void> {
    const { name } = job.head;
    await this.#queue.upsertJobScheduler(job.id, { pattern, tz: timeZone }, {
      name,
      data: toData(job.head, job.body),
    });
  }

  async unschedule(id: string): Promise<boolean> {
    return await this.#queue.removeJobScheduler(id);
  }

  /** Looks for outcomes that have not been heard of, of jobs that are awaited for some time. */
  async #sweep(age: number): Promise<void> {
    if (this.#isSweeping || this.#commands.status !== "ready") return;
    this.#isSweeping = true;
    this.#unlink();
    const before = Date.now() - age;
    const ids = [...this.#awaited].flatMap(([id, { since, isThere }]) =>
      isThere && since <= before ? [id] : []
    );
    try {
      if (ids.length > 0) await this.#queue.getBackend().moveStalledJobsToWait();
      for (let at = 0; at < ids.length; at += SWEEP_SIZE) {
        await this.#look(ids.slice(at, at + SWEEP_SIZE));
      }
    } catch {
      // The connection broke, or was closed: it is done again when it is back.
    } finally {
      this.#isSweeping = false;
    }
  }

  async #look(ids: readonly string[]): Promise<void> {
    const question = this.#commands.pipeline();
    for (const id of ids) {
      // In this order: an outcome is kept before its job is removed.
      question.hmget(this.#names.job(id), "timestamp", "stc", "finishedOn", "failedReason");
      question.getBuffer(this.#names.outcome(id));
    }
    const answers = await question.exec() ?? [];
    for (const [at, id] of ids.entries()) {
      const [[, fields], [, outcome]] = answers.slice(2 * at) as [unknown, unknown][];
      if (outcome instanceof Uint8Array) this.#events.onMessage(id, outcome);
      else if (Array.isArray(fields)) await this.#judge(id, fields as (string | null)[]);
    }
  }

  /** Finds out whether a job without an outcome will have one. */
  async #judge(
    id: string,
    [timestamp, stalled, finishedOn, failedReason]: readonly (string | null)[],
  ): Promise<void> {
    const awaited = this.#awaited.get(id);
    if (awaited === undefined) return;
    if (timestamp === null) {
      return this.#events.onForgotten(id);
    }
    if (finishedOn !== null) {
      return this.#events.onLost(id, `the queue has ended it: ${failedReason ?? "it is done"}`);
    }
    const lost = Number(stalled ?? 0);
    if (lost < awaited.attempts) return;
    // A worker would say so. There may be none.
    const isGone = await this.#queue.remove(id) === 1;
    if (isGone) this.#events.onLost(id, whyLost({ attempts: awaited.attempts }, lost));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    if (this.#commands.status === "ready") this.#unlink();
    await bounded(
      Promise.allSettled([this.#queue.close(), this.#commands.quit()]),
      LONGEST_GOODBYE,
    );
    await Promise.all([disconnect(this.#commands), disconnect(this.#listener)]);
  }
}

/** Returns whether an error is of the connection, or of a server that is not ready: it passes. */
function isPassing(error: unknown): boolean {
  const { name, message } = error as Error;
  return name !== "ReplyError" || /^(LOADING|CLUSTERDOWN|MASTERDOWN|TRYAGAIN)/.test(message);
}

/** Returns what BullMQ is to know of a job. */
function optionsOf({ id, priority, delay }: QueuedJob): BulkJobOptions {
  // Those without a priority would come before all others.
  return { jobId: id, priority: priority + 1, ...(delay > 0 ? { delay } : {}) };
}
