/**
 * Calling a function for each of many items, in chunks.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  asStep,
  type Awaitable,
  checkCount,
  checkLimit,
  type Coroutine,
  type IterationStep,
  LazyAwaitable,
  Operation,
  type Suspension,
} from "../lowlevel.ts";
import {
  mapConcurrent,
  type MapOptions,
  type MapResults,
  type MapStatistics,
} from "../sync/map_concurrent.ts";
import type { JobCalls, JobOptions } from "./work.ts";

/** The options of a pool's `map()`. */
export interface PoolMapOptions extends MapOptions {
  /**
   * The most items that are worked on, or wait to be taken, at a time; what two jobs for each worker
   * or process take unless given.
   */
  limit?: number | undefined;
  /**
   * The number of items that one job takes; 1 unless given. Many small calls take far less time in
   * chunks of a hundred. The bounds count items, and the timeout is that of a chunk.
   */
  chunk?: number | undefined;
  /** How long, in ms, each job may run. */
  timeout?: number | undefined;
  /** Functions that the jobs may call here, beside those of the pool. */
  calls?: JobCalls | undefined;
}

/** A function that asks a pool for a job of one call, or of one call for each argument. */
type Ask<R> = (
  args: readonly unknown[],
  isEach: boolean,
  options: JobOptions,
) => Awaitable<R | R[]>;

/** Maps items through a pool of a size. */
export function mapJobs<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  ask: Ask<R>,
  size: number,
  { chunk = 1, limit = 2 * size * chunk, ordered, timeout, calls }: PoolMapOptions,
): MapResults<R> {
  checkCount("chunk", chunk, 1);
  checkLimit(limit);
  if (chunk === 1) {
    const call = (item: T) => ask([item], false, { timeout, calls }) as Awaitable<R>;
    return mapConcurrent(items, call, { limit, ordered });
  }
  const call = (list: T[]) => ask(list, true, { timeout, calls }) as Awaitable<R[]>;
  const chunks = Symbol.asyncIterator in Object(items)
    ? chunkAsync(items as AsyncIterable<T>, chunk)
    : chunkSync(items as Iterable<T>, chunk);
  return new Flattened(chunks, call, { limit: Math.max(1, Math.ceil(limit / chunk)), ordered });
}

/** Makes the error of a job that does not do what it should. */
function wrongCount(count: number): RuntimeError {
  return new RuntimeError(
    `Cannot take the results of a chunk of ${count} items: its job has given another number of them`,
  );
}

function* chunkSync<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let list: T[] = [];
  for (const item of items) {
    if (list.push(item) < size) continue;
    yield list;
    list = [];
  }
  if (list.length > 0) yield list;
}

async function* chunkAsync<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let list: T[] = [];
  for await (const item of items) {
    if (list.push(item) < size) continue;
    yield list;
    list = [];
  }
  if (list.length > 0) yield list;
}

/** The results of lists of items, one by one. */
class Flattened<T, R> extends LazyAwaitable<R[]> implements MapResults<R> {
  protected override readonly isFlow = true;
  readonly #ask: (list: T[]) => Awaitable<R[]>;
  readonly #lists: MapResults<R[]>;
  /** The list that results are taken of, and the place of the next. */
  #list: readonly R[] = [];
  #at = 0;
  #begun = 0;
  #running = 0;
  #done = 0;
  #taken = 0;

  constructor(
    lists: Iterable<T[]> | AsyncIterable<T[]>,
    ask: (list: T[]) => Awaitable<R[]>,
    options: MapOptions,
  ) {
    super();
    this.#ask = ask;
    this.#lists = mapConcurrent(lists, (list) => this.#work(list), options);
  }

  /** Asks for the results of a list, and counts its items. */
  *#work(list: T[]): Coroutine<R[]> {
    const { length } = list;
    this.#begun += length;
    this.#running += length;
    try {
      const results = yield* this.#ask(list);
      if (!Array.isArray(results) || results.length !== length) throw wrongCount(length);
      this.#done += length;
      return results;
    } finally {
      this.#running -= length;
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): IterationStep<R> {
    return asStep(new Operation("Pool.map()", () => this.#next()));
  }

  return(): IterationStep<R> {
    return asStep(new Operation("Pool.map().return()", () => this.#return()));
  }

  statistics(): MapStatistics {
    return Object.freeze({
      begun: this.#begun,
      running: this.#running,
      waiting: this.#done - this.#taken,
      taken: this.#taken,
    });
  }

  override [Symbol.iterator](): Iterator<Suspension, R[], unknown> {
    return this.#all();
  }

  override toString(): string {
    return "Pool.map()";
  }

  *#next(): Coroutine<IteratorResult<R, undefined>> {
    while (this.#at >= this.#list.length) {
      const { done, value } = yield* this.#lists.next();
      if (done) return { done, value: undefined };
      this.#list = value as R[];
      this.#at = 0;
    }
    this.#taken++;
    return { done: false, value: this.#list[this.#at++] };
  }

  *#return(): Coroutine<IteratorResult<R, undefined>> {
    this.#list = [];
    yield* this.#lists.return();
    return { done: true, value: undefined };
  }

  *#all(): Coroutine<R[]> {
    const rest = this.#list.slice(this.#at);
    const results = rest.concat(...yield* this.#lists as Awaitable<R[][]>);
    this.#list = [];
    this.#taken += results.length;
    return results;
  }
}
