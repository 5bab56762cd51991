/**
 * Iterating over what is taken until there will be no more.
 *
 * @module
 */

import { QueueShutDown } from "../errors.ts";
import { type Coroutine, Operation } from "../lowlevel.ts";
import type { IterationStep } from "./async_generator.ts";
import type { Wait } from "./wait_queue.ts";

/** Is an async iterator whose steps either front end can await. */
export interface Drain<T> extends AsyncIterableIterator<T, undefined> {
  /** Waits for the next. */
  next(): IterationStep<T>;
}

/** Takes one after the other, until that throws a `QueueShutDown`. */
export function drain<T>(take: () => Wait<T>): Drain<T> {
  const iterator = {
    next: () => new DrainStep(take()),
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator as unknown as Drain<T>;
}

/** Is a wait for the next. */
export class DrainStep<T> extends Operation<IteratorResult<T, undefined>> {
  readonly #wait: Wait<T>;

  /** @internal */
  constructor(wait: Wait<T>) {
    super("the next of an iteration", () => step(wait));
    this.#wait = wait;
  }

  /** @internal Puts back what it has taken. */
  undo(result: IteratorResult<T>): void {
    if (!result.done) this.#wait.undo(result.value);
  }
}

function* step<T>(wait: Wait<T>): Coroutine<IteratorResult<T, undefined>> {
  try {
    return { done: false, value: yield* wait };
  } catch (error) {
    if (error instanceof QueueShutDown) return { done: true, value: undefined };
    throw error;
  }
}
