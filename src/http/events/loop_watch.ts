/**
 * Noticing that nobody goes on with a loop.
 *
 * JavaScript tells an iterator that a loop over it was left, unless the step failed that the loop was
 * waiting for: the iterator itself must know then. One whose wait was cancelled cannot know, as the
 * next wait may go on. It does not once the task that was cancelled in the middle of it has ended.
 *
 * @module
 */

import { requireTask, type Task } from "../../lowlevel.ts";

/** What closes an iterator when the task has ended that was cancelled in a loop over it. */
export class LoopWatch {
  readonly #close: () => void;
  #isLooped = false;
  /** The task whose wait was cancelled last, unless anybody has waited since. */
  #leftBy: Task<unknown> | undefined;
  /** The task whose end is watched. */
  #watched: Task<unknown> | undefined;

  /** Watches for nothing yet. */
  constructor(close: () => void) {
    this.#close = close;
  }

  /** Notes that a loop begins. */
  noteLoop(): void {
    this.#isLooped = true;
  }

  /** Notes that somebody waits. */
  noteWait(): void {
    this.#leftBy = undefined;
  }

  /** Notes that the wait of the running task was cancelled. */
  noteCancelled(): void {
    if (!this.#isLooped) return;
    const task = requireTask("A loop");
    this.#leftBy = task;
    if (this.#watched === task) return;
    this.#watched = task;
    task.addDoneCallback(() => {
      if (this.#leftBy === task) this.#close();
    });
  }
}
