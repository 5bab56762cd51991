/**
 * A call that runs elsewhere, as the program that asked for it sees it.
 *
 * @module
 */

import { QueueShutDown } from "../errors.ts";
import {
  type Awaitable,
  ClosingSteps,
  type Coroutine,
  LazyAwaitable,
  Operation,
  runningLoop,
  type Suspension,
  type Task,
} from "../lowlevel.ts";
import { called } from "../sync/called.ts";
import type { ClosingIterator } from "../sync/async_generator.ts";
import { Event } from "../sync/event.ts";
import { Queue } from "../sync/queue.ts";

/** A function that runs the job, and calls back at what it reports and when it was let in. */
type Perform<T> = (
  onProgress: (value: unknown) => void,
  onAdmitted: () => void,
) => Coroutine<T>;

/**
 * A job of a pool: awaited, it gives the result; iterated over, what the job reports.
 *
 * It begins when it is first awaited, iterated over or started, as a task of the loop, and it can be
 * awaited as often as one likes. What it reports before somebody iterates is dropped, unless the
 * iteration is what begins it. A failure is thrown at the end of the iteration, too.
 *
 * **Cancel safety.** Cancelling who awaits it or iterates over it cancels the job, and so does
 * leaving the loop over it early.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { WorkerPool } from "@weft/weft/workers.ts";
 *
 * const module = "data:text/javascript,export const double = (n) => 2 * n;";
 * await run(async () => {
 *   await using pool = new WorkerPool({ size: 1 });
 *   const job = pool.job<number>(module, "double", [21], { timeout: 10_000 });
 *   for await (const progress of job) console.log(progress);
 *   console.assert(await job === 42);
 * });
 * ```
 */
export class Job<T, P = unknown> extends LazyAwaitable<T> implements AsyncIterable<P> {
  readonly #label: string;
  readonly #perform: Perform<T>;
  readonly #admitted = new Event();
  #task: Task<T> | undefined;
  #reports: Queue<P> | undefined;

  private constructor(label: string, perform: Perform<T>) {
    super();
    this.#label = label;
    this.#perform = perform;
  }

  /** Makes a job that has not begun. */
  private static make<T, P>(label: string, perform: Perform<T>): Job<T, P> {
    return new Job(label, perform);
  }

  /** Whether it has a result, has failed, or was cancelled. */
  get done(): boolean {
    return this.#task?.done ?? false;
  }

  /** Cancels it; returns false if it has not begun or is done. */
  cancel(message?: string): boolean {
    return this.#task?.cancel(message) ?? false;
  }

  /**
   * Begins it, and waits until the pool's queue has room for it; it goes on by itself from there.
   *
   * **Cancel safety.** Cancelled while it waits, it cancels the job.
   */
  start(): Awaitable<void> {
    return new Operation(`${this}.start()`, () => this.#start());
  }

  *#start(): Coroutine<void> {
    const task = this.#begin();
    try {
      yield* called(this.#admitted.wait(), () => `${this}.start()`);
    } catch (error) {
      task.cancel();
      throw error;
    }
  }

  #begin(): Task<T> {
    if (this.#task !== undefined) return this.#task;
    const task = this.#task = runningLoop().createTask(
      () =>
        this.#perform(
          (value) => this.#reports?.putNowait(value as P),
          () => this.#admitted.set(),
        ),
      { name: this.toString() },
    );
    task.addDoneCallback(() => {
      this.#admitted.set();
      this.#reports?.shutdown();
    });
    return task;
  }

  /** Waits for the result in a generator coroutine. */
  override [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return this.#begin()[Symbol.iterator]();
  }

  /** Gives what it reports, until it ends. */
  [Symbol.asyncIterator](): ClosingIterator<P> & AsyncIterator<P, undefined> {
    return new ClosingSteps(`the reports of ${this}`, () => this.#next(), () => this.cancel());
  }

  *#next(): Coroutine<IteratorResult<P, undefined>> {
    const reports = this.#reports ??= new Queue<P>();
    const task = this.#begin();
    if (task.done) reports.shutdown();
    try {
      return { done: false, value: yield* called(reports.get(), () => `the reports of ${this}`) };
    } catch (error) {
      if (!(error instanceof QueueShutDown)) {
        task.cancel();
        throw error;
      }
    }
    yield* task;
    return { done: true, value: undefined };
  }

  /** Describes it for dumps. */
  override toString(): string {
    return `job ${this.#label}`;
  }
}
