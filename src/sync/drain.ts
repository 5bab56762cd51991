/**
 * Iterating over what is taken until there will be no more.
 *
 * @module
 */

import { QueueShutDown } from "../errors.ts";
import { type Awaitable, type Coroutine, Operation } from "../lowlevel.ts";
import type { IterationStep } from "./async_generator.ts";

/** Is an async iterator whose steps either front end can await. */
export interface Drain<T> extends AsyncIterableIterator<T, undefined> {
  /** Waits for the next. */
  next(): IterationStep<T>;
}

/** Takes one after the other, until that throws a `QueueShutDown`. */
export function drain<T>(take: () => Awaitable<T>): Drain<T> {
  const iterator = {
    next: () => new Operation("the next of an iteration", () => step(take)),
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator as unknown as Drain<T>;
}

function* step<T>(take: () => Awaitable<T>): Coroutine<IteratorResult<T, undefined>> {
  try {
    return { done: false, value: yield* take() };
  } catch (error) {
    if (error instanceof QueueShutDown) return { done: true, value: undefined };
    throw error;
  }
}
