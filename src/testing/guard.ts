/**
 * A bound, in the host's time, on tests that hang.
 *
 * @module
 */

import { TimeoutError } from "../errors.ts";
import type { EventLoop } from "../lowlevel.ts";
import { describeTask } from "./leak_error.ts";

/** Bounds, in ms of the host's time, how long a cancelled test may take to clean up. */
const GRACE = 1000;

/** Is the longest delay that a host's timer takes. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * Watches a test: one that takes too long is cancelled, and left alone if even that does not end it.
 */
export class Guard {
  /** Is the failure of a test that took too long. */
  error: TimeoutError | undefined;
  /** Is true once a test is left alone: its loop cannot be used any more. */
  isAbandoned = false;
  /** Resolves when a test is left alone. */
  readonly abandoned: Promise<void>;
  readonly #loop: EventLoop;
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins to watch a loop. */
  constructor(loop: EventLoop, ms: number) {
    this.#loop = loop;
    let abandon = () => {};
    this.abandoned = new Promise<void>((resolve) => abandon = resolve);
    if (ms > LONGEST_DELAY) return;
    this.#timer = setTimeout(() => {
      this.#interrupt(ms);
      this.#timer = setTimeout(() => {
        this.isAbandoned = true;
        this.#loop.stop();
        abandon();
      }, GRACE);
    }, ms);
  }

  /** Cancels the body of a test that takes too long. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Notes who waits on what, and cancels the body. */
  #interrupt(ms: number): void {
    const tasks = this.#loop.listTasks().map((task) => `\n  ${describeTask(task)}`);
    this.error = new TimeoutError(
      `THE TEST HAS NOT ENDED WITHIN ITS timeout OF: ${ms} ms OF THE HOST${tasks.join("")}`,
    );
    this.#controller.abort(this.error);
  }

  /** Stops watching. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
