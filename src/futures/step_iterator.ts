/**
 * Async iterators whose steps either front end can await.
 *
 * @module
 */

import type { Awaitable, Coroutine } from "./awaitable.ts";
import { Operation } from "./operation.ts";

/** A step of an async iterator, for either front end. */
export type IterationStep<T> =
  & Awaitable<IteratorResult<T, undefined>>
  & Promise<IteratorResult<T, undefined>>;

/** An async iterator whose steps either front end can await. */
export interface StepIterator<T> extends AsyncIterable<T> {
  /** Waits for the next. */
  next(): IterationStep<T>;
  /** Gives itself. */
  [Symbol.asyncIterator](): StepIterator<T> & AsyncIterator<T, undefined>;
}

/** An async iterator of the library: either front end can await its steps. */
export interface LibraryIterator<T> extends AsyncIterable<T> {
  /** Waits for the next. */
  next(): IterationStep<T>;
  /** Ends it early; loops call it when they are left. */
  return(): IterationStep<T>;
  /** Gives itself. */
  [Symbol.asyncIterator](): LibraryIterator<T> & AsyncIterator<T, undefined>;
}

/** Gives out an awaitable as a step. What it lacks of a promise, nobody asks of a step. */
export function asStep<T>(step: Awaitable<IteratorResult<T, undefined>>): IterationStep<T> {
  return step as IterationStep<T>;
}

/** Makes the result of a step: a value, or the end if there is none. */
export function stepTo<T>(value: T | undefined): IteratorResult<T, undefined> {
  return value === undefined ? { done: true, value: undefined } : { done: false, value };
}

/** An iterator of what a coroutine function gives, each time it is called. */
export class Steps<T> implements StepIterator<T> {
  /** What dumps call a step. */
  protected readonly label: string;
  readonly #next: () => Coroutine<IteratorResult<T, undefined>>;

  /** Makes one; nothing is called yet. */
  constructor(label: string, next: () => Coroutine<IteratorResult<T, undefined>>) {
    this.label = label;
    this.#next = next;
  }

  next(): IterationStep<T> {
    return asStep(new Operation(this.label, this.#next));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** One that is ended by a function when the loop over it is left early. */
export class ClosingSteps<T> extends Steps<T> implements LibraryIterator<T> {
  readonly #end: () => void;

  /** Makes one; nothing is called yet. */
  constructor(
    label: string,
    next: () => Coroutine<IteratorResult<T, undefined>>,
    end: () => void,
  ) {
    super(label, next);
    this.#end = end;
  }

  return(): IterationStep<T> {
    return asStep(new Operation(`the end of ${this.label}`, () => this.#return()));
  }

  // deno-lint-ignore require-yield -- an operation is made of a coroutine
  *#return(): Coroutine<IteratorResult<T, undefined>> {
    this.#end();
    return { done: true, value: undefined };
  }
}
