/**
 * Bounding how many coroutines run at once.
 *
 * @module
 */

import { type Coroutine, type CoroutineLike, isCoroutine, show } from "./awaitable.ts";
import type { Waitable } from "./create_task.ts";
import { Future } from "./future.ts";
import { awaitInline } from "./inline.ts";
import { runningLoop } from "./running.ts";

/** Lets coroutines begin in the order they came, so many at a time. */
export class Limit {
  #free: number;
  readonly #queue = new Set<Future<void>>();

  /** Lets `limit` run at once. */
  constructor(limit: number) {
    checkLimit(limit);
    this.#free = limit;
  }

  /** Makes a coroutine that begins when there is room. */
  bound<T>(coroutine: CoroutineLike<T>): () => Coroutine<T> {
    return () => this.#run(coroutine);
  }

  *#run<T>(coroutine: CoroutineLike<T>): Coroutine<T> {
    if (this.#free > 0) this.#free--;
    else yield* this.#turn();
    let result: T;
    try {
      result = yield* awaitInline(coroutine);
    } catch (error) {
      runningLoop().callSoon(() => this.#leave()); // Who sees the error may first cancel the others.
      throw error;
    }
    this.#leave();
    return result;
  }

  *#turn(): Coroutine<void> {
    const turn = runningLoop().createFuture<void>();
    this.#queue.add(turn);
    try {
      yield* turn;
    } catch (error) {
      this.#queue.delete(turn);
      if (!turn.cancelled) this.#leave(); // Its turn had come: pass it on.
      throw error;
    }
  }

  #leave(): void {
    for (const turn of this.#queue) {
      this.#queue.delete(turn);
      if (turn.done) continue;
      return turn.setResult();
    }
    this.#free++;
  }
}

/** Bounds coroutines; futures run already, and pass. */
export function boundBy<T>(limit: number | undefined): (one: Waitable<T>) => Waitable<T> {
  if (limit === undefined) return (one) => one;
  const gate = new Limit(limit);
  return (one) => {
    if (one instanceof Future) return one;
    return gate.bound(isCoroutine(one) ? one as CoroutineLike<T> : () => one);
  };
}

/** Refuses what is no limit. */
export function checkLimit(limit: unknown): void {
  checkCount("limit", limit, 1);
}

/** Refuses what is neither a whole number of `least` or more, nor Infinity. */
export function checkCount(name: string, count: unknown, least: number): void {
  if (typeof count !== "number") throw new TypeError(`${name} MUST BE A NUMBER: ${show(count)}`);
  if (!(count >= least) || !(Number.isInteger(count) || count === Infinity)) {
    throw new RangeError(`${name} MUST BE A WHOLE NUMBER OF ${least} OR MORE: ${count}`);
  }
}
