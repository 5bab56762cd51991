/**
 * Taking results as they come.
 *
 * @module
 */

import type { TimerHandle } from "../engine/handle.ts";
import { checkNumber, checkOptions } from "../check.ts";
import { TimeoutError } from "../errors.ts";
import type { Coroutine } from "./awaitable.ts";
import { ensureFuture, type Waitable } from "./create_task.ts";
import type { Future } from "./future.ts";
import type { ResultOf } from "./gather.ts";
import { boundBy } from "./limit.ts";
import { Operation } from "./operation.ts";
import { checkIsList, checkWaitables } from "./refusal.ts";
import { currentPriority, runningLoop } from "./running.ts";
import { asStep, type IterationStep, type LibraryIterator } from "./step_iterator.ts";
import { WaitQueue } from "./wait_queue.ts";

/** Options of `asCompleted()`. */
export interface AsCompletedOptions {
  /** The most that the whole may take, in ms; the work goes on. */
  timeout?: number | undefined;
  /** The most coroutines that run at once; all of them unless given. */
  limit?: number | undefined;
}

/**
 * Starts awaitables, and gives their futures in the order in which they are done.
 *
 * Futures and tasks come out as they were given. When the timeout has passed, the next step throws
 * a {@linkcode TimeoutError}.
 *
 * **Cancel safety.** Leaving the loop cancels none of the work, and leaves neither timer nor callback
 * behind. Cancelling a step of it cancels none of the work either; the step is lost, as in asyncio.
 *
 * ```ts
 * import { asCompleted, run, sleep } from "@weft/weft";
 *
 * await run(async () => {
 *   const results: number[] = [];
 *   for await (const done of asCompleted([sleep(50, 50), sleep(1, 1)])) results.push(await done);
 *   console.assert(results.join() === "1,50");
 * });
 * ```
 */
export function asCompleted<W>(
  awaitables: Iterable<W & Waitable<unknown>>,
  options?: AsCompletedOptions,
): LibraryIterator<Future<unknown extends W ? unknown : ResultOf<W>>>;
/** Starts awaitables of the type that is given. */
export function asCompleted<T>(
  awaitables: Iterable<Waitable<T>>,
  options?: AsCompletedOptions,
): LibraryIterator<Future<T>>;
export function asCompleted(
  awaitables: Iterable<Waitable<unknown>>,
  options: AsCompletedOptions = {},
): LibraryIterator<Future<unknown>> {
  checkIsList("asCompleted([() => f()])", [awaitables, options]);
  checkOptions("asCompleted()", options, ["timeout", "limit"]);
  const { timeout, limit } = options;
  if (timeout !== undefined) checkNumber("timeout", timeout);
  const given = [...awaitables];
  checkWaitables("asCompleted([() => f()])", given);
  const seen = new Set<Waitable<unknown>>();
  const bound = boundBy(limit);
  const all: Waitable<unknown>[] = [];
  for (const one of given) {
    if (seen.has(one)) continue;
    if (typeof one !== "function") seen.add(one); // A function is called for each time it is given.
    all.push(bound(one));
  }
  return new Completions(all, timeout);
}

/** The end of an iteration. */
const END: IteratorResult<never, undefined> = { done: true, value: undefined };

/** Futures that come one after the other. */
class Completions implements LibraryIterator<Future<unknown>> {
  /** The futures that are not done, as far as is known. */
  readonly #todo: Set<Future<unknown>>;
  /** What the next steps give: futures in the order in which they were done, or timeouts. */
  readonly #done: (Future<unknown> | undefined)[] = [];
  readonly #line = new WaitQueue("asCompleted()");
  /** How many steps are left before the end. */
  #left: number;
  #timer: TimerHandle | undefined;

  constructor(awaitables: Waitable<unknown>[], timeout: number | undefined) {
    const loop = runningLoop();
    this.#todo = new Set(awaitables.map((one) => ensureFuture(one, loop)));
    this.#left = this.#todo.size;
    const priority = currentPriority();
    for (const future of this.#todo) future.addDoneCallback(this.#onDone, { priority });
    if (this.#todo.size === 0 || timeout === undefined) return;
    this.#timer = loop.callAtIn(priority, loop.time() + timeout, () => this.#onTimeout(), []);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): IterationStep<Future<unknown>> {
    return asStep(new Operation("asCompleted()", () => this.#next()));
  }

  return(): IterationStep<Future<unknown>> {
    this.#rest();
    this.#todo.clear();
    this.#done.length = this.#left = 0;
    while (this.#line.releaseNext());
    return asStep(new Operation("asCompleted()", end));
  }

  *#next(): Coroutine<IteratorResult<Future<unknown>, undefined>> {
    if (this.#left === 0) return END;
    this.#left--;
    while (this.#done.length === 0) {
      yield* this.#line.wait("the next of asCompleted()", () => this.#passOn());
      if (this.#todo.size === 0 && this.#done.length === 0) return END; // It was left meanwhile.
    }
    const future = this.#done.shift();
    if (future === undefined) throw new TimeoutError("Timed out before all were done");
    return { done: false, value: future };
  }

  /** Wakes another in place of one that was cancelled when it had been woken. */
  #passOn(): void {
    if (this.#done.length > 0) this.#line.releaseNext();
  }

  /** Leaves neither callback nor timer behind. */
  #rest(): void {
    for (const future of this.#todo) future.removeDoneCallback(this.#onDone);
    this.#timer?.cancel();
  }

  #give(future: Future<unknown> | undefined): void {
    this.#done.push(future);
    this.#line.releaseNext();
  }

  readonly #onDone = (future: Future<unknown>): void => {
    if (!this.#todo.delete(future)) return;
    this.#give(future);
    if (this.#todo.size === 0) this.#timer?.cancel();
  };

  #onTimeout(): void {
    const late = this.#todo.size;
    this.#rest();
    this.#todo.clear();
    for (let n = 0; n < late; n++) this.#give(undefined);
  }
}

// deno-lint-ignore require-yield -- there is nothing to wait for
function* end(): Coroutine<IteratorResult<never, undefined>> {
  return END;
}
