/**
 * What most functions of the library return: a coroutine that either front end can await.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import type { Coroutine, Suspension } from "./awaitable.ts";
import { LazyAwaitable, type Settle } from "./native_await.ts";
import type { Task } from "./task.ts";

/** Is a coroutine that has not begun: it runs, once, when it is awaited. */
export class Operation<T> extends LazyAwaitable<T> {
  #begin: (() => Coroutine<T>) | undefined;
  readonly #label: string;

  /** Makes an operation of a generator function. */
  constructor(label: string, begin: () => Coroutine<T>) {
    super();
    this.#label = label;
    this.#begin = begin;
  }

  /** Runs it in a generator coroutine: `yield* operation`. */
  override [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    const begin = this.#begin;
    if (begin === undefined) throw new RuntimeError(`AWAITED A SECOND TIME: ${this.#label}`);
    this.#begin = undefined;
    return begin();
  }

  protected override awaitIn(task: Task<unknown>, resolve: Settle, reject: Settle): void {
    let operation: Iterator<Suspension, T, unknown>;
    try {
      operation = this[Symbol.iterator]();
    } catch (error) {
      return reject(error);
    }
    task.operateNatively(operation as Coroutine<unknown>, resolve, reject);
  }

  override toString(): string {
    return this.#label;
  }
}
