/**
 * Waiting for several results at once.
 *
 * @module
 */

import { checkBoolean, checkOptions } from "../check.ts";
import type { Awaitable } from "./awaitable.ts";
import { ensureFuture, type Waitable } from "./create_task.ts";
import type { EventLoop } from "./event_loop.ts";
import { newCancelledError } from "../errors.ts";
import type { Future, InnerFuture } from "./future.ts";
import { LabeledFuture, type Purpose } from "./labeled_future.ts";
import { boundBy } from "./limit.ts";
import { checkIsList, checkWaitables } from "./refusal.ts";
import { currentPriority, runningLoop } from "./running.ts";

/** Options of `gather()`. */
export interface GatherOptions {
  /** Whether errors go into the list of results, instead of the first failing the whole. */
  returnExceptions?: boolean | undefined;
  /** The most coroutines that run at once; all of them unless given. */
  limit?: number | undefined;
}

/** The result of awaiting a `W`. */
export type ResultOf<W> = W extends Awaitable<infer T> ? T
  : W extends Generator<infer _, infer T, infer _> ? T
  : W extends () => infer R ? R extends Generator<infer _, infer T, infer _> ? T : Awaited<R>
  : never;

/** The results of several, in the same order. */
export type ResultsOf<W extends readonly unknown[]> = { -readonly [K in keyof W]: ResultOf<W[K]> };

/**
 * Runs several awaitables at once and returns their results in the order they were given.
 *
 * The first failure is thrown at once, and the others go on; with `returnExceptions`, failures are
 * listed in place of results. Cancelling it cancels all that are not done. The same awaitable given
 * twice runs once; a function is called for each time it is given.
 *
 * **Gotchas.** Where a failure should stop the others, use `taskGroup()`.
 *
 * ```ts
 * import { gather, run, sleep } from "@weft/weft";
 *
 * const [one, two] = await run(() => gather([sleep(2, 1), sleep(1, "two")]));
 * console.assert(one === 1 && two === "two");
 * ```
 */
export function gather<const W extends readonly Waitable<unknown>[]>(
  awaitables: W,
  options?: GatherOptions & { returnExceptions?: false | undefined },
): Future<ResultsOf<W>>;
/** Runs several awaitables at once; with `returnExceptions`, failures are among the results. */
export function gather<const W extends readonly Waitable<unknown>[]>(
  awaitables: W,
  options: GatherOptions,
): Future<{ -readonly [K in keyof W]: ResultOf<W[K]> | Error }>;
/** Runs the awaitables of any iterable at once. */
export function gather<T>(
  awaitables: Iterable<Waitable<T>>,
  options?: GatherOptions,
): Future<T[]>;
export function gather(
  awaitables: Iterable<Waitable<unknown>>,
  options: GatherOptions = {},
  ...rest: unknown[]
): Future<unknown> {
  checkIsList("gather([() => f()])", [awaitables, options, ...rest]);
  checkOptions("gather()", options, ["returnExceptions", "limit"]);
  const { returnExceptions = false, limit } = options;
  checkBoolean("returnExceptions", returnExceptions);
  const all = [...awaitables];
  checkWaitables("gather([() => f()])", all);
  /** Each future once, by what it was made of; a function is called each time it is given. */
  const futures = new Map<unknown, InnerFuture<unknown>>();
  const children: InnerFuture<unknown>[] = [];
  const bound = boundBy(limit);
  let loop: EventLoop | undefined;
  for (const awaitable of all) {
    let future = futures.get(awaitable);
    if (future === undefined) {
      future = ensureFuture(bound(awaitable), loop) as InnerFuture<unknown>;
      loop ??= future.loop;
      futures.set(typeof awaitable === "function" ? future : awaitable, future);
    }
    children.push(future);
  }
  const gathering = new Gathering(loop ?? runningLoop(), children, returnExceptions);
  return gathering.listen(futures.values());
}

/** What makes a list of the results of futures. */
class Gathering implements Purpose {
  /** The future of the list. */
  readonly #future: LabeledFuture<unknown[]>;
  readonly #children: InnerFuture<unknown>[];
  readonly #returnExceptions: boolean;
  #unfinished = 0;
  #cancelRequested = false;

  constructor(loop: EventLoop, children: InnerFuture<unknown>[], returnExceptions: boolean) {
    this.#future = new LabeledFuture(loop, this);
    this.#children = children;
    this.#returnExceptions = returnExceptions;
  }

  get label(): string {
    return `gather of ${this.#children.length}`;
  }

  /** Waits for each child once, those done already count at once; gives the future of the list. */
  listen(futures: Iterable<InnerFuture<unknown>>): Future<unknown[]> {
    const options = { priority: currentPriority() };
    const all = [...futures];
    const done = all.filter((future) => future.done);
    this.#unfinished = all.length;
    if (all.length === 0) this.#future.succeed([]);
    for (const future of all) {
      if (!future.done) future.addDoneCallback(() => this.#childDone(future), options);
    }
    for (const future of done) this.#childDone(future);
    return this.#future;
  }

  /** Cancels every child that is not done; the result follows when all of them are. */
  cancel(message?: string): boolean {
    let accepted = false;
    for (const child of this.#children) {
      if (child.cancel(message)) accepted = true;
    }
    this.#cancelRequested ||= accepted;
    return accepted;
  }

  #childDone(child: InnerFuture<unknown>): void {
    this.#unfinished--;
    const future = this.#future;
    if (future.done) {
      if (!child.cancelled) child.exception(); // Nobody else will look at it.
      return;
    }
    if (!this.#returnExceptions) {
      if (child.cancelled) return future.break(child.takeCancellation());
      const error = failureOf(child);
      if (error !== undefined) return future.break(error.error);
    }
    if (this.#unfinished > 0) return;
    const results = this.#children.map(resultOrError);
    if (this.#cancelRequested) future.break(this.#children.at(-1)!.takeCancellation());
    else future.succeed(results);
  }
}

/** Finds what a future that is done failed with. */
export function failureOf(future: Future<unknown>): { error: unknown } | undefined {
  try {
    future.result();
    return undefined;
  } catch (error) {
    return { error };
  }
}

function resultOrError(future: InnerFuture<unknown>): unknown {
  if (future.cancelled) return newCancelledError(future.cancelMessage);
  try {
    return future.result();
  } catch (error) {
    return error;
  }
}
