/**
 * How native async code awaits what the library gives it.
 *
 * @module
 */

import { active, adopt, currentExecution } from "../engine/current.ts";
import { RuntimeError } from "../errors.ts";
import { awaitAside, notForHands } from "./aside.ts";
import type { Awaitable, Coroutine, Suspension } from "./awaitable.ts";
import type { Task } from "./task.ts";

/** Settles a promise of native code. */
export type Settle = (outcome: unknown) => void;

/** Is what only a task can await: it has no result of its own until then. */
export abstract class LazyAwaitable<T> implements Awaitable<T> {
  /** Waits for it in a generator coroutine: `yield* it`. */
  abstract [Symbol.iterator](): Iterator<Suspension, T, unknown>;

  /** Waits for it in the native code of a task. */
  protected abstract awaitIn(task: Task<unknown>, resolve: Settle, reject: Settle): void;

  /** Describes it for dumps and errors. */
  abstract toString(): string;

  /** Waits for it in native async code: `await it`. */
  get then(): PromiseLike<T>["then"] {
    adopt();
    return this.#then;
  }

  #then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    const task = awaitingTask();
    if (task === undefined) return this.#refuse().then(onResult, onError);
    const isByHand = active.loop !== undefined || typeof onError !== "function";
    if (isByHand) return this.#toPromise(task).then(onResult, onError);
    this.awaitIn(task, onResult as Settle, onError);
    return notForHands;
  }

  #refuse(): Promise<T> {
    return Promise.reject(
      new RuntimeError(
        `AWAITED OUTSIDE OF A TASK: ${this}. START A TASK WITH run() OR createTask(), ` +
          "AND AWAIT IT DIRECTLY THERE",
      ),
    );
  }

  /** Makes a promise, for code that calls `then()` by hand. */
  #toPromise(task: Task<unknown>): Promise<T> {
    return new Promise((resolve, reject) => {
      awaitAside(task, awaitOnce(this), resolve as Settle, reject);
    });
  }
}

function* awaitOnce<T>(awaitable: LazyAwaitable<T>): Coroutine<T> {
  return yield* awaitable;
}

/** Finds the task whose code is running. */
function awaitingTask(): Task<unknown> | undefined {
  const execution = currentExecution();
  return execution?.isTask ? execution as Task<unknown> : undefined;
}
