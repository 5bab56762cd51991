/**
 * A bound, in the host's time, on tests that hang.
 *
 * @module
 */

import { TimeoutError } from "../errors.ts";
import { callAfter, type InnerLoop } from "../lowlevel.ts";
import { describeTask } from "./leak_error.ts";

/** How long, in ms of the host's time, a cancelled test may take to clean up. */
const GRACE = 1000;

/** Why what sleeps does not go on. */
const STILL = "\n  Virtual time stands still while a promise of the host is awaited: " +
  "where a task settles it, await that task, or a Future";

/**
 * What bounds a test: one that takes too long is cancelled, and left alone if that does not end it.
 */
export class Guard {
  /** The failure of a test that took too long. */
  error: TimeoutError | undefined;
  /** Whether the test was left alone: its loop cannot be used any more. */
  isAbandoned = false;
  /** A promise that resolves when the test is left alone. */
  readonly abandoned: Promise<void>;
  readonly #loop: InnerLoop;
  readonly #controller = new AbortController();
  /** A function that calls off what comes next. */
  #spare: () => void;

  /** Begins to watch a loop. */
  constructor(loop: InnerLoop, ms: number) {
    this.#loop = loop;
    let abandon = () => {};
    this.abandoned = new Promise<void>((resolve) => abandon = resolve);
    this.#spare = callAfter(ms, () => {
      this.#interrupt(ms);
      this.#spare = callAfter(GRACE, () => {
        this.isAbandoned = true;
        this.#loop.stop();
        abandon();
      });
    });
  }

  /** The signal that cancels the body of a test that takes too long. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Notes who waits on what, and cancels the body. */
  #interrupt(ms: number): void {
    const tasks = this.#loop.listTasks().map((task) => `\n  ${describeTask(task)}`).join("");
    const isStill = this.#loop.isVirtual && this.#loop.metrics().timers > 0;
    this.error = new TimeoutError(
      `The test has not ended within its timeout, ${ms} ms of the host's time${tasks}${
        isStill ? STILL : ""
      }`,
    );
    this.#controller.abort(this.error);
  }

  /** Stops watching. */
  stop(): void {
    this.#spare();
  }
}
