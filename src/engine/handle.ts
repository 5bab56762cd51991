/**
 * Callbacks that the loop will call.
 *
 * @module
 */

import { Context } from "./context.ts";
import { active, type Execution } from "./current.ts";
import type { Loop } from "./loop.ts";

/** Is a callback scheduled once, that can be cancelled until it runs. */
export class Handle implements Execution {
  /** @internal Names the handle in the core while it is scheduled. */
  id = 0;
  /** @internal Holds the context it runs in, once that has values. */
  ownContext: Context | undefined;
  readonly #loop: Loop;
  #callback: ((...args: never[]) => unknown) | undefined;
  #args: unknown[] | undefined;
  #cancelled = false;

  /** @internal */
  constructor(
    loop: Loop,
    callback: (...args: never[]) => unknown,
    args: unknown[] | undefined,
    context: Context | undefined,
  ) {
    this.#loop = loop;
    this.#callback = callback;
    this.#args = args;
    this.ownContext = context;
  }

  /** Tells the loop it is scheduled on. */
  get loop(): Loop {
    return this.#loop;
  }

  /** @internal A callback cannot wait. */
  get isTask(): boolean {
    return false;
  }

  /** Tells whether it was cancelled. */
  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Tells the context it runs in. */
  get context(): Context {
    return this.ownContext ??= new Context();
  }

  /** Cancels the callback: it will not run, and is let go at once. Harmless when it has run. */
  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#callback = this.#args = undefined;
    if (this.id !== 0) {
      this.#loop.forget(this.id);
      this.id = 0;
    }
  }

  /** @internal Runs the callback; its error goes to the loop's exception handler. */
  run(): void {
    const callback = this.#callback;
    const args = this.#args;
    this.#loop.forget(this.id);
    this.id = 0;
    if (callback === undefined) return;
    active.execution = this;
    try {
      if (args === undefined) (callback as () => unknown)();
      else (callback as (...args: unknown[]) => unknown)(...args);
    } catch (exception) {
      this.#loop.callExceptionHandler({
        message: `Exception in callback ${describeFunction(callback)}`,
        exception,
        handle: this,
      });
    }
    active.execution = undefined;
  }

  /** Describes the callback for dumps. */
  get label(): string {
    return this.#callback === undefined ? "done" : describeFunction(this.#callback);
  }
}

/**
 * Is a callback scheduled for a time.
 *
 * ```ts
 * import { getRunningLoop, run, sleep, VirtualClock } from "@weft/weft";
 *
 * await run(async () => {
 *   const loop = getRunningLoop();
 *   let called = false;
 *   const timer = loop.callLater(10, () => called = true);
 *   console.assert(timer.when === 10);
 *   timer.cancel();
 *   await sleep(20);
 *   console.assert(timer.cancelled && !called);
 * }, { clock: new VirtualClock() });
 * ```
 */
export class TimerHandle extends Handle {
  readonly #when: number;

  /** @internal */
  constructor(
    loop: Loop,
    when: number,
    callback: (...args: never[]) => unknown,
    args: unknown[] | undefined,
    context: Context | undefined,
  ) {
    super(loop, callback, args, context);
    this.#when = when;
  }

  /** Tells the deadline, in the loop's time. */
  get when(): number {
    return this.#when;
  }
}

/** Names a function for a report. */
export function describeFunction(callback: (...args: never[]) => unknown): string {
  return callback.name ? `${callback.name}()` : "(anonymous function)";
}
