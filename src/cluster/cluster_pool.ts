/**
 * A pool whose jobs run on other machines.
 *
 * @module
 */

import {
  type Awaitable,
  checkAtLeast,
  checkOptions,
  checkString,
  checkWhole,
  closeAtEnd,
  type Coroutine,
  type EventLoop,
  Operation,
  park,
  runningLoop,
  until,
} from "../lowlevel.ts";
import type { MapResults } from "../sync/map_concurrent.ts";
import { explainUnclonable } from "../workers/cloneable.ts";
import { reviveError } from "../workers/error_record.ts";
import type { Job } from "../workers/job.ts";
import type { CallMessage, FunctionName } from "../workers/message.ts";
import { Pool, type PoolOptions, type PoolStatistics } from "../workers/pool.ts";
import type { Seat, SeatEvents } from "../workers/seat.ts";
import { toWork, type Work } from "../workers/work.ts";
import { ClusterSeat } from "./cluster_seat.ts";
import { Correspondence, type Oddities, type Take } from "./correspondence.ts";
import { checkEngine, checkQueue } from "./check_queue.ts";
import type { JobEngine, QueuedJob } from "./job_engine.ts";
import { type JobHead, PROTOCOL, versions } from "./job_head.ts";
import { checkKey, nameOfKey } from "./job_key.ts";
import {
  ADDED,
  type ClusterJobOptions,
  type ClusterMapOptions,
  type JobTerms,
  refuse,
  refuseCalls,
  toTerms,
} from "./job_terms.ts";
import { toFolder, toTravelName } from "./module_names.ts";
import { writeTrace } from "../workers/trace_context.ts";
import { writeBody } from "./wire.ts";

/** The options of a pool of other machines. */
export interface ClusterPoolOptions extends Omit<PoolOptions, "calls"> {
  /** The name of the queue that its jobs go through: letters, digits, `-` and `_`. */
  queue: string;
  /** The most jobs that it has in the queue or running at once; 100 unless given. */
  size?: number | undefined;
  /**
   * A folder, by its address: the modules below it are looked for below the folders of the workers.
   * All others travel by their addresses.
   */
  base?: string | URL | undefined;
  /** The build of the program's code: workers of another build refuse its jobs. */
  build?: string | undefined;
  /** The most bytes of the arguments of a job; 1,000,000 unless given. */
  maxBytes?: number | undefined;
  /** How long, in ms, outcomes are kept under their keys; a day unless given. */
  retention?: number | undefined;
}

/** What a pool of other machines holds, at one moment. */
export interface ClusterPoolStatistics extends PoolStatistics, Oddities {}

/** The options of a schedule. */
export interface ScheduleOptions extends Pick<ClusterJobOptions, "timeout" | "label"> {
  /** The time zone of the pattern, as `Europe/Berlin`; `UTC` unless given. */
  timeZone?: string | undefined;
}

const SIZE = 100;
const MAX_BYTES = 1_000_000;
const RETENTION = 86_400_000;

/**
 * A pool that runs functions of modules on other machines, through an engine that keeps the jobs.
 *
 * It takes the same jobs as a `ProcessPool`; a program that has outgrown one machine changes the line
 * that makes its pool. Workers are started with `serveJobs()`, or with `cli.ts worker`. Modules below
 * `base` are looked for below the workers' own folders.
 *
 * A job runs once, or not at all: if its worker is lost, it fails with a `JobLostError`. With
 * `attempts` it begins again, which is at least once. No queue gives exactly once.
 *
 * **Cancel safety.** Whoever waits goes on at once. A job that waits is taken out of the queue. One
 * that runs is told, and ended by its worker's grace; its place here is free when that is known, or
 * after the grace of this pool.
 *
 * **Gotchas.** `timeout` counts from when the job begins, `deadline` is looked at before it does. Both
 * are told by the clock of the worker's machine.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { ClusterPool, redisEngine } from "@weft/weft/cluster.ts";
 *
 * const engine = redisEngine("redis://127.0.0.1:1"); // Nobody listens there.
 * await run(async () => {
 *   await using pool = new ClusterPool(engine, { queue: "img" });
 *   const error = String(await pool.run("job:resize.ts", "resize").catch(String));
 *   console.assert(error.includes("Cannot reach the server of redis://127.0.0.1:1"));
 * });
 * ```
 */
export class ClusterPool extends Pool {
  readonly #engine: JobEngine;
  readonly #queue: string;
  readonly #base: string | undefined;
  readonly #build: string | undefined;
  readonly #retention: number;
  readonly #letters: Correspondence;
  readonly #loops = new Map<EventLoop, () => void>();
  #count = 0;

