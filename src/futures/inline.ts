/**
 * Running other code as a part of the current task.
 *
 * @module
 */

import {
  type Body,
  finishWith,
  isAwaitable,
  isGenerator,
  isThenable,
  show,
  type Suspension,
  type Yieldable,
} from "./awaitable.ts";
import type { Waitable } from "./create_task.ts";
import { NativeCall } from "./native_call.ts";
import { ignoreFailure, refusal } from "./refusal.ts";

/** Calls the body of a scope in the current task, whichever front end it is written for. */
export function callBody<S, T>(body: Body<S, T>, scope: S): Yieldable<T> {
  const returned = body(scope);
  if (!isGenerator(returned) && !isAwaitable(returned) && !isThenable(returned)) {
    throw new TypeError(
      `A body must be a generator function or an async function: ${show(body)} returned ${
        show(returned)
      }`,
    );
  }
  return outcomeOf(returned);
}

/** Waits for what a function returned, if that can be waited for; a plain value is the outcome. */
export function outcomeOf<T>(returned: unknown): Yieldable<T> {
  if (isGenerator(returned) || isAwaitable(returned)) return returned as Yieldable<T>;
  if (isThenable(returned)) return new NativeCall(returned as PromiseLike<T>);
  return new Plain(returned as T);
}

/** A value that nobody has to wait for. */
class Plain<T> implements Yieldable<T>, Iterator<Suspension, T, unknown> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return this;
  }

  next(): IteratorResult<Suspension, T> {
    return finishWith(this.#value);
  }
}

/** Awaits anything that can be awaited; a coroutine runs in the current task. */
export function awaitInline<T>(awaitable: Waitable<T>): Yieldable<T> {
  if (typeof awaitable === "function") return callBody(awaitable, undefined);
  if (!isGenerator(awaitable) && !isAwaitable(awaitable)) throw refusal("() => f()", awaitable);
  return awaitable as Yieldable<T>;
}

/** Refuses what is no body of a scope. */
export function checkBody(body: unknown): void {
  if (typeof body === "function") return;
  ignoreFailure(body);
  const what = body instanceof Promise ? "a promise, its code runs already" : show(body);
  throw new TypeError(`The body of a scope cannot be ${what}: give the function: () => f()`);
}
