/**
 * Callbacks that the loop will call.
 *
 * @module
 */

import { callIn, contextFor, type HostContext } from "./async_context.ts";
import { Context } from "./context.ts";
import { active, type LoopOfCode } from "./current.ts";
import type { ExceptionContext } from "./exception_context.ts";
import { inLine, showInLine } from "./inspection.ts";

/** A loop, as the callbacks that are scheduled on it see it. */
export interface LoopOfHandle extends LoopOfCode {
  /** Gives an id back, scheduled or not. */
  forget(id: number): void;
  /** Reports an error that nobody else can handle. */
  callExceptionHandler(context: ExceptionContext): void;
}

/** A callback scheduled once, which can be cancelled until it runs. */
export interface Handle {
  /** Whether it was cancelled. */
  readonly cancelled: boolean;
  /** The context it runs in. */
  readonly context: Context;
  /** What it is called in reports. */
  readonly label: string;
  /** Cancels the callback: it will not run, and is let go at once. Harmless when it has run. */
  cancel(): void;
  /** Describes the callback, and whether it was cancelled. */
  toString(): string;
}

/** A callback scheduled once, with what the loop needs of it. */
export class InnerHandle implements Handle {
  /** Its id in the core while it is scheduled, else 0. */
  id = 0;
  /** The context it runs in, once that has values. */
  ownContext: Context | undefined;
  /** The host's values of where it was scheduled; without them it runs in the loop's. */
  hostContext: HostContext = undefined;
  readonly #loop: LoopOfHandle;
  #callback: ((...args: never[]) => unknown) | undefined;
  #args: unknown[] | undefined;
  #cancelled = false;

  /** Makes one that is not scheduled. */
  constructor(
    loop: LoopOfHandle,
    callback: (...args: never[]) => unknown,
    args: unknown[] | undefined,
    context: Context | undefined,
  ) {
    this.#loop = loop;
    this.#callback = callback;
    this.#args = args;
    this.ownContext = context;
  }

  /** Makes it run with the host's values of this moment: it calls code of the user. */
  inherit(): this {
    this.hostContext = contextFor(this);
    return this;
  }

  /** The loop that it is scheduled on. */
  get loop(): LoopOfHandle {
    return this.#loop;
  }

  /** The task it belongs to: none, so that it cannot wait. */
  get task(): undefined {
    return undefined;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  get context(): Context {
    return this.ownContext ??= new Context();
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#callback = this.#args = undefined;
    if (this.id !== 0) {
      this.#loop.forget(this.id);
      this.id = 0;
    }
  }

  /** Runs the callback; its error goes to the loop's exception handler. */
  run(): void {
    const callback = this.#callback;
    const args = this.#args;
    this.#loop.forget(this.id);
    this.id = 0;
    if (callback === undefined) return;
    active.execution = this;
    try {
      if (this.hostContext === undefined) call(callback, args);
      else callIn(this, call, callback, args);
    } catch (exception) {
      this.#loop.callExceptionHandler({
        message: `Exception in callback ${describeFunction(callback)}`,
        exception,
        handle: this,
      });
    }
    active.execution = undefined;
  }

  get label(): string {
    return this.#callback === undefined ? "done" : describeFunction(this.#callback);
  }

  toString(): string {
    return inLine("callback", this.#cancelled ? "cancelled" : this.label);
  }
}

showInLine(InnerHandle);

/** The class of callbacks that are scheduled; `callSoon()` makes them. */
export const Handle = InnerHandle as abstract new (...args: never[]) => Handle;

/**
 * A callback scheduled for a time.
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
export interface TimerHandle extends Handle {
  /** The deadline, in the loop's time. */
  readonly when: number;
  /** Describes the callback, and when it is due. */
  toString(): string;
}

/** A callback scheduled for a time, with what the loop needs of it. */
export class InnerTimerHandle extends InnerHandle implements TimerHandle {
  readonly #when: number;

  /** Makes one that is not armed. */
  constructor(
    loop: LoopOfHandle,
    when: number,
    callback: (...args: never[]) => unknown,
    args: unknown[] | undefined,
    context: Context | undefined,
  ) {
    super(loop, callback, args, context);
    this.#when = when;
  }

  get when(): number {
    return this.#when;
  }

  override toString(): string {
    return inLine("timer", this.cancelled ? "cancelled" : this.label, `due at ${this.#when}`);
  }
}

/** The class of callbacks that are scheduled for a time; `callLater()` and `callAt()` make them. */
export const TimerHandle = InnerTimerHandle as abstract new (...args: never[]) => TimerHandle;

/** Calls a function, with arguments if there are any. */
function call(callback: (...args: never[]) => unknown, args: unknown[] | undefined): void {
  if (args === undefined) (callback as () => unknown)();
  else (callback as (...args: unknown[]) => unknown)(...args);
}

/** Describes a function for a report. */
export function describeFunction(callback: (...args: never[]) => unknown): string {
  return callback.name ? `${callback.name}()` : "(anonymous function)";
}
