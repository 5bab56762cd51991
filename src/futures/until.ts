/**
 * Awaiting a promise of the host.
 *
 * @module
 */

import { checkOptions } from "../check.ts";
import { type Awaitable, type Coroutine, explain, isAwaitable } from "./awaitable.ts";
import { isCancelled, newCancelledError } from "../errors.ts";
import { HostWait } from "./host_wait.ts";
import { Operation } from "./operation.ts";
import { loopOf, requireFlow } from "./running.ts";

/** Options of `until()`. */
export interface UntilOptions {
  /** What dumps call what is waited for. */
  label?: string | undefined;
}

/**
 * Awaits a promise of the host, so that cancelling the task ends the wait at once.
 *
 * Given a function, it calls it when awaited, with an `AbortSignal` that is aborted when the wait is
 * cancelled: pass it on to what makes the promise. Virtual time does not pass while it waits.
 *
 * A thenable that begins when its `then()` is called, as the queries of a query builder, begins when
 * it is awaited, and once.
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
  let then: Then | undefined;
  if (typeof source !== "function") {
    then = isAwaitable(source) ? undefined : findThen(source);
    if (then === undefined) {
      throw new TypeError(`until() takes a promise, or a function of a signal: ${explain(source)}`);
    }
    // The failure of a promise is swallowed even if nobody comes to wait.
    if (then === Promise.prototype.then) then.call(source, undefined, () => {});
  }
  return new Operation(`until(${label})`, () => wait(source, then, label));
}

function* wait<T>(
  source: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
  given: Then | undefined,
  label: string,
): Coroutine<T> {
  const flow = requireFlow("until()");
  const loop = loopOf(flow);
  const hostWait = new HostWait<T>(loop, label, flow);
  let controller: AbortController | undefined;
  try {
    let promise = source as PromiseLike<T>;
    if (typeof source === "function") {
      const { signal } = controller = new AbortController();
      promise = source(signal);
    }
    const then = given ?? findThen(promise);
    if (then === undefined) {
      throw new TypeError(
        `The function given to until() must return a promise: ${explain(promise)}`,
      );
    }
    settle(hostWait, promise, then);
    loop.noteMicrotasks();
    return yield* hostWait.future;
  } catch (error) {
    if (isCancelled(error)) controller?.abort(newCancelledError(error.message || undefined));
    throw error;
  } finally {
    hostWait.release();
  }
}

type Then = PromiseLike<unknown>["then"];

/** Reads the `then` of a promise or a thenable, once: with some, to read it is to begin. */
function findThen(value: unknown): Then | undefined {
  if (typeof value !== "object" && typeof value !== "function" || value === null) return undefined;
  const { then } = value as Partial<PromiseLike<unknown>>;
  return typeof then === "function" ? then : undefined;
}

/** Settles a wait with what a promise gives; calls its `then` once, as `await` does. */
function settle(hostWait: HostWait<unknown>, promise: PromiseLike<unknown>, then: Then): void {
  const isPlain = then === Promise.prototype.then;
  // A thenable may call back twice, throw, or give another thenable: a promise sees to that.
  const plain = isPlain ? promise : new Promise((...settlers) => then.call(promise, ...settlers));
  plain.then((value) => hostWait.settle(false, value), (error) => hostWait.settle(true, error));
}
