/**
 * Asserting that something fails.
 *
 * @module
 */

import {
  type Awaitable,
  awaitInline,
  type Coroutine,
  explain,
  isAwaitable,
  isCancelled,
  isCoroutine,
  isThenable,
  Operation,
  requireTask,
  show,
  type Waitable,
} from "../lowlevel.ts";

/** Is a class of errors. */
export type ErrorClass<E> = abstract new (...parts: never[]) => E;

/**
 * Awaits what must fail, and returns the error: `assertRejects` for both front ends.
 *
 * It fails if nothing is thrown, if the error is of another class, or if its message does not hold
 * the words.
 *
 * **Cancel safety.** A request to cancel the task itself is passed on, even where a `CancelledError`
 * is expected.
 *
 * ```ts
 * import { sleep, timeout, TimeoutError } from "@weft/weft";
 * import { raises, runTest } from "@weft/weft/testing.ts";
 *
 * await runTest(function* () {
 *   const error = yield* raises(timeout(5, () => sleep(10)), TimeoutError);
 *   console.assert(error instanceof TimeoutError);
 * });
 * ```
 */
export function raises<E = Error>(
  awaitable: Waitable<unknown>,
  kind: ErrorClass<E> = Error as unknown as ErrorClass<E>,
  words = "",
): Awaitable<E> {
  if (typeof kind !== "function") throw new TypeError(`NOT A CLASS OF ERRORS: ${show(kind)}`);
  if (typeof words !== "string") throw new TypeError(`WORDS MUST BE A STRING: ${show(words)}`);
  checkAwaitable(awaitable);
  return new Operation(`raises(${kind.name})`, () => expectError(awaitable, kind, words));
}

/** Refuses what cannot be awaited; should that be a promise, nobody will look at its rejection. */
function checkAwaitable(awaitable: unknown): void {
  if (isCoroutine(awaitable) || isAwaitable(awaitable)) return;
  if (isThenable(awaitable)) awaitable.then(undefined, () => {});
  throw new TypeError(`EXPECTED AN AWAITABLE OR A COROUTINE: ${explain(awaitable)}`);
}

/** Awaits what must fail. */
function* expectError<E>(
  awaitable: Waitable<unknown>,
  kind: ErrorClass<E>,
  words: string,
): Coroutine<E> {
  const task = requireTask("raises()");
  const requests = task.cancelling;
  let result: unknown;
  try {
    result = yield* awaitInline(awaitable);
  } catch (error) {
    if (isCancelled(error) && task.cancelling > requests) throw error;
    return checkError(error, kind, words);
  }
  throw new RaisesError(
    `${kind.name} WAS EXPECTED, NOTHING WAS THROWN, THE RESULT IS: ${show(result)}`,
  );
}

/** Is thrown by `raises()` when what was expected is not what happened. */
export class RaisesError extends Error {
  /** Names the class. */
  override readonly name = "RaisesError";
}

/** Returns the error if it is the one expected; else it is the cause of the failure. */
function checkError<E>(error: unknown, kind: ErrorClass<E>, words: string): E {
  if (!(error instanceof kind)) {
    throw new RaisesError(`${kind.name} WAS EXPECTED: ${show(error)}`, { cause: error });
  }
  const { message = "" } = error as { message?: string };
  if (!message.includes(words)) {
    throw new RaisesError(`${show(words)} WAS EXPECTED IN: ${message}`, { cause: error });
  }
  return error;
}
