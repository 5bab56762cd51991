/**
 * Calling a function for each of many items, in chunks.
 *
 * @module
 */

import {
  type Awaitable,
  checkCount,
  checkLimit,
  type Coroutine,
  Operation,
  type Suspension,
} from "../lowlevel.ts";
import { mapConcurrent, type MapOptions, type MapResults } from "../sync/map_concurrent.ts";
import type { JobOptions } from "./work.ts";

/** Configures `map()` of a pool. */
export interface PoolMapOptions extends MapOptions {
  /**
   * Bounds how many items are worked on, or wait to be taken, at a time; what two jobs for each worker
   * or process take unless given.
   */
  limit?: number | undefined;
  /**
   * Is the number of items that one job takes; 1 unless given. Many small calls take far less time in
   * chunks of a hundred. The bounds count items, and the timeout is that of a chunk.
   */
  chunk?: number | undefined;
  /** Bounds, in ms, how long each job may run. */
  timeout?: number | undefined;
}

/** Asks a pool for a job of one call, or of one call for each argument. */
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
  { chunk = 1, limit = 2 * size * chunk, ordered, timeout }: PoolMapOptions,
): MapResults<R> {
  checkCount("chunk", chunk, 1);
  checkLimit(limit);
  if (chunk === 1) {
    const call = (item: T) => ask([item], false, { timeout }) as Awaitable<R>;
    return mapConcurrent(items, call, { limit, ordered });
  }
  const call = (list: T[]) => ask(list, true, { timeout }) as Awaitable<R[]>;
  const chunks = Symbol.asyncIterator in Object(items)
    ? chunkAsync(items as AsyncIterable<T>, chunk)
    : chunkSync(items as Iterable<T>, chunk);
  const lists = mapConcurrent(chunks, call, {
    limit: Math.max(1, Math.ceil(limit / chunk)),
    ordered,
  });
  return new Flattened(lists) as unknown as MapResults<R>;
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

/** Gives the items of lists one by one. */
class Flattened<R> {
  readonly #lists: MapResults<R[]>;
  #list: readonly R[] = [];
  #at = 0;

  constructor(lists: MapResults<R[]>) {
    this.#lists = lists;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Awaitable<IteratorResult<R, undefined>> {
    return new Operation("Pool.map()", () => this.#next());
  }

  return(): Awaitable<IteratorResult<R, undefined>> {
    this.#list = [];
    return this.#lists.return() as unknown as Awaitable<IteratorResult<R, undefined>>;
  }

  [Symbol.iterator](): Iterator<Suspension, R[], unknown> {
    return this.#all();
  }

  then: PromiseLike<R[]>["then"] = (onResult, onError) =>
    new Operation("Pool.map()", () => this.#all()).then(onResult, onError);

  *#next(): Coroutine<IteratorResult<R, undefined>> {
    while (this.#at >= this.#list.length) {
      const { done, value } = yield* this.#lists.next();
      if (done) return { done, value: undefined };
      this.#list = value as R[];
      this.#at = 0;
    }
    return { done: false, value: this.#list[this.#at++] };
  }

  *#all(): Coroutine<R[]> {
    const rest = this.#list.slice(this.#at);
    const lists = yield* this.#lists as Awaitable<R[][]>;
    return rest.concat(...lists);
  }
}
