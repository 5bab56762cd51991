/**
 * The failures that nobody has looked at.
 *
 * @module
 */

import type { EventLoop } from "./event_loop.ts";
import type { Future } from "./future.ts";
import { Task } from "./task.ts";

/** Bounds how many are remembered: of more, the oldest is reported early. */
const MOST_REMEMBERED = 1000;

/** Remembers the failed futures of a loop until somebody looks at them. */
export class Unretrieved {
  readonly #loop: EventLoop;
  readonly #futures = new Set<Future<unknown>>();

  /** Makes one that remembers nothing. */
  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  /** Remembers a future that has failed. */
  add(future: Future<unknown>): void {
    this.#futures.add(future);
    if (this.#futures.size <= MOST_REMEMBERED) return;
    for (const oldest of this.#futures) return this.#report(oldest);
  }

  /** Forgets a future: somebody has looked at it. */
  delete(future: Future<unknown>): void {
    this.#futures.delete(future);
  }

  /** Reports all, to the loop's exception handler. */
  reportAll(): void {
    for (const future of this.#futures) this.#report(future);
  }

  /** Reports one; to look at it forgets it. */
  #report(future: Future<unknown>): void {
    const kind = future instanceof Task ? "Task" : "Future";
    this.#loop.callExceptionHandler({
      message: `${kind} exception was never retrieved`,
      exception: future.exception(),
      [kind.toLowerCase()]: future,
      ...(future.createdAt ? { source_traceback: future.createdAt } : {}),
    });
  }
}
