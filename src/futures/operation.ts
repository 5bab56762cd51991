/**
 * What most functions of the library return: a coroutine that either front end can await.
 *
 * @module
 */

import { active, adopt, asyncExecution } from "../engine/current.ts";
import { RuntimeError } from "../errors.ts";
import { notForHands } from "./aside.ts";
import type { Awaitable, Coroutine, Suspension } from "./awaitable.ts";
import type { Task } from "./task.ts";

/** Is a coroutine that has not begun: it runs, once, when it is awaited. */
export class Operation<T> implements Awaitable<T> {
  #begin: (() => Coroutine<T>) | undefined;
  readonly #label: string;

  /** Makes an operation of a generator function. */
  constructor(label: string, begin: () => Coroutine<T>) {
    this.#label = label;
    this.#begin = begin;
  }

  /** Runs it in a generator coroutine: `yield* operation`. */
  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    const begin = this.#begin;
    if (begin === undefined) throw new RuntimeError(`AWAITED A SECOND TIME: ${this.#label}`);
    this.#begin = undefined;
    return begin();
  }

  /** Runs it in native async code: `await operation`. */
  get then(): PromiseLike<T>["then"] {
    adopt();
    return this.#then;
  }

  #then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    const task = awaitingTask();
    if (task === undefined) {
      return Promise.reject(awaitedOutside(this.#label)).then(onResult as never, onError);
    }
    let operation: Iterator<Suspension, T, unknown>;
    try {
      operation = this[Symbol.iterator]();
    } catch (error) {
      onError?.(error);
      return notForHands;
    }
    task.operateNatively(
      operation as Coroutine<unknown>,
      onResult as (value: unknown) => void,
      onError!,
    );
    return notForHands;
  }
}

/** Finds the task whose native async code awaits at this moment. */
export function awaitingTask(): Task<unknown> | undefined {
  if (active.loop !== undefined) return undefined;
  const execution = asyncExecution();
  return execution?.isTask ? execution as Task<unknown> : undefined;
}

/** Makes the error of an await that no task can do. */
export function awaitedOutside(label: string): RuntimeError {
  return new RuntimeError(
    `AWAITED OUTSIDE OF A TASK: ${label}. START A TASK WITH run() OR createTask(), ` +
      "AND AWAIT IT DIRECTLY THERE",
  );
}
