/**
 * The failures that nobody has looked at.
 *
 * @module
 */

import type { InnerFuture } from "./future.ts";
import type { Scheduler } from "./scheduler.ts";
import { InnerTask } from "./task.ts";

/** The most that are remembered: of more, the oldest is reported early. */
const MOST_REMEMBERED = 1000;

/** The failed futures of a loop, until somebody looks at them. */
export class Unretrieved {
  readonly #loop: Scheduler;
  readonly #futures = new Set<InnerFuture<unknown>>();

  /** Makes one that remembers nothing. */
  constructor(loop: Scheduler) {
    this.#loop = loop;
  }

  /** Remembers a future that has failed. */
  add(future: InnerFuture<unknown>): void {
    this.#futures.add(future);
    if (this.#futures.size <= MOST_REMEMBERED) return;
    for (const oldest of this.#futures) return this.#report(oldest);
  }

  /** Forgets a future: somebody has looked at it. */
  delete(future: InnerFuture<unknown>): void {
    this.#futures.delete(future);
  }

  /** Reports all, to the loop's exception handler. */
  reportAll(): void {
    for (const future of this.#futures) this.#report(future);
  }

  /** Reports one; to look at it forgets it. */
  #report(future: InnerFuture<unknown>): void {
    const kind = future instanceof InnerTask ? "Task" : "Future";
    this.#loop.callExceptionHandler({
      message: `${kind} exception was never retrieved`,
      exception: future.exception(),
      [kind.toLowerCase()]: future,
      ...(future.createdAt ? { source_traceback: future.createdAt } : {}),
    });
  }
}
