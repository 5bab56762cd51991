/**
 * Iterating over what takes time, in a generator coroutine.
 *
 * @module
 */

import {
  type Awaitable,
  type Body,
  callBody,
  checkBody,
  type Coroutine,
  enterAsync,
  isAwaitable,
  NativeCall,
  Operation,
  requireTask,
  show,
} from "../lowlevel.ts";

/**
 * Runs a body for each item of an async iterable or iterable, one after the other.
 *
 * An error of the body ends the loop, and closes what is iterated over.
 *
 * ```ts
 * import { asCompleted, each, run, sleep } from "@weft/weft";
 *
 * await run(function* () {
 *   yield* each(asCompleted([sleep(2, "b"), sleep(1, "a")]), function* (done) {
 *     console.assert(["a", "b"].includes(done.result()));
 *   });
 * });
 * ```
 */
export function each<T>(
  items: AsyncIterable<T> | Iterable<T>,
  body: Body<T, unknown>,
): Awaitable<void> {
  checkBody(body);
  const isAsync = Symbol.asyncIterator in Object(items);
  if (!isAsync && !(Symbol.iterator in Object(items))) {
    throw new TypeError(`each() TAKES AN ITERABLE OR AN ASYNC ITERABLE: ${show(items)}`);
  }
  return new Operation("each()", () => iterate(items, body));
}

function* iterate<T>(
  items: AsyncIterable<T> | Iterable<T>,
  body: Body<T, unknown>,
): Coroutine<void> {
  const iterator = Symbol.asyncIterator in items
    ? items[Symbol.asyncIterator]()
    : items[Symbol.iterator]();
  // Native async generators must find the task again after each of their own awaits.
  const isNative = Object.prototype.toString.call(iterator) === "[object AsyncGenerator]";
  const next = isNative
    ? () => enterAsync(requireTask("each()"), () => iterator.next())
    : () => iterator.next();
  for (;;) {
    const { done, value } = yield* awaitStep(next());
    if (done) return;
    try {
      yield* callBody(body, value);
    } catch (error) {
      if (iterator.return) yield* awaitStep(iterator.return());
      throw error;
    }
  }
}

/** Awaits a step of an iterator: the library's, the host's, or one that needs no wait. */
export function* awaitStep<R>(step: R | PromiseLike<R>): Coroutine<R> {
  if (isAwaitable(step)) return yield* step as Awaitable<R>;
  if (step instanceof Promise) return yield* new NativeCall<R>(step);
  return step as R;
}
