/**
 * Running other code as a part of the current task.
 *
 * @module
 */

import { enterAsync } from "../engine/current.ts";
import {
  type Body,
  explain,
  finishWith,
  isAwaitable,
  isGenerator,
  isGeneratorFunction,
  isThenable,
  show,
  type Suspension,
  type Yieldable,
} from "./awaitable.ts";
import type { Waitable } from "./create_task.ts";
import { NativeCall } from "./frame.ts";
import { requireTask } from "./running.ts";

/** Calls the body of a scope in the current task, whichever front end it is written for. */
export function callBody<S, T>(body: Body<S, T>, scope: S): Yieldable<T> {
  const returned = callHere(body, scope);
  if (!isGenerator(returned) && !isAwaitable(returned) && !isThenable(returned)) {
    throw new TypeError(
      `A BODY MUST BE A GENERATOR FUNCTION OR AN ASYNC FUNCTION: ${show(body)} RETURNED ${
        show(returned)
      }`,
    );
  }
  return outcomeOf(returned);
}

/** Calls a function in the current task, which native code in it finds again after its awaits. */
export function callHere<A extends unknown[], R>(callee: (...args: A) => R, ...args: A): R {
  if (isGeneratorFunction(callee)) return callee(...args);
  return enterAsync(requireTask("THIS"), () => callee(...args));
}

/** Waits for what a function returned, if that can be waited for; a plain value is the outcome. */
export function outcomeOf<T>(returned: unknown): Yieldable<T> {
  if (isGenerator(returned) || isAwaitable(returned)) return returned as Yieldable<T>;
  if (isThenable(returned)) return new NativeCall(returned as PromiseLike<T>);
  return new Plain(returned as T);
}

/** Is a value that nobody has to wait for. */
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
  if (!isGenerator(awaitable) && !isAwaitable(awaitable)) {
    throw new TypeError(`EXPECTED AN AWAITABLE OR A COROUTINE: ${explain(awaitable)}`);
  }
  return awaitable as Yieldable<T>;
}

/** Refuses what is no body of a scope. */
export function checkBody(body: unknown): void {
  if (typeof body !== "function") {
    throw new TypeError(`BODY MUST BE A FUNCTION OF THE SCOPE: ${show(body)}`);
  }
}
