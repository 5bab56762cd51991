/**
 * A call of a function of the caller, as the job sees it that has made it.
 *
 * A worker must start quickly, so this loads nothing of the loop. A job that runs on a loop has loaded
 * it: what waits there is found at run time.
 *
 * @module
 */

import type { Awaitable, Suspension } from "../lowlevel.ts";

/** A function that makes a wait of the loop, if the code that runs is a task's. */
export type LoopWait = <T>(
  begin: (signal: AbortSignal) => Promise<T>,
  label: string,
) => Awaitable<T> | undefined;

/** The place where all copies of the library that a worker has loaded find the function. */
const WAIT = Symbol.for("weft.jobCallWait");
const holder = globalThis as { [WAIT]?: LoopWait };

/** Provides what makes a wait of the loop; the module that loads the loop calls it. */
export function provideLoopWait(wait: LoopWait): void {
  holder[WAIT] ??= wait;
}

/** A call that was made; it goes on whether it is awaited or not. */
export class JobCall<T> implements Awaitable<T> {
  readonly #name: string;
  readonly #promise: Promise<T>;
  readonly #withdraw: () => void;

  /** Makes one of what it gives, and of what takes it back. */
  constructor(name: string, promise: Promise<T>, withdraw: () => void) {
    this.#name = name;
    this.#promise = promise;
    this.#withdraw = withdraw;
  }

  /** Makes a wait of the loop; cancelled, it takes the call back. */
  #wait(): Awaitable<T> | undefined {
    return holder[WAIT]?.((signal) => {
      signal.addEventListener("abort", this.#withdraw);
      return this.#promise;
    }, String(this));
  }

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    const wait = this.#wait();
    if (wait !== undefined) return wait[Symbol.iterator]();
    throw new TypeError(`Cannot wait for ${this} by yield* outside of a task: use await`);
  }

  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    return (this.#wait() ?? this.#promise).then(onValue, onError);
  }

  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return (this.#wait() ?? this.#promise).catch(onError);
  }

  finally(callback?: (() => void) | null): Promise<T> {
    return (this.#wait() ?? this.#promise).finally(callback);
  }

  /** Describes it for dumps. */
  toString(): string {
    return `call of ${this.#name}`;
  }
}
