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
  interruptNextWait,
  isAwaitable,
  isCancelled,
  isThenable,
  NativeCall,
  Operation,
  requireFlow,
  runningLoop,
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
    throw new TypeError(`each() takes an iterable or an async iterable: ${show(items)}`);
  }
  return new Operation("each()", () => iterate(items, body));
}

function* iterate<T>(
  items: AsyncIterable<T> | Iterable<T>,
  body: Body<T, unknown>,
): Coroutine<void> {
  const iteration = new Iteration(items);
  let isBetween = true; // As opposed to in the body.
  try {
    for (;;) {
      const { done, value } = yield* iteration.next();
      if (done) return;
      isBetween = false;
      yield* callBody(body, value);
      isBetween = true;
    }
  } catch (error) {
    if (!isBetween) yield* iteration.abandon();
    isBetween = true;
    throw error;
  } finally {
    if (!isBetween) yield* iteration.return(); // It was closed by whoever iterates over it.
  }
}

/** An iterator of any kind that is stepped: the library's, the host's, or one that needs no wait. */
export class Iteration<T> {
  readonly #iterator: AsyncIterator<T> | Iterator<T>;

  /** Begins to iterate. */
  constructor(items: AsyncIterable<T> | Iterable<T>) {
    this.#iterator = Symbol.asyncIterator in Object(items)
      ? (items as AsyncIterable<T>)[Symbol.asyncIterator]()
      : (items as Iterable<T>)[Symbol.iterator]();
  }

  /** Goes on to the next item. */
  *next(): Coroutine<IteratorResult<T>> {
    const step: unknown = yield* this.#step(() => this.#iterator.next());
    if (typeof step === "object" && step !== null) return step as IteratorResult<T>;
    throw new TypeError(`The next() of an iterator must give an object: ${show(step)}`);
  }

  /** Ends it early. */
  *return(): Coroutine<void> {
    if (this.#iterator.return) yield* this.#step(() => this.#iterator.return!());
  }

  /** Ends it early because of an error: that is what counts, so one of the end is only reported. */
  *abandon(): Coroutine<void> {
    try {
      yield* this.return();
    } catch (exception) {
      if (isCancelled(exception)) return interruptNextWait(requireFlow("an iteration"), undefined);
      const message = "an iterator failed when it was closed because of another error";
      runningLoop().callExceptionHandler({ message, exception });
    }
  }

  /** Takes a step. */
  *#step<R>(take: () => R | PromiseLike<R>): Coroutine<R> {
    const step = take();
    if (isAwaitable(step)) return yield* step as Awaitable<R>;
    if (isThenable(step)) return yield* new NativeCall<R>(step as PromiseLike<R>);
    return step as R;
  }
}