  /** Makes a pool, which connects when it is first used. */
  constructor(engine: JobEngine, options: ClusterPoolOptions) {
    const { queue, base, build, maxBytes = MAX_BYTES, retention = RETENTION, ...rest } = options ??
      {};
    refuseCalls(rest);
    super({ size: SIZE, ...rest }, []);
    checkEngine(engine);
    checkQueue(queue);
    if (build !== undefined) checkString("build", build);
    checkWhole("maxBytes", maxBytes, 1);
    checkAtLeast("retention", retention, 1000);
    this.#engine = engine;
    this.#queue = queue;
    this.#base = base === undefined ? undefined : toFolder("base", base);
    this.#build = build;
    this.#retention = retention;
    this.#letters = new Correspondence(engine, queue, maxBytes);
  }

  /** Makes a place for a job. */
  protected override start(events: SeatEvents): Seat {
    this.#visit(runningLoop());
    return new ClusterSeat(events, this.#letters, (call, named) => this.#toJob(call, named));
  }

  /** The options that this kind of pool adds. */
  protected override get added(): readonly string[] {
    return ADDED;
  }

  /** Checks the options that this kind of pool adds. */
  protected override refine(options: ClusterJobOptions): (work: Work) => Work {
    return toTerms(options, this.#engine);
  }

  /**
   * Makes a job of a call, to have more of it: its progress, a bound on its time, more than one attempt,
   * an outcome that is kept.
   *
   * **Cancel safety.** Cancelling who awaits it cancels the job.
   */
  override job<T = unknown, P = unknown>(
    module: string | URL,
    name: string,
    args: readonly unknown[] = [],
    options: ClusterJobOptions = {},
  ): Job<T, P> {
    return super.job<T, P>(module, name, args, options);
  }

  /**
   * Calls a function for each item, a number of items at a time; gives the results in order.
   *
   * **Cancel safety.** Leaving the loop over it cancels the jobs that are not done.
   */
  override map<R = unknown, T = unknown>(
    module: string | URL,
    name: string,
    items: Iterable<T> | AsyncIterable<T>,
    options: ClusterMapOptions<T> = {},
  ): MapResults<R> {
    return super.map<R, T>(module, name, items, options);
  }

  /**
   * Puts a job into the queue under a key, and waits no longer than until the engine has it.
   *
   * Its outcome is kept for the `retention` of this pool: {@linkcode ClusterPool.result} gives it, to
   * any program. A job of a key that is in the queue, runs, or whose outcome is kept is not put there
   * again.
   *
   * **Cancel safety.** Cancelled while it waits, the job may or may not be in the queue.
   */
  submit(
    key: string,
    module: string | URL,
    name: string,
    args: readonly unknown[] = [],
    options: Omit<ClusterJobOptions, "key" | "transfer"> = {},
  ): Awaitable<void> {
    checkKey(key);
    checkOptions("ClusterPool.submit()", options, [
      "timeout",
      "label",
      ...this.added.filter((name) => name !== "key"),
    ]);
    const job = this.#checkedJob(key, module, name, args, options);
    return new Operation("ClusterPool.submit()", () => this.#ask(() => this.#letters.submit(job)));
  }

  /**
   * Waits for the outcome of a job that was submitted under a key, by whichever program, and gives it.
   *
   * **Cancel safety.** Cancelled, it waits no more; the job goes on.
   */
  result<T = unknown>(key: string): Awaitable<T> {
    checkKey(key);
    return new Operation("ClusterPool.result()", () => this.#result<T>(key));
  }

  *#result<T>(key: string): Coroutine<T> {
    this.#visit(runningLoop());
    const id = nameOfKey(key);
    return yield* park<T>(`the result of ${key}`, (waker) => {
      const take: Take = (message) => {
        if (message.type === "result") waker.resolve(message.value as T);
        else if (message.type === "error") waker.reject(reviveError(message.error));
      };
      this.#letters.watch(id, key, take);
      return () => this.#letters.unwatch(id, take);
    }, { isForHost: true });
  }

  /**
   * Asks for a job whenever a pattern of cron says so, once, however many programs ask for the same.
   *
   * The engine keeps the schedule until {@linkcode ClusterPool.unschedule}; another one of the same key
   * takes its place. What comes of the jobs is told by `cli.ts jobs` alone.
   *
   * **Cancel safety.** Cancelled while it waits, the schedule may or may not be kept.
   */
  schedule(
    key: string,
    pattern: string,
    module: string | URL,
    name: string,
    args: readonly unknown[] = [],
    options: ScheduleOptions = {},
  ): Awaitable<void> {
    checkKey(key);
    checkString("pattern", pattern);
    checkOptions("ClusterPool.schedule()", options, ["timeZone", "timeout", "label"]);
    const { timeZone = "UTC", ...rest } = options;
    checkString("timeZone", timeZone);
    if (!this.#engine.abilities.schedule) refuse(this.#engine, "schedules");
    const { head, ...job } = this.#checkedJob(key, module, name, args, rest);
    const { key: _, ...unnamed } = head;
    return new Operation(
      "ClusterPool.schedule()",
      () =>
        this.#ask(async () => {
          const link = await this.#letters.open();
          await link.schedule({ ...job, head: unnamed }, { pattern, timeZone });
        }),
    );
  }

  /** Ends a schedule; gives whether there was one. */
  unschedule(key: string): Awaitable<boolean> {
    checkKey(key);
    if (!this.#engine.abilities.schedule) refuse(this.#engine, "schedules");
    return new Operation(
      "ClusterPool.unschedule()",
      () => this.#ask(async () => await (await this.#letters.open()).unschedule(nameOfKey(key))),
    );
  }

  *#ask<T>(ask: () => Promise<T>): Coroutine<T> {
    this.#visit(runningLoop());
    return yield* until(ask, { label: this.#engine.name });
  }

  /** Waits for the jobs that were asked for, and disconnects. */
  override close(): Awaitable<void> {
    return new Operation("ClusterPool.close()", () => this.#close());
  }

  *#close(): Coroutine<void> {
    try {
      yield* super.close();
    } finally {
      yield* until(this.#letters.close());
      for (const forget of this.#loops.values()) forget();
      this.#loops.clear();
    }
  }

  /** Cancels the jobs that are not done, and disconnects. */
  override async [Symbol.asyncDispose](): Promise<void> {
    try {
      await super[Symbol.asyncDispose]();
    } finally {
      await this.close();
    }
  }

  /** Returns what it holds, at this moment. */
  override statistics(): ClusterPoolStatistics {
    return Object.freeze({ ...super.statistics(), ...this.#letters.oddities });
  }

  /** Describes it for dumps. */
  override toString(): string {
    return `ClusterPool ${this.#queue}`;
  }

  /** Disconnects when a loop ends. */
  #visit(loop: EventLoop): void {
    if (this.#loops.has(loop)) return;
    for (const one of this.#loops.keys()) if (one.closed) this.#loops.delete(one);
    const letters = this.#letters;
    const resource = {
      *close(): Coroutine<void> {
        yield* until(letters.close());
      },
    };
    this.#loops.set(loop, closeAtEnd(resource, String(this), loop));
  }

  /** Makes a job of a key, from what a program gives. */
  #checkedJob(
    key: string,
    module: string | URL,
    name: string,
    args: readonly unknown[],
    options: Omit<ClusterJobOptions, "key">,
  ): QueuedJob {
    const given = toWork(module, name, args, "job", options);
    const work = this.refine({ ...options, key })(given);
    try {
      return this.#makeJob(work, work.args, work.isEach, work.terms as JobTerms);
    } catch (error) {
      throw explainUnclonable("the arguments", "args", args, error);
    }
  }

  #toJob({ args, isEach, terms }: CallMessage, named: FunctionName): QueuedJob {
    return this.#makeJob(named, args, isEach === true, terms as JobTerms);
  }

  #makeJob(
    { module, name }: FunctionName,
    args: readonly unknown[],
    isEach: boolean,
    { label, attempts, key, timeout, deadline, priority, delay }: JobTerms,
  ): QueuedJob {
    const { caller } = this.#letters;
    const trace = writeTrace();
    const head: JobHead = {
      weft: PROTOCOL,
      module: toTravelName(module, this.#base),
      name,
      ...(label === name ? {} : { label }),
      ...(isEach ? { each: true } : {}),
      attempts,
      ...(key === undefined ? {} : { key }),
      caller,
      retention: this.#retention,
      ...(timeout === undefined ? {} : { timeout }),
      ...(deadline === undefined ? {} : { deadline }),
      ...(this.#build === undefined ? {} : { build: this.#build }),
      at: Date.now(),
      by: versions(),
      ...(trace === undefined ? {} : { trace }),
    };
    const id = key === undefined ? `${caller}-${(++this.#count).toString(36)}` : nameOfKey(key);
    return { id, head, body: writeBody(args), priority, delay };
  }
}
