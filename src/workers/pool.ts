/**
 * What all pools do: keep a number of seats busy, and let no job or place get lost.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  checkCount,
  checkDelay,
  checkOptions,
  type Coroutine,
  type EventLoop,
  type Executor,
  Operation,
  runningLoop,
  until,
} from "../lowlevel.ts";
import { Event } from "../sync/event.ts";
import { Limiter } from "../sync/limiter.ts";
import type { MapResults } from "../sync/map_concurrent.ts";
import type { Permit } from "../sync/wait_queue.ts";
import { Job } from "./job.ts";
import { Lane, type LaneOwner, lostAtClose, NEVER_BEGAN } from "./lane.ts";
import { mapJobs, type PoolMapOptions } from "./map_jobs.ts";
import type { Seat, SeatEvents } from "./seat.ts";
import { type JobOptions, toWork, type Work } from "./work.ts";

/** Configures a pool of any kind. */
export interface PoolOptions {
  /** Bounds how many jobs run at once; as many as the machine has processors unless given. */
  size?: number | undefined;
  /** Bounds how many jobs wait for their turn; those above wait to be let in. No bound unless given. */
  maxQueue?: number | undefined;
  /** Is how long, in ms of the host's time, a job that was cancelled may go on; 1000 unless given. */
  grace?: number | undefined;
}

/** Is what a pool holds, at one moment. */
export interface PoolStatistics {
  /** Bounds the jobs that run at once. */
  readonly size: number;
  /** Counts the jobs that run, those that were given up and have not ended included. */
  readonly running: number;
  /** Counts the jobs that were let in and wait for their turn. */
  readonly queued: number;
  /** Counts the jobs that wait to be let in. */
  readonly waiting: number;
  /** Counts the workers or processes there are. */
  readonly seats: number;
}

/** Is a loop in which a pool was used; ending it ends what the pool holds. */
interface Visit {
  close(): Coroutine<void>;
}

/**
 * Runs jobs on seats of any kind, so many at a time, in the order in which they were asked for.
 *
 * `WorkerPool` and `ProcessPool` are two kinds; another one extends this class with what starts a
 * {@linkcode Seat}. Seats are started when they are needed. They end when the pool is closed, and
 * when `run` ends; a pool that is used again after that starts others.
 */
export abstract class Pool implements Executor, AsyncDisposable {
  /** Lets jobs into the queue; there is none if the queue has no bound. */
  readonly #rooms: Limiter | undefined;
  readonly #places: Limiter;
  readonly #owner: LaneOwner;
  readonly #lanes = new Set<Lane>();
  readonly #idle: Lane[] = [];
  /** Are the ends of seats that were told to end. */
  readonly #ending = new Set<Promise<void>>();
  readonly #visits = new Map<EventLoop, Visit>();
  /** Is set once the pool is closed and no job is there any more. */
  readonly #drained = new Event();
  #jobs = 0;
  #isClosed = false;
  /** Is true once nothing may begin any more. */
  #isEnded = false;

