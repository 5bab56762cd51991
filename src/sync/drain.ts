/**
 * Iterating over what is taken until there will be no more.
 *
 * @module
 */

import { QueueShutDown } from "../errors.ts";
import {
  asStep,
  type Coroutine,
  handOver,
  type IterationStep,
  Operation,
  type StepIterator,
  type Wait,
} from "../lowlevel.ts";

/** A function that takes one after the other, until it throws a `QueueShutDown`. */
export class Drain<T> implements StepIterator<T> {
  readonly #take: () => Wait<T>;

  /** Makes an iterator of a function that begins to take one. */
  constructor(take: () => Wait<T>) {
    this.#take = take;
  }

  /** Waits for the next. */
  next(): IterationStep<T> {
    return asStep(new DrainStep(this.#take()));
  }

  /** Gives itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A wait for the next. */
class DrainStep<T> extends Operation<IteratorResult<T, undefined>> {
  readonly #wait: Wait<T>;

  constructor(wait: Wait<T>) {
    super("the next of an iteration", () => step(wait));
    this.#wait = wait;
    handOver(wait);
  }

  /** Puts back what it has taken. */
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
