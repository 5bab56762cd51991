/**
 * A worker of a queue, as programs see it.
 *
 * @module
 */

import { Event } from "../sync/event.ts";
import {
  type Awaitable,
  type Coroutine,
  type EventLoop,
  Operation,
  runningLoop,
  type Task,
  until,
} from "../lowlevel.ts";
import { ProcessPool, type ProcessPoolOptions } from "../workers/process_pool.ts";
import type { Work } from "../workers/work.ts";
import { bounded } from "./bounded.ts";
import type { Delivery, WorkerEvents, WorkerLink } from "./job_engine.ts";
import type { ModuleList } from "./module_names.ts";
import { type JobHost, ServedJob } from "./served_job.ts";
import { withinTrace } from "../workers/trace_context.ts";

/** What a worker has done so far, and does at this moment. */
export interface JobServerStatistics {
  /** The number of jobs that it has. */
  readonly running: number;
  /** The number of jobs that have ended well. */
  readonly done: number;
  /** The number of jobs that have failed. */
  readonly failed: number;
  /** The number of times that it refused a job of another build. */
  readonly refused: number;
  /** The number of jobs that it found lost: the workers that had begun them are gone. */
  readonly lost: number;
}

/** What a worker is made of. */
export interface JobServerParts {
  readonly name: string;
  readonly build: string | undefined;
  readonly modules: ModuleList;
  readonly maxBytes: number;
  readonly patience: number;
  readonly grace: number;
  readonly pool: ProcessPoolOptions;
}

/** How long, in ms, the cancellation of a job that has not come yet is remembered. */
const REMEMBERED = 30_000;
/** How long, in ms, the last words to the engine may take once the grace is over. */
const LAST_WORDS = 2000;

/** A pool of processes that also runs many calls of one function as one job. */
class ServingPool extends ProcessPool {
  /** Runs a job. */
  serve(work: Work): Coroutine<unknown> {
    return this.perform<unknown>(work);
  }
}

/** Makes a worker. */
export let newJobServer: (parts: JobServerParts) => JobServer;
/** Returns what an engine tells a worker. */
export let eventsOf: (server: JobServer) => WorkerEvents;
/** Gives a worker its connection. */
export let connect: (server: JobServer, link: WorkerLink) => void;

/**
 * A worker that takes jobs from a queue until it is closed. Made by `serveJobs()`.
 *
 * To close it is to take no more jobs, to let those that run go on for its grace, and to end the rest:
 * what may begin again begins elsewhere, and the callers of the others are told that they are lost.
 * It is closed when it is asked to, or disposed, or when its loop ends.
 */
export class JobServer implements AsyncDisposable {
  readonly #parts: JobServerParts;
  readonly #loop: EventLoop = runningLoop();
  readonly #pool: ServingPool;
  /** The jobs that it has; the same one may come again while it is still here. */
  readonly #jobs = new Map<ServedJob, string>();
  readonly #cancelled = new Map<string, number>();
  readonly #counts = { done: 0, failed: 0, refused: 0, lost: 0 };
  readonly #idle = new Event();
  readonly #finished = new Event();
  readonly #host: JobHost;
  #link: WorkerLink | undefined;
  #closing: Task<void> | undefined;

  static {
    newJobServer = (parts) => new JobServer(parts);
    eventsOf = (server) => server.#events();
    connect = (server, link) => void (server.#link = link);
  }

  private constructor(parts: JobServerParts) {
    this.#parts = parts;
    this.#pool = new ServingPool(parts.pool);
    this.#host = this.#makeHost();
    this.#idle.set();
  }

  /** What the worker is called. */
  get name(): string {
    return this.#parts.name;
  }

  /** Waits until it is closed. */
  get finished(): Awaitable<void> {
    return new Operation("JobServer.finished", () => this.#awaitEnd());
  }

  *#awaitEnd(): Coroutine<void> {
    yield* this.#finished.wait();
  }

  /** Returns what it has done, and does at this moment. */
  statistics(): JobServerStatistics {
    return Object.freeze({ running: this.#jobs.size, ...this.#counts });
  }

  /**
   * Takes no more jobs, waits for those that run as long as its grace lasts, and ends it.
   *
   * **Cancel safety.** Cancelled while it waits, it goes on closing, without grace.
   */
  close(): Awaitable<void> {
    return new Operation("JobServer.close()", () => this.#close());
  }

  *#close(): Coroutine<void> {
    const closing = this.#closing ??= this.#loop.createTask(() => this.#end(), {
      name: `close ${this}`,
    });
    try {
      yield* this.#finished.wait();
    } catch (error) {
      closing.cancel();
      throw error;
    }
  }

  *#end(): Coroutine<void> {
    const { grace } = this.#parts;
    this.#link?.pause();
    const timer = setTimeout(() => this.#stopAll(), grace);
    try {
      yield* this.#idle.wait();
    } catch {
      this.#stopAll();
      yield* this.#idle.wait();
    } finally {
      clearTimeout(timer);
      yield* this.#pool.close();
      yield* until(bounded(this.#link?.close(), LAST_WORDS));
      this.#finished.set();
    }
  }

  /** Ends what still runs. What cannot be told to the engine in time is left to the leases. */
  #stopAll(): void {
    for (const job of this.#jobs.keys()) job.stop("shutdown");
    setTimeout(() => this.#idle.set(), LAST_WORDS);
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #events(): WorkerEvents {
    return {
      onJob: (delivery) => this.#take(delivery),
      onCancel: (id) => this.#cancel(id),
      onError: (error) => this.#report(`The worker ${this.name} has trouble with its queue`, error),
    };
  }

  /** Runs a job in a task of its own, within the trace of its caller. */
  #take(delivery: Delivery): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const job = new ServedJob(this.#host, delivery);
    this.#jobs.set(job, delivery.id);
    this.#idle.clear();
    delivery.onLost = () => job.stop("lease");
    const { head, id } = delivery;
    const start = () => {
      const task: Task<void> = this.#loop.createTask(() => job.serve(task), {
        name: `job ${head?.label ?? head?.name ?? id}`,
      });
      return task;
    };
    withinTrace(head?.trace, start).addDoneCallback(() => {
      delivery.onLost = undefined;
      this.#jobs.delete(job);
      if (this.#jobs.size === 0) this.#idle.set();
      resolve();
    });
    return promise;
  }

  #makeHost(): JobHost {
    const { build, modules, patience, maxBytes } = this.#parts;
    const most = () => Math.min(maxBytes, this.#link?.maxBytes ?? Infinity);
    const isDraining = () => this.#closing !== undefined;
    return {
      build,
      modules,
      patience,
      get maxBytes() {
        return most();
      },
      get isDraining() {
        return isDraining();
      },
      wasCancelled: (id) => this.#cancelled.delete(id),
      run: (work) => this.#pool.serve(work),
      count: (what) => void this.#counts[what]++,
      report: (message, error) => this.#report(message, error),
    };
  }

  #cancel(id: string): void {
    const jobs = [...this.#jobs].filter(([, one]) => one === id);
    for (const [job] of jobs) job.stop("cancelled");
    if (jobs.length > 0) return;
    const now = Date.now();
    for (const [old, time] of this.#cancelled) { // They are in the order of their times.
      if (time > now - REMEMBERED) break;
      this.#cancelled.delete(old);
    }
    this.#cancelled.delete(id);
    this.#cancelled.set(id, now);
  }

  #report(message: string, exception: unknown): void {
    if (!this.#loop.closed) this.#loop.callExceptionHandler({ message, exception });
  }

  /** Describes it for dumps. */
  toString(): string {
    return `worker ${this.name}`;
  }
}