  /** Makes a pool that has started nothing; a kind of pool names the options that it adds. */
  constructor(options: PoolOptions = {}, added: readonly string[] = []) {
    checkOptions("A POOL", options, ["size", "maxQueue", "grace", ...added]);
    const { size = navigator.hardwareConcurrency, maxQueue = Infinity, grace = 1000 } = options;
    checkCount("size", size, 1);
    checkCount("maxQueue", maxQueue, 0);
    checkDelay("grace", grace);
    if (grace < 0) throw new RangeError(`grace MUST BE 0 OR MORE: ${grace}`);
    this.#rooms = maxQueue === Infinity ? undefined : new Limiter(size + maxQueue);
    this.#places = new Limiter(size);
    this.#owner = {
      grace,
      onIdle: (lane) => void this.#idle.push(lane),
      onGone: (lane, error) => this.#forget(lane, error),
    };
  }

  /** Starts a seat; throws if the host does not let it. */
  protected abstract start(events: SeatEvents): Seat;

  /**
   * Imports a module over there, calls a function it exports, and gives the result.
   *
   * The module is named by its address: `import.meta.url` for the one that asks, else
   * `import.meta.resolve("./other.ts")`. Arguments and result are copied. The function may be plain,
   * native async, or a generator coroutine of the library, which runs on a loop of its own there.
   *
   * **Cancel safety.** A job cancelled before its turn never begins. One that runs is asked to stop,
   * and what it still gives is dropped.
   */
  run<T = unknown>(module: string | URL, name: string, ...args: readonly unknown[]): Awaitable<T> {
    const work = toWork(module, name, args);
    return new Operation(`job ${work.label}`, () => this.#run<T>(work));
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
    checkOptions("A JOB", options, ["timeout", "transfer", "label"]);
    const work = toWork(module, name, args, options);
    return new Job<T, P>(
      work.label,
      (onProgress, onAdmitted) => this.#run<T>({ ...work, onProgress }, onAdmitted),
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
    const call = (args: readonly unknown[], isEach: boolean, given: JobOptions) => {
      const work = toWork(module, name, args, { ...given, isEach });
      return new Operation(`job ${work.label}`, () => this.#run<R | R[]>(work));
    };
    checkOptions("Pool.map()", options, ["limit", "ordered", "chunk", "timeout"]);
    toWork(module, name, [], options);
    return mapJobs(items, call, this.#places.limit, options);
  }

  *#run<T>(work: Work, onAdmitted?: () => void): Coroutine<T> {
    this.#checkOpen();
    this.#visit(runningLoop());
    this.#jobs++;
    let room: Permit | undefined;
    try {
      room = this.#rooms && (yield* this.#enter(this.#rooms));
      onAdmitted?.();
      for (;;) {
        const place = yield* this.#enter(this.#places);
        try {
          return yield* this.#takeLane(work, place).run<T>(work, place);
        } catch (error) {
          if (error !== NEVER_BEGAN) throw error;
        }
      }
    } finally {
      room?.[Symbol.dispose]();
      if (--this.#jobs === 0 && this.#isClosed) this.#drained.set();
    }
  }

  /** Goes in; says whose limit it is if another loop waits there. */
  *#enter(limiter: Limiter): Coroutine<Permit> {
    try {
      return yield* limiter.acquire();
    } catch (cause) {
      if (!(cause instanceof RuntimeError)) throw cause;
      throw new RuntimeError(`JOBS OF ANOTHER LOOP WAIT IN THE POOL, GIVE EACH ITS OWN: ${this}`, {
        cause,
      });
    }
  }

  /** Finds a lane for a job, which takes the place over. */
  #takeLane({ label }: Work, place: Permit): Lane {
    try {
      if (this.#isEnded) throw lostAtClose(label);
      return this.#idle.pop() ?? this.#openLane();
    } catch (error) {
      place[Symbol.dispose]();
      throw error;
    }
  }

  #openLane(): Lane {
    const lane = new Lane(this.#owner, (events) => this.start(events));
    this.#lanes.add(lane);
    return lane;
  }

  #forget(lane: Lane, error: Error | undefined): void {
    this.#lanes.delete(lane);
    const at = this.#idle.indexOf(lane);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#awaitEnd(lane.seat);
    if (error === undefined) return;
    const loop = [...this.#visits.keys()].find((one) => !one.closed);
    loop?.callExceptionHandler({ message: "an idle worker ended by itself", exception: error });
  }

  #awaitEnd({ ended }: Seat): void {
    this.#ending.add(ended);
    ended.then(() => this.#ending.delete(ended));
  }

  /** Makes a loop end what the pool holds when it ends. */
  #visit(loop: EventLoop): void {
    if (this.#visits.has(loop)) return;
    for (const one of this.#visits.keys()) if (one.closed) this.#visits.delete(one);
    const visit: Visit = { close: () => this.#rest() };
    this.#visits.set(loop, visit);
    loop.generators.add(visit);
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new RuntimeError(`THE POOL IS CLOSED: ${this}`);
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
      yield* this.#drained.wait();
      yield* this.#rest();
    } catch (error) {
      this.#isEnded = true;
      for (const lane of [...this.#lanes]) lane.kill();
      throw error;
    }
    for (const [loop, visit] of this.#visits) loop.generators.delete(visit);
    this.#visits.clear();
  }

  /** Waits for jobs that were given up, and ends all seats that are idle. */
  *#rest(): Coroutine<void> {
    for (;;) {
      const settling = [...this.#lanes].flatMap((lane) => lane.settled ?? []);
      if (settling.length === 0) break;
      yield* until(Promise.all(settling), { label: "jobs that were cancelled" });
    }
    for (const lane of this.#idle.splice(0)) {
      this.#lanes.delete(lane);
      this.#awaitEnd(lane.seat);
      lane.seat.stop();
    }
    yield* until(Promise.all(this.#ending), { label: "the end of workers" });
  }

  /** Closes it at the end of an `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Tells what it holds, at this moment. */
  statistics(): PoolStatistics {
    const { limit: size, borrowed: running, waiting: queued } = this.#places.statistics();
    const waiting = this.#rooms?.statistics().waiting ?? 0;
    return Object.freeze({ size, running, queued, waiting, seats: this.#lanes.size });
  }

  /** Describes it for dumps. */
  toString(): string {
    return this.constructor.name;
  }
}
