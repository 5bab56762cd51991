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
  isAwaitable,
  NativeCall,
  Operation,
} from "../lowlevel.ts";

/**
 * Runs a body for each item of an async iterable or iterable, one after the other.
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
  return new Operation("each()", function* () {
    const iterator = Symbol.asyncIterator in items
      ? items[Symbol.asyncIterator]()
      : items[Symbol.iterator]();
    for (;;) {
      const step = iterator.next();
      const result = isAwaitable(step)
        ? yield* step as unknown as Awaitable<IteratorResult<T>>
        : step instanceof Promise
        ? yield* new NativeCall(step)
        : step as IteratorResult<T>;
      if (result.done) return;
      yield* callBody(body, result.value);
    }
  });
}
