/**
 * The connection of a worker to a queue in Redis.
 *
 * @module
 */

import {
  DelayedError,
  type Job,
  UnrecoverableError,
  WaitingError,
  type Worker,
} from "./clients.ts";
import type { Delivery, WorkerEvents, WorkerLink, WorkerLinkOptions } from "../job_engine.ts";
import type { JobHead } from "../job_head.ts";
import { bounded } from "../bounded.ts";
import { LenientWorker } from "./lenient_job.ts";
import { connect, disconnect, explain, type RedisClient } from "./redis_connection.ts";
import { fromData } from "./redis_data.ts";
import type { RedisAddress } from "./redis_address.ts";
import { frame, keptFor, MOST_BYTES, RedisNames } from "./redis_names.ts";

/** The most failed jobs that are kept, and for how long, in s. */
const KEPT_FAILURES = { count: 1000, age: 7 * 86_400 };
/** How long, in ms, the last words to the server may take. */
const LONGEST_GOODBYE = 1500;
/** The part of a lease after which a job is given up that could not be renewed. */
const GIVEN_UP_AFTER = 0.75;

/** Connects a worker. */
export async function openRedisWorker(
  address: RedisAddress,
  queue: string,
  options: WorkerLinkOptions,
  events: WorkerEvents,
): Promise<WorkerLink> {
  const commands = await connect(address, { isResent: true });
  try {
    const listener = await connect(address, { isResent: true });
    const names = new RedisNames(address.prefix, queue);
    const link = new RedisWorker(commands, listener, names, address.prefix, options, events);
    try {
      await listener.subscribe(names.cancel);
      link.start();
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

/** A worker that is connected. */
class RedisWorker implements WorkerLink {
  readonly maxBytes = MOST_BYTES;
  readonly #clients: RedisClient[];
  readonly #commands: RedisClient;
  readonly #names: RedisNames;
  readonly #worker: Worker;
  readonly #running = new Map<string, RedisDelivery>();
  readonly #watch: ReturnType<typeof setInterval>;

  constructor(
    commands: RedisClient,
    listener: RedisClient,
    names: RedisNames,
    prefix: string,
    { name, processes, lease }: WorkerLinkOptions,
    events: WorkerEvents,
  ) {
    this.#commands = commands;
    this.#names = names;
    this.#clients = [commands, listener];
    followDuplicates(commands, this.#clients);
    listener.on("message", (_channel: string, id: string) => events.onCancel(id));
    const worker = this.#worker = new LenientWorker(
      names.queue,
      (job, token) => this.#process(job, token!, events),
      {
        connection: commands as never,
        prefix,
        name,
        concurrency: processes,
        autorun: false,
        lockDuration: lease,
        stalledInterval: lease / 2,
        maxStalledCount: Number.MAX_SAFE_INTEGER, // Each job has its own number of attempts.
        runRetryDelay: 500,
        removeOnComplete: { count: 0 },
        removeOnFail: KEPT_FAILURES,
      },
    );
    worker.on("error", (error) => {
      if (isOfQueue(error)) events.onError(error);
    });
    worker.on("locksRenewed", ({ jobIds }) => {
      for (const id of jobIds) this.#running.get(id)?.renew();
    });
    worker.on("lockRenewalFailed", (ids) => {
      for (const id of ids) this.#running.get(id)?.lose();
    });
    this.#watch = setInterval(() => {
      const least = Date.now() - lease * GIVEN_UP_AFTER;
      for (const delivery of this.#running.values()) delivery.loseUnless(least);
    }, lease / 10);
  }

  /** Begins to take jobs. */
  start(): void {
    this.#worker.run().catch(() => {}); // It is told as an error.
  }

  async #process(job: Job, token: string, events: WorkerEvents): Promise<void> {
    const delivery = new RedisDelivery(job, token, this.#commands, this.#names);
    this.#running.set(delivery.id, delivery);
    try {
      await events.onJob(delivery);
    } finally {
      this.#running.delete(delivery.id);
    }
    delivery.end();
  }

  pause(): void {
    this.#worker.pause(true).catch(() => {});
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    const closing = (async () => {
      await this.#worker.close(this.#running.size > 0);
      await this.#commands.quit();
    })();
    await bounded(closing, LONGEST_GOODBYE);
    await Promise.all(this.#clients.map(disconnect));
  }
}

/** Makes note of the connections that BullMQ makes of another one: it may not live to close them. */
function followDuplicates(client: RedisClient, all: RedisClient[]): void {
  const duplicate = client.duplicate.bind(client) as (...args: unknown[]) => RedisClient;
  (client as { duplicate: unknown }).duplicate = (...args: unknown[]) => {
    const made = duplicate(...args);
    all.push(made);
    return made;
  };
}

/** Returns whether an error is about the queue, and not about the connection or a lease that is over. */
function isOfQueue(error: Error): boolean {
  const { message } = error;
  return error.name === "ReplyError" || !/ECONN|EPIPE|ETIMEDOUT|closed|lock|Missing/i.test(message);
}

/** A job that this worker has. */
class RedisDelivery implements Delivery {
  readonly id: string;
  readonly head: JobHead | undefined;
  readonly body: Uint8Array;
  readonly lost: number;
  readonly #job: Job;
  readonly #token: string;
  readonly #commands: RedisClient;
  readonly #names: RedisNames;
  onLost: (() => void) | undefined;
  #renewedAt: number;
  /** What BullMQ is to be thrown. */
  #end: Error | undefined;

  constructor(job: Job, token: string, commands: RedisClient, names: RedisNames) {
    this.id = job.id!;
    this.lost = job.stalledCounter;
    ({ head: this.head, body: this.body } = fromData(job.data));
    this.#job = job;
    this.#token = token;
    this.#commands = commands;
    this.#names = names;
    this.#renewedAt = job.processedOn ?? Date.now();
  }

  /** Takes note that its lease was renewed. */
  renew(): void {
    this.#renewedAt = Date.now();
  }

  /** Takes note that its lease is over. */
  lose(): void {
    this.onLost?.();
  }

  /** Takes its lease for over unless it was renewed since a time. */
  loseUnless(least: number): void {
    if (this.#renewedAt < least) this.lose();
  }

  get mayBeDone(): boolean {
    return this.lost > 0;
  }

  async isDone(): Promise<boolean> {
    return await this.#commands.exists(this.#names.outcome(this.id)) > 0;
  }

  begin(): void {}

  report(message: Uint8Array<ArrayBuffer>): void {
    const { caller } = this.head ?? {};
    if (caller === undefined) return;
    this.#commands.publish(this.#names.caller(caller), asBuffer(frame(this.id, message)))
      .catch(() => {});
  }

  finish(message: Uint8Array<ArrayBuffer> | undefined, failure?: string): undefined {
    if (message !== undefined) this.#tell(message);
    if (failure !== undefined) this.#end = new UnrecoverableError(failure);
  }

  /** Keeps an outcome, and announces it; the end of the job follows on the same connection. */
  #tell(message: Uint8Array<ArrayBuffer>): void {
    const { key, caller } = this.head ?? {};
    const channel = key !== undefined
      ? this.#names.done(this.id)
      : caller === undefined
      ? undefined
      : this.#names.caller(caller);
    const outcome = this.#names.outcome(this.id);
    const kept = keptFor(this.head);
    const telling = [this.#commands.set(outcome, asBuffer(message), "PX", kept, "NX")];
    if (channel !== undefined) {
      telling.push(this.#commands.publish(channel, asBuffer(frame(this.id, message))) as never);
    }
    // Not in a pipeline, which takes a copy of each script of BullMQ's.
    Promise.all(telling).catch(() => {});
  }

  async refuse(): Promise<number> {
    return await this.#commands.hincrby(this.#names.job(this.id), "refusals", 1);
  }

  async giveBack(delay: number): Promise<void> {
    if (delay > 0) {
      await this.#job.moveToDelayed(Date.now() + delay, this.#token);
      this.#end = new DelayedError();
    } else {
      await this.#job.moveToWait(this.#token);
      this.#end = new WaitingError();
    }
  }

  leave(): void {
    this.#end = new WaitingError(); // Which says that it was moved; it was not.
  }

  /** Ends BullMQ's processing of it. */
  end(): void {
    if (this.#end !== undefined) throw this.#end;
  }
}

/** Returns bytes as the client takes them. */
function asBuffer(bytes: Uint8Array<ArrayBuffer>): never {
  const { Buffer } = globalThis as unknown as {
    Buffer: { from(buffer: ArrayBuffer, offset: number, length: number): never };
  };
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
