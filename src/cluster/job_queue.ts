/**
 * A queue, as somebody sees it who looks at it.
 *
 * @module
 */

import {
  type Awaitable,
  checkLimit,
  checkOneOf,
  checkOptions,
  checkString,
  closeAtEnd,
  type Coroutine,
  Operation,
  runningLoop,
  until,
} from "../lowlevel.ts";
import { checkEngine, checkQueue } from "./check_queue.ts";
import type { DeskLink, JobEngine, JobRecord, JobState, QueueCounts } from "./job_engine.ts";

/** The options of a queue that is looked at. */
export interface JobQueueOptions {
  /** The name of the queue. */
  queue: string;
}

/** The options of a list of jobs. */
export interface ListOptions {
  /** The most jobs that it has; 20 unless given. */
  limit?: number | undefined;
}

/**
 * A queue of a cluster, to look at: what waits, what runs where, and what has failed.
 *
 * It connects when it is first used, and disconnects when it is closed, or its loop ends.
 *
 * **Cancel safety.** Cancelled while it waits for `retry()` or `drop()`, the job may or may not have
 * been moved.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { JobQueue, redisEngine } from "@weft/weft/cluster.ts";
 *
 * const queue = new JobQueue(redisEngine("redis://127.0.0.1:1"), { queue: "img" });
 * await run(async () => {
 *   const error = String(await queue.count().catch(String));
 *   console.assert(error.includes("Cannot reach the server")); // Nobody listens there.
 * });
 * ```
 */
export class JobQueue implements AsyncDisposable {
  readonly #engine: JobEngine;
  readonly #queue: string;
  #link: Promise<DeskLink> | undefined;
  #forget: (() => void) | undefined;

  /** Makes one that is not connected. */
  constructor(engine: JobEngine, options: JobQueueOptions) {
    checkEngine(engine);
    checkOptions("a JobQueue", options, ["queue"]);
    checkQueue(options.queue);
    this.#engine = engine;
    this.#queue = options.queue;
  }

  /** Counts the jobs by their states. */
  count(): Awaitable<QueueCounts> {
    return this.#ask("count", (link) => link.count());
  }

  /** Lists jobs of a state, oldest first. */
  list(state: JobState, options: ListOptions = {}): Awaitable<JobRecord[]> {
    checkOneOf("state", state, ["waiting", "delayed", "running", "failed"]);
    checkOptions("JobQueue.list()", options, ["limit"]);
    const { limit = 20 } = options;
    checkLimit(limit);
    return this.#ask("list", (link) => link.list(state, limit));
  }

  /** Puts a job that has failed into the queue again; gives whether there was one. */
  retry(id: string): Awaitable<boolean> {
    checkString("id", id);
    return this.#ask("retry", (link) => link.retry(id));
  }

  /** Removes a job that does not run; gives whether there was one. */
  drop(id: string): Awaitable<boolean> {
    checkString("id", id);
    return this.#ask("drop", (link) => link.drop(id));
  }

  #ask<T>(name: string, ask: (link: DeskLink) => Promise<T>): Awaitable<T> {
    return new Operation(`JobQueue.${name}()`, () => this.#asking(ask));
  }

  *#asking<T>(ask: (link: DeskLink) => Promise<T>): Coroutine<T> {
    const resource = { close: () => this.#close() };
    this.#forget ??= closeAtEnd(resource, `JobQueue ${this.#queue}`, runningLoop());
    const opening = this.#link ??= this.#engine.openDesk(this.#queue);
    opening.catch(() => this.#link = undefined);
    return yield* until(async () => await ask(await opening), { label: this.#engine.name });
  }

  /** Disconnects. */
  close(): Awaitable<void> {
    return new Operation("JobQueue.close()", () => this.#close());
  }

  *#close(): Coroutine<void> {
    const link = this.#link;
    this.#link = undefined;
    this.#forget?.();
    this.#forget = undefined;
    if (link !== undefined) yield* until(link.then((open) => open.close(), () => {}));
  }

  /** Disconnects. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
