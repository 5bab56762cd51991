/**
 * What goes on when a task is woken, other than its own generator: native async code that awaits
 * the library, and operations of the library that native async code awaits.
 *
 * @module
 */

import {
  type Awaitable,
  type Coroutine,
  Failure,
  finishWith,
  suspendOn,
  type Suspension,
  type Waiter,
} from "./awaitable.ts";

/** Is the innermost code of a task that waits. */
export interface Frame {
  /** Goes on with the outcome of the wait; returns whether that ended the task's step. */
  resume(failed: boolean, outcome: unknown): boolean;
  /** Ends the code's wait with an error, after the task's end. */
  abandon(error: Error): void;
}

/** Is native async code: what is awaited settles its promise, and microtasks do the rest. */
export class NativeFrame implements Frame {
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  constructor(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  resume(failed: boolean, outcome: unknown): boolean {
    if (failed) this.#reject(outcome);
    else this.#resolve(outcome);
    return false;
  }

  abandon(error: Error): void {
    this.#reject(error);
  }
}

/** Is a task, as a frame sees it. */
export interface Stepper {
  /** Steps an operation of a frame; returns whether that ended the task's step. */
  stepOperation(frame: OperationFrame, failed: boolean, outcome: unknown): boolean;
}

/** Is an operation that native async code awaits. */
export class OperationFrame implements Frame {
  /** Is what the operation does. */
  readonly generator: Coroutine<unknown>;
  readonly #task: Stepper;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  /** Makes a frame for an operation that has not begun. */
  constructor(
    task: Stepper,
    generator: Coroutine<unknown>,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.#task = task;
    this.generator = generator;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  resume(failed: boolean, outcome: unknown): boolean {
    return this.#task.stepOperation(this, failed, outcome);
  }

  /** Hands the result over to the native code, which goes on in the same step. */
  finish(result: unknown): false {
    this.#resolve(result);
    return false;
  }

  abandon(error: Error): void {
    try {
      this.generator.throw(error); // What its cleanup awaits is nobody's any more.
    } catch {
      // It is the error itself, or another of the cleanup.
    }
    this.#reject(error);
  }

  /** Throws the error in the native code, which goes on in the same step. */
  fail(error: unknown): false {
    this.#reject(error);
    return false;
  }
}

/** Is a promise of native async code that runs as a part of a generator's task. */
export class NativeCall<T> implements Waiter, Awaitable<T> {
  readonly #promise: PromiseLike<T>;
  #state: "pending" | "failed" | "finished" = "pending";
  #value: unknown;

  constructor(promise: PromiseLike<T>) {
    this.#promise = promise;
  }

  toString(): string {
    return "an async function";
  }

  /** Calls back, in a microtask, when the code has returned or thrown. */
  settle(onSettled: () => void): void {
    this.#promise.then((value) => {
      this.#state = "finished";
      this.#value = value;
      onSettled();
    }, (error) => {
      this.#state = "failed";
      this.#value = error;
      onSettled();
    });
  }

  suspend(): void {}

  cancel(): boolean {
    return false;
  }

  take(): T | Failure {
    return this.#state === "failed" ? new Failure(this.#value) : this.#value as T;
  }

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return {
      next: () => {
        if (this.#state === "failed") throw this.#value;
        return this.#state === "pending" ? suspendOn(this) : finishWith(this.#value as T);
      },
    };
  }

  then: PromiseLike<T>["then"] = (onResult, onError) => this.#promise.then(onResult, onError);
}
