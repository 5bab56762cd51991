/**
 * Asserting that something fails.
 *
 * @module
 */

import {
  type Awaitable,
  awaitInline,
  checkString,
  type Coroutine,
  isCancelled,
  isWaitable,
  Operation,
  refusal,
  requireTask,
  show,
  type Waitable,
} from "../lowlevel.ts";
import { CallSite } from "./call_site.ts";

/** A class of errors. */
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
  if (typeof kind !== "function") {
    throw new TypeError(`kind must be a class of errors: ${show(kind)}`);
  }
  checkString("words", words);
  if (!isWaitable(awaitable)) throw refusal("raises(() => f())", awaitable);
  const expected: Expectation<E> = { kind, words, site: new CallSite() };
  return new Operation(`raises(${kind.name})`, () => expectError(awaitable, expected));
}

/** What is to happen, and where that is asked for. */
interface Expectation<E> {
  readonly kind: ErrorClass<E>;
  readonly words: string;
  readonly site: CallSite;
}

/** Awaits what must fail. */
function* expectError<E>(
  awaitable: Waitable<unknown>,
  expected: Expectation<E>,
): Coroutine<E> {
  const task = requireTask("raises()");
  const requests = task.cancelling;
  let result: unknown;
  try {
    result = yield* awaitInline(awaitable);
  } catch (error) {
    if (isCancelled(error) && task.cancelling > requests) throw error;
    return checkError(error, expected);
  }
  const { kind, site } = expected;
  throw site.mark(
    new RaisesError(`Expected ${kind.name}, but nothing was thrown: the result is ${show(result)}`),
  );
}

/** The error of `raises()` when what was expected is not what happened. */
export class RaisesError extends Error {
  /** The name of the class. */
  override readonly name = "RaisesError";
}

/** Returns the error if it is the one expected; else it is the cause of the failure. */
function checkError<E>(error: unknown, { kind, words, site }: Expectation<E>): E {
  if (!(error instanceof kind)) {
    throw site.mark(
      new RaisesError(`Expected ${kind.name}, but caught ${show(error)}`, { cause: error }),
    );
  }
  const { message = "" } = error as { message?: string };
  if (!message.includes(words)) {
    throw site.mark(
      new RaisesError(`Expected ${show(words)} in the message: ${message}`, { cause: error }),
    );
  }
  return error;
}
