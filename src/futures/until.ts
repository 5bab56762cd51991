/**
 * Awaiting a promise of the host.
 *
 * @module
 */

import { enterAsync } from "../engine/current.ts";
import { type Awaitable, type Coroutine, explain, isThenable } from "./awaitable.ts";
import type { EventLoop } from "./event_loop.ts";
import { newCancelledError } from "../errors.ts";
import { Future } from "./future.ts";
import { Operation } from "./operation.ts";
import { requireTask, runningLoop } from "./running.ts";

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
  const { label = typeof source === "function" && source.name || "a promise" } = options;
  if (typeof source !== "function" && !isThenable(source)) {
    throw new TypeError(`until() TAKES A PROMISE, OR A FUNCTION OF A SIGNAL: ${explain(source)}`);
  }
  return new Operation(`until(${label})`, () => wait(source, label));
}

function* wait<T>(
  source: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
  label: string,
): Coroutine<T> {
  const loop = runningLoop();
  const controller = typeof source === "function" ? new AbortController() : undefined;
  const promise = typeof source === "function"
    ? enterAsync(requireTask("until()"), () => source(controller!.signal))
    : source;
  if (!isThenable(promise)) {
    throw new TypeError(`THE FUNCTION GIVEN TO until() MUST RETURN A PROMISE: ${explain(promise)}`);
  }
  const future = new HostFuture<T>(loop, label);
  loop.beginHostOperation();
  promise.then((value) => future.settle(false, value), (error) => future.settle(true, error));
  try {
    return yield* future;
  } catch (error) {
    if (future.cancelled) controller?.abort(newCancelledError(future.cancelMessage));
    throw error;
  } finally {
    future.release();
  }
}

/** Is the future of what the host does. */
class HostFuture<T> extends Future<T> {
  readonly #label: string;
  #isInFlight = true;

  constructor(loop: EventLoop, label: string) {
    super(loop);
    this.#label = label;
  }

  override get label(): string {
    return this.#label;
  }

  /** Takes what the host gives, unless nobody waits any more. */
  settle(failed: boolean, outcome: unknown): void {
    if (!this.done && failed) this.fail(outcome);
    else if (!this.done) this.complete(outcome as T);
    this.release();
  }

  /** Lets virtual time pass again. */
  release(): void {
    if (!this.#isInFlight) return;
    this.#isInFlight = false;
    this.loop.endHostOperation();
  }
}
