/**
 * What all pools do: keep a number of seats busy, and let no job or place get lost.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  checkAtLeast,
  checkCount,
  checkOptions,
  closeAtEnd,
  type Coroutine,
  type EventLoop,
  type Executor,
  Operation,
  runningLoop,
  until,
} from "../lowlevel.ts";
import { called } from "../sync/called.ts";
import { Event } from "../sync/event.ts";
import { Limiter } from "../sync/limiter.ts";
import type { MapResults } from "../sync/map_concurrent.ts";
import { Job } from "./job.ts";
import type { JobLostError } from "./job_errors.ts";
import { mapJobs, type PoolMapOptions } from "./map_jobs.ts";
import "./loop_wait.ts"; // Who asks for its job imports this file, with workers.ts.
import { loadingModule } from "./origin.ts";
import type { Seat, SeatEvents } from "./seat.ts";
import { showModule } from "./source_module.ts";
import {
  lostAtBlockEnd,
  lostAtClose,
  NEVER_BEGAN,
  SeatDriver,
  type SeatOwner,
} from "./seat_driver.ts";
import { checkCalls, type JobCalls, type JobOptions, toWork, type Work } from "./work.ts";
import type { Permit } from "../sync/permit.ts";

/** The options of a pool of any kind. */
export interface PoolOptions {
  /** The most jobs that run at once; as many as the machine has processors unless given. */
  size?: number | undefined;
  /** The most jobs that wait for their turn; those above wait to be let in. No bound unless given. */
  maxQueue?: number | undefined;
  /** How long, in ms of the host's time, a job that was cancelled may go on; 1000 unless given. */
  grace?: number | undefined;
  /** Functions that all its jobs may call here, by `currentJob().call(name, …)`. */
  calls?: JobCalls | undefined;
}

/** What a pool holds, at one moment. */
export interface PoolStatistics {
  /** The most jobs that run at once. */
  readonly size: number;
  /** The number of jobs that run, those that were given up and have not ended included. */
  readonly running: number;
  /** The number of jobs that were let in and wait for their turn. */
  readonly queued: number;
  /** The number of jobs that wait to be let in. */
  readonly waiting: number;
  /** The number of workers or processes. */
  readonly seats: number;
}

/**
 * A pool that runs jobs on seats of any kind, so many at a time, in the order of the asking.
 *
 * `WorkerPool` and `ProcessPool` are two kinds; another one extends this class with what starts a
 * {@linkcode Seat}. Seats are started when they are needed. They end when the pool is closed, and
 * when `run` ends; a pool that is used again after that starts others.
 */
export abstract class Pool implements Executor, AsyncDisposable {
  /** The rooms in the queue; there are none if the queue has no bound. */
  readonly #rooms: Limiter | undefined;
  readonly #places: Limiter;
  readonly #owner: SeatOwner;
  readonly #drivers = new Set<SeatDriver>();
  readonly #idle: SeatDriver[] = [];
  /** The ends of seats that were told to end. */
  readonly #ending = new Set<Promise<void>>();
  readonly #visits = new Map<EventLoop, () => void>();
  /** What is set once the pool is closed and no job is there any more. */
  readonly #drained = new Event();
  #jobs = 0;
  #isClosed = false;
  /** What makes the error of a job that may not begin any more; set once none may. */
  #refusal: ((label: string) => JobLostError) | undefined;

