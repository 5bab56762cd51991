/**
 * How a generator coroutine waits for a future.
 *
 * @module
 */

import { finishWith, suspendOn, type Suspension } from "./awaitable.ts";
import type { Future } from "./future.ts";

/** Yields the future while it is pending, and then takes its result. */
export class FutureIterator<T> implements Iterator<Suspension, T, unknown> {
  readonly #future: Future<T>;

  /** Makes an iterator for one wait. */
  constructor(future: Future<T>) {
    this.#future = future;
  }

  next(): IteratorResult<Suspension, T> {
    const future = this.#future;
    return future.done ? finishWith(future.result()) : suspendOn(future);
  }

  throw(error: unknown): IteratorResult<Suspension, T> {
    throw error;
  }

  return(value: T): IteratorResult<Suspension, T> {
    return { done: true, value };
  }
}
