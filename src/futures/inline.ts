/**
 * Running other code as a part of the current task.
 *
 * @module
 */

import { enterAsync } from "../engine/current.ts";
import {
  type Body,
  type Coroutine,
  explain,
  isAwaitable,
  isGenerator,
  isGeneratorFunction,
  isThenable,
  show,
} from "./awaitable.ts";
import type { Waitable } from "./create_task.ts";
import { NativeCall } from "./frame.ts";
import { requireTask } from "./running.ts";

/** Runs the body of a scope in the current task, whichever front end it is written for. */
export function* callBody<S, T>(body: Body<S, T>, scope: S): Coroutine<T> {
  const result = callHere(body, scope);
  if (!isGenerator(result) && !isAwaitable(result) && !isThenable(result)) {
    throw new TypeError(
      `A BODY MUST BE A GENERATOR FUNCTION OR AN ASYNC FUNCTION: ${show(body)} RETURNED ${
        show(result)
      }`,
    );
  }
  return yield* awaitResult<T>(result);
}

/** Calls a function in the current task, which native code in it finds again after its awaits. */
export function callHere<A extends unknown[], R>(callee: (...args: A) => R, ...args: A): R {
  if (isGeneratorFunction(callee)) return callee(...args);
  return enterAsync(requireTask("THIS"), () => callee(...args));
}

/** Awaits what a function returned, if it can be awaited; a plain value is given as it is. */
export function* awaitResult<T>(result: unknown): Coroutine<T> {
  if (isGenerator(result) || isAwaitable(result)) return yield* result as Coroutine<T>;
  if (isThenable(result)) return yield* new NativeCall(result as PromiseLike<T>);
  return result as T;
}

/** Awaits anything that can be awaited; a coroutine runs in the current task. */
export function* awaitInline<T>(awaitable: Waitable<T>): Coroutine<T> {
  if (typeof awaitable === "function") return yield* callBody(awaitable, undefined);
  if (!isGenerator(awaitable) && !isAwaitable(awaitable)) {
    throw new TypeError(`EXPECTED AN AWAITABLE OR A COROUTINE: ${explain(awaitable)}`);
  }
  return yield* awaitable as Coroutine<T>;
}

/** Refuses what is no body of a scope. */
export function checkBody(body: unknown): void {
  if (typeof body !== "function") {
    throw new TypeError(`BODY MUST BE A FUNCTION OF THE SCOPE: ${show(body)}`);
  }
}
