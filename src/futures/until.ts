/**
 * Awaiting a promise of the host.
 *
 * @module
 */

import { active, enterAsync } from "../engine/current.ts";
import { type Awaitable, type Coroutine, explain, isAwaitable, isThenable } from "./awaitable.ts";
import { checkOptions } from "./check_options.ts";
import { isCancelled, newCancelledError } from "../errors.ts";
import { enterSource } from "./dependence.ts";
import { HostWait } from "./host_wait.ts";
import { Operation } from "./operation.ts";
import { requireTask } from "./running.ts";

/** Configures `until()`. */
export interface UntilOptions {
  /** Says in dumps what is waited for. */
  label?: string | undefined;
}

/**
 * Awaits a promise of the host, so that cancelling the task ends the wait at once.
 *
 * Given a function, it calls it when awaited, with an `AbortSignal` that is aborted when the wait is
 * cancelled: pass it on to what makes the promise. Virtual time does not pass while it waits.
 *
 * A native async function that awaits the library itself must be given as a function, not called:
 * `until(() => work())`. Only then is it sure to be known as a part of the task.
 *
 * **Cancel safety.** What the promise gives after the wait was cancelled is dropped, and so is its
 * failure.
 *
 * ```ts
 * import { run, until } from "@weft/weft";
 *
 * const text = await run(function* () {
 *   const response = yield* until((signal) => fetch("data:,hello", { signal }));
 *   return yield* until(response.text());
 * });
 * console.assert(text === "hello");
 * ```
 */
export function until<T>(
  source: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
  options: UntilOptions = {},
): Awaitable<T> {
  checkOptions("until()", options, ["label"]);
  const { label = typeof source === "function" && source.name || "a promise" } = options;
  if (typeof source !== "function") {
    if (!isThenable(source) || isAwaitable(source)) {
      throw new TypeError(`until() TAKES A PROMISE, OR A FUNCTION OF A SIGNAL: ${explain(source)}`);
    }
    source.then(undefined, () => {}); // Its failure is swallowed even if nobody comes to wait.
  }
  // Awaited by a generator, `active.loop` is set: its task has no native code but what it called.
  return new Operation(`until(${label})`, () => wait(source, label, active.loop !== undefined));
}

function* wait<T>(
  source: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
  label: string,
  isGenerator: boolean,
): Coroutine<T> {
  const task = requireTask("until()");
  const future = new HostWait<T>(task.loop, label, isGenerator);
  let controller: AbortController | undefined;
  try {
    let promise = source as PromiseLike<T>;
    if (typeof source === "function") {
      const { signal } = controller = new AbortController();
      promise = enterAsync(task, () => enterSource(future, () => source(signal)));
    }
    if (!isThenable(promise)) {
      throw new TypeError(
        `THE FUNCTION GIVEN TO until() MUST RETURN A PROMISE: ${explain(promise)}`,
      );
    }
    promise.then((value) => future.settle(false, value), (error) => future.settle(true, error));
    task.loop.noteMicrotasks();
    return yield* future;
  } catch (error) {
    if (isCancelled(error)) controller?.abort(newCancelledError(error.message || undefined));
    throw error;
  } finally {
    future.release();
  }
}