  /** Makes a pool that has started nothing; a kind of pool names the options that it adds. */
  constructor(options: PoolOptions = {}, added: readonly string[] = []) {
    checkOptions("a pool", options, ["size", "maxQueue", "grace", "calls", ...added]);
    const { size = navigator.hardwareConcurrency, maxQueue = Infinity, grace = 1000, calls } =
      options;
    checkCount("size", size, 1);
    checkCount("maxQueue", maxQueue, 0);
    checkAtLeast("grace", grace, 0);
    if (calls !== undefined) checkCalls(calls);
    this.#rooms = maxQueue === Infinity ? undefined : new Limiter(size + maxQueue);
    this.#places = new Limiter(size);
    this.#owner = {
      grace,
      calls,
      onIdle: (driver) => void this.#idle.push(driver),
      onGone: (driver, error) => this.#forget(driver, error),
    };
  }

  /** Starts a seat; throws if the host does not let it. */
  protected abstract start(events: SeatEvents): Seat;

  /**
   * Imports a module over there, calls a function that it exports, and gives the result.
   *
   * The module is named by its address: `import.meta.url` for the one that asks, else
   * `import.meta.resolve("./other.ts")`. Arguments and result are copied. The function may be plain,
   * native async, or a generator coroutine of the library, which runs on a loop of its own there.
   *
   * **Cancel safety.** A job cancelled before its turn never begins. One that runs is asked to stop,
   * and what it still gives is dropped.
   */
  run<T = unknown>(module: string | URL, name: string, ...args: readonly unknown[]): Awaitable<T> {
    const work = this.refine({})(toWork(module, name, args, "run"));
    return new Operation(`job ${work.label}`, () => this.perform<T>(work));
  }

  /**
   * Makes a job of a call, to have more of it: its progress, a bound on its time, what it moves.
   *
   * It begins when it is awaited, iterated over or started.
   *
   * **Cancel safety.** Cancelling who awaits it cancels the job.
   */
  job<T = unknown, P = unknown>(
    module: string | URL,
    name: string,
    args: readonly unknown[] = [],
    options: JobOptions = {},
  ): Job<T, P> {
    checkOptions("a job", options, ["timeout", "transfer", "label", "calls", ...this.added]);
    const work = this.refine(options)(toWork(module, name, args, "job", options));
    return Job["make"]<T, P>(
      work.label,
      (onProgress, onAdmitted) => this.perform<T>({ ...work, onProgress }, onAdmitted),
    );
  }

  /**
   * Calls a function for each item, a number of items at a time; gives the results in order.
   *
   * No more items are taken than `limit` ahead of whoever takes the results: enough for two jobs a
   * worker or process unless given. The first failure cancels the rest and is thrown. Many small jobs
   * take less time in chunks.
   *
   * **Cancel safety.** Leaving the loop over it cancels the jobs that are not done.
   */
  map<R = unknown, T = unknown>(
    module: string | URL,
    name: string,
    items: Iterable<T> | AsyncIterable<T>,
    options: PoolMapOptions = {},
  ): MapResults<R> {
    const known = ["limit", "ordered", "chunk", "timeout", "calls", ...this.added];
    checkOptions("Pool.map()", options, known);
    toWork(module, name, [], "map", options);
    const refined = this.refine(options);
    const call = (args: readonly unknown[], isEach: boolean, given: JobOptions) => {
      const work = refined(toWork(module, name, args, "map", { ...given, isEach }));
      return new Operation(`job ${work.label}`, () => this.perform<R | R[]>(work));
    };
    return mapJobs(items, call, this.#places.limit, options);
  }

  /** The options of a job and of a map that this kind of pool adds. */
  protected get added(): readonly string[] {
    return [];
  }

  /** Checks the options that were added; returns what gives them to each job. */
  protected refine(_options: object): (work: Work) => Work {
    return (work) => work;
  }

  /** Runs a job: waits for its turn and its outcome. */
  protected *perform<T>(work: Work, onAdmitted?: () => void): Coroutine<T> {
    this.#checkOpen();
    checkNotLoading();
    this.#visit(runningLoop());
    this.#jobs++;
    let room: Permit | undefined;
    try {
      room = this.#rooms && (yield* this.#enter(this.#rooms));
      onAdmitted?.();
      for (;;) {
        const place = yield* this.#enter(this.#places);
        try {
          return yield* this.#takeDriver(work, place).run<T>(work, place);
        } catch (error) {
          if (error !== NEVER_BEGAN) throw error;
        }
      }
    } finally {
      room?.[Symbol.dispose]();
      if (--this.#jobs === 0 && this.#isClosed) this.#drained.set();
    }
  }

  /** Waits for a limiter; says whose it is if another loop waits there. */
  *#enter(limiter: Limiter): Coroutine<Permit> {
    try {
      return yield* called(limiter.acquire(), () => `a place in ${this}`);
    } catch (cause) {
      if (!(cause instanceof RuntimeError)) throw cause;
      const advice = "jobs of another loop wait there, give each loop a pool of its own";
      throw new RuntimeError(`Cannot wait for a place in ${this}: ${advice}`, { cause });
    }
  }

  /** Finds a driver for a job, which takes the place over. */
  #takeDriver({ label }: Work, place: Permit): SeatDriver {
    try {
      if (this.#refusal !== undefined) throw this.#refusal(label);
      return this.#idle.pop() ?? this.#openDriver();
    } catch (error) {
      place[Symbol.dispose]();
      throw error;
    }
  }

  #openDriver(): SeatDriver {
    const driver = new SeatDriver(this.#owner, (events) => this.start(events));
    this.#drivers.add(driver);
    return driver;
  }

  #forget(driver: SeatDriver, error: Error | undefined): void {
    this.#drivers.delete(driver);
    const at = this.#idle.indexOf(driver);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#awaitEnd(driver.seat);
    if (error === undefined) return;
    const loop = [...this.#visits.keys()].find((one) => !one.closed);
    loop?.callExceptionHandler({ message: "An idle worker has ended by itself", exception: error });
  }

  #awaitEnd({ ended }: Seat): void {
    this.#ending.add(ended);
    ended.then(() => this.#ending.delete(ended));
  }

  /** Makes a loop end what the pool holds when it ends. */
  #visit(loop: EventLoop): void {
    if (this.#visits.has(loop)) return;
    for (const one of this.#visits.keys()) if (one.closed) this.#visits.delete(one);
    this.#visits.set(loop, closeAtEnd({ close: () => this.#rest() }, String(this), loop));
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new RuntimeError(`Cannot run a job in ${this}: it is closed`);
  }

  /**
   * Takes no more work, waits for the jobs that were asked for, and ends workers or processes.
   *
   * **Cancel safety.** Cancelled while it waits, it ends everything at once: jobs that are not done
   * fail with a `JobLostError`.
   */
  close(): Awaitable<void> {
    return new Operation("Pool.close()", () => this.#close());
  }

  *#close(): Coroutine<void> {
    this.#isClosed = true;
    if (this.#jobs === 0) this.#drained.set();
    try {
      yield* called(this.#drained.wait(), () => `the jobs of ${this}`);
      yield* this.#rest();
    } catch (error) {
      this.#refusal = lostAtClose;
      for (const driver of [...this.#drivers]) driver.kill();
      throw error;
    }
    for (const forget of this.#visits.values()) forget();
    this.#visits.clear();
  }

  /** Waits for jobs that were given up, and ends all seats that are idle. */
  *#rest(): Coroutine<void> {
    const loop = runningLoop();
    loop.hold(); // Neither threads nor processes do.
    try {
      for (;;) {
        const ends = [...this.#drivers].flatMap((driver) => driver.jobEnd ?? []);
        if (ends.length === 0) break;
        yield* until(Promise.all(ends), { label: "jobs that were cancelled" });
      }
      for (const driver of this.#idle.splice(0)) {
        this.#drivers.delete(driver);
        this.#awaitEnd(driver.seat);
        driver.seat.stop();
      }
      yield* until(Promise.all(this.#ending), { label: "the end of workers" });
    } finally {
      loop.letGo();
    }
  }

  /**
   * Ends it at the end of an `await using`: jobs that are not done are cancelled, and fail with a
   * `JobLostError`.
   *
   * A block cannot tell how it was left. One that waited for jobs would hold up the error that it was
   * left with, for ever if a job never ends. Await the jobs in the block, or `close()` at its end.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await new Operation("the end of a pool's block", () => this.#endBlock());
  }

  *#endBlock(): Coroutine<void> {
    this.#isClosed = true;
    this.#refusal ??= lostAtBlockEnd;
    for (const driver of [...this.#drivers]) driver.dismiss();
    yield* this.#close();
  }

  /** Returns what it holds, at this moment. */
  statistics(): PoolStatistics {
    const { limit: size, borrowed: running, waiting: queued } = this.#places.statistics();
    const waiting = this.#rooms?.statistics().waiting ?? 0;
    return Object.freeze({ size, running, queued, waiting, seats: this.#drivers.size });
  }

  /** Describes it for dumps. */
  toString(): string {
    return this.constructor.name;
  }
}

/** Refuses to begin jobs in a main part that a pool runs: its workers would do the same, without end. */
function checkNotLoading(): void {
  const module = loadingModule();
  if (module === undefined) return;
  const cause = "a pool is loading it, and each worker would do so again";
  const advice = "guard its main part with import.meta.main";
  throw new RuntimeError(
    `Cannot run a job in the main part of ${showModule(module)}: ${cause}, ${advice}`,
  );
}
