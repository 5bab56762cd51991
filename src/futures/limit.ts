/**
 * Bounding how many coroutines run at once.
 *
 * @module
 */

import { checkLimit } from "../check.ts";
import { type Coroutine, type CoroutineLike, isCoroutine } from "./awaitable.ts";
import type { Waitable } from "./create_task.ts";
import { handOver } from "./forgotten.ts";
import { InnerFuture } from "./future.ts";
import { awaitInline } from "./inline.ts";
import { runningLoop } from "./running.ts";
import { WaitQueue } from "./wait_queue.ts";

/** A gate in which coroutines begin in the order they came, so many at a time. */
export class Limit {
  #free: number;
  readonly #line = new WaitQueue("a limit");

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
    else yield* this.#line.wait("its turn within a limit", () => this.#leave());
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

  #leave(): void {
    if (!this.#line.wakeNext()) this.#free++;
  }
}

/** Bounds coroutines; futures run already, and pass. */
export function boundBy<T>(limit: number | undefined): (one: Waitable<T>) => Waitable<T> {
  if (limit === undefined) return (one) => one;
  const gate = new Limit(limit);
  return (one) => {
    if (one instanceof InnerFuture) return one;
    handOver(one);
    return gate.bound(isCoroutine(one) ? one as CoroutineLike<T> : () => one);
  };
}
