/**
 * Native async code that runs as a part of a generator: the body of a scope, for one.
 *
 * @module
 */

import {
  type Awaitable,
  Failure,
  finishWith,
  suspendOn,
  type Suspension,
  type Waiter,
} from "./awaitable.ts";

/** A promise of native async code that a generator waits for as a part of its own step. */
export class NativeCall<T> implements Waiter, Awaitable<T> {
  readonly #promise: PromiseLike<T>;
  #outcome: unknown;
  #isSettled = false;

  constructor(promise: PromiseLike<T>) {
    this.#promise = promise;
  }

  toString(): string {
    return "an async function";
  }

  /** Calls back, in a microtask, when the code has returned or thrown. */
  settle(onSettled: () => void): void {
    const settle = (outcome: unknown) => {
      this.#isSettled = true;
      this.#outcome = outcome;
      onSettled();
    };
    // A thenable may call back at once, or twice, or throw: a promise of it does not.
    Promise.resolve(this.#promise).then(settle, (error) => settle(new Failure(error)));
  }

  suspend(): void {}

  cancel(): boolean {
    return false;
  }

  take(): unknown {
    return this.#outcome;
  }

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return {
      next: () => {
        if (!this.#isSettled) return suspendOn(this);
        if (this.#outcome instanceof Failure) throw this.#outcome.error;
        return finishWith(this.#outcome as T);
      },
    };
  }

  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return Promise.resolve(this.#promise).then(onResult, onError);
  }

  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onError);
  }

  finally(callback?: (() => void) | null): Promise<T> {
    return Promise.resolve(this.#promise).finally(callback);
  }
}
