/**
 * Stepping a coroutine from one suspension point to the next.
 *
 * What is stepped is in exactly one of three states: its step is queued, its step is running, or
 * it waits. The step of a generator is one call of `next()` or `throw()`. The step of native async
 * code begins by settling the promise that it awaits, takes microtasks, and ends when the code
 * awaits something of the library or has settled.
 *
 * @module
 */

import type { Context } from "../engine/context.ts";
import { active, enterAsync, forgetCaller, storage } from "../engine/current.ts";
import type { Stepping } from "../engine/loop.ts";
import type { Runnable } from "../engine/registry.ts";
import { CancelledError, newCancelledError, RuntimeError } from "../errors.ts";
import { advance } from "./advance.ts";
import {
  type Coroutine,
  type CoroutineLike,
  Failure,
  isAwaitable,
  isGenerator,
  isGeneratorFunction,
  isThenable,
  PAUSE,
  type Sleeper,
  type Waiter,
} from "./awaitable.ts";
import type { EventLoop } from "./event_loop.ts";
import { type Frame, NativeCall, NativeFrame, OperationFrame, type Stepper } from "./frame.ts";
import { abandon, awaitResult, foreignPromise, misused, operateAside } from "./aside.ts";
import { waitAside, waiterOf } from "./aside.ts";
import { Future } from "./future.ts";
import type { Rare } from "./rare.ts";
import { AWAY, INTERRUPTED, MUST_CANCEL, PARKED, SLEEPING } from "./task_flags.ts";

/**
 * Is the future of a coroutine's result, and steps the coroutine.
 *
 * Its methods are private to the compiler only: private names would cost each task three words.
 */
export abstract class SteppedFuture<T> extends Future<T>
  implements Runnable, Stepping, Sleeper, Stepper {
  /** Names it in the core; 0 when it is done. */
  protected id = 0;
  /** @internal Holds what few tasks need. */
  rare: Rare | undefined = undefined;
  /** Is a function until the first step, then the generator, or nothing. */
  #coroutine: CoroutineLike<T> | undefined;
  /** Goes on when it is woken; if it is `undefined`, the generator does. */
  #frame: Frame | undefined = undefined;
  /** Is what it waits on. */
  protected waiter: Waiter | undefined = undefined;

  /** Makes one that has not begun. */
  constructor(loop: EventLoop, coroutine: CoroutineLike<T>, context: Context | undefined) {
    super(loop);
    this.flags |= PARKED;
    if (context !== undefined) this.needRare().context = context;
    this.#coroutine = coroutine;
  }

  /** Names it. */
  abstract readonly name: string;
  /** Tells how urgent its steps are. */
  abstract readonly priority: number;

  /** @internal Is its context, once that has values. */
  get ownContext(): Context | undefined {
    return this.rare?.context;
  }

  set ownContext(context: Context | undefined) {
    this.needRare().context = context;
  }

  /** @internal It can wait. */
  get isTask(): boolean {
    return true;
  }

  /** @internal Makes room for what few tasks need. */
  needRare(): Rare {
    return this.rare ??= {};
  }

  /** Is what it waits on, to look at or to print; `undefined` while it does not wait. */
  get waitingOn(): Waiter | undefined {
    return (this.flags & AWAY) !== 0 ? foreignPromise : this.waiter;
  }

  // Waiting.

  /** @internal Tells whether it waits, or its step is queued. */
  get isParked(): boolean {
    return (this.flags & PARKED) !== 0;
  }

  /** @internal Queues the next step. */
  wake(): void {
    if (this.id !== 0) this.loop.push(this.id);
  }

  /** @internal Waits for a time; the step is queued a turn after it has come. */
  sleepUntil(when: number): void {
    this.flags |= SLEEPING;
    this.loop.arm(this.id, when);
  }

  /** @internal Ends its sleep early; returns false if its timer has run. */
  stopSleeping(): boolean {
    if ((this.flags & SLEEPING) === 0) return false;
    this.flags &= ~SLEEPING;
    this.loop.requeue(this.id); // The timer may be due in this very turn.
    return true;
  }

  /** @internal Interrupts the wait, or the next one, without counting a request. */
  abstract deliverCancel(message: string | undefined): void;

  // The step.

  /** @internal Runs one step; the loop calls it. */
  run(): void {
    if ((this.flags & SLEEPING) !== 0) {
      this.flags &= ~SLEEPING;
      return this.loop.push(this.id); // As any timer, it wakes the task in the next turn.
    }
    let failed = false;
    let outcome: unknown;
    const waiter = this.waiter;
    if (waiter !== undefined) {
      this.waiter = undefined;
      outcome = waiter.take();
      failed = outcome instanceof Failure;
      if (failed) outcome = (outcome as Failure).error;
    }
    if ((this.flags & (MUST_CANCEL | INTERRUPTED)) !== 0) {
      if ((this.flags & MUST_CANCEL) !== 0 && !(failed && outcome instanceof CancelledError)) {
        failed = true;
        outcome = newCancelledError(this.rare?.message);
      }
      this.flags &= ~(MUST_CANCEL | INTERRUPTED);
    }
    if (!this.goOnWith(failed, outcome)) this.loop.stepping = this;
  }

  /** Goes on; returns whether that ended the step. */
  private goOnWith(failed: boolean, outcome: unknown): boolean {
    this.flags &= ~PARKED;
    const frame = this.#frame;
    if (frame !== undefined) {
      this.#frame = undefined;
      return frame.resume(failed, outcome);
    }
    const coroutine = this.#coroutine;
    if (typeof coroutine === "function") return this.begin(coroutine, failed, outcome);
    return this.stepGenerator(coroutine!, undefined, failed, outcome);
  }

  /** Calls the coroutine function: what it returns decides how the task goes on. */
  private begin(start: () => unknown, failed: boolean, outcome: unknown): boolean {
    this.#coroutine = undefined;
    if (failed) return this.end(true, outcome);
    let result: unknown;
    const before = active.execution;
    active.execution = this;
    try {
      result = isGeneratorFunction(start) ? start() : enterAsync(this, start);
    } catch (error) {
      return this.end(true, error);
    } finally {
      active.execution = before;
    }
    if (!isGenerator(result)) {
      if (isThenable(result) && !isAwaitable(result)) {
        result.then(
          (value) => this.settleWith(false, value),
          (error) => this.settleWith(true, error),
        );
        return false;
      }
      result = awaitResult(result);
    }
    this.#coroutine = result as Coroutine<T>;
    return this.stepGenerator(this.#coroutine, undefined, false, undefined);
  }

  /** Steps a generator: the task's own, or a frame's. Returns whether that ended the step. */
  private stepGenerator(
    generator: Coroutine<unknown>,
    frame: OperationFrame | undefined,
    failed: boolean,
    outcome: unknown,
  ): boolean {
    const before = active.execution;
    active.execution = this;
    if (active.isTainted && frame === undefined) forgetCaller();
    let result: IteratorResult<unknown, unknown>;
    try {
      result = advance(this, generator, failed, outcome);
    } catch (error) {
      active.execution = before;
      return frame === undefined ? this.end(true, error) : frame.fail(error);
    }
    active.execution = before;
    if (!result.done) return this.waitOn(waiterOf(result), frame);
    if (frame === undefined) return this.end(false, result.value);
    return frame.finish(result.value);
  }

  /** Waits on what a coroutine or native code waits on; returns whether that ended the step. */
  private waitOn(waiter: Waiter, frame: Frame | undefined): boolean {
    this.#frame = frame;
    if (waiter === PAUSE && this.rare === undefined) {
      this.flags |= PARKED;
      this.loop.push(this.id);
      return true;
    }
    if (waiter instanceof NativeCall) {
      waiter.settle(() => this.goOnNatively(frame));
      return false;
    }
    this.flags |= PARKED;
    try {
      waiter.suspend(this);
    } catch (error) {
      this.waiter = misused(error);
      this.wake();
      return true;
    }
    this.waiter = waiter;
    if ((this.flags & MUST_CANCEL) !== 0 && waiter.cancel(this.rare?.message)) {
      this.flags &= ~MUST_CANCEL;
    }
    if (this.rare?.scope !== undefined) this.rare.scope.check(this);
    return true;
  }

  /** Ends it. */
  private end(failed: boolean, outcome: unknown): true {
    if (this.#frame !== undefined) abandon(this, this.#frame);
    this.loop.forget(this.id);
    this.id = 0;
    this.#coroutine = this.#frame = this.waiter = undefined;
    this.rare?.unlisten?.();
    if (!failed && (this.flags & MUST_CANCEL) !== 0) {
      this.flags &= ~MUST_CANCEL;
      this.abandon(this.rare?.message);
    } else if (!failed) {
      this.complete(outcome as T);
    } else if (outcome instanceof CancelledError) {
      this.abandon(outcome);
    } else {
      this.fail(outcome);
    }
    return true;
  }

  /** Runs the first step inside of `createTask()`. */
  protected startEagerly(): void {
    const { loop, execution, context } = active;
    active.loop = this.loop;
    active.context = undefined;
    const ended = this.goOnWith(false, undefined);
    active.loop = loop;
    active.execution = execution;
    active.context = context;
    if (ended) return;
    if (storage !== undefined) return this.leave();
    this.end(true, new RuntimeError("THE HOST CANNOT TELL EAGER NATIVE CODE FROM ITS CREATOR'S"));
  }

  // Native async code.

  /** @internal Makes native async code of this task wait: its `await` called `then()`. */
  awaitNatively(
    waiter: Waiter,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ): void {
    if ((this.flags & PARKED) !== 0 || this.done) return waitAside(this, waiter, resolve, reject);
    this.comeBack();
    this.waitOn(waiter, new NativeFrame(resolve, reject));
    this.loop.stepEnded(this);
  }

  /** @internal Makes native async code of this task run an operation of the library. */
  operateNatively(
    operation: Coroutine<unknown>,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ): void {
    const isBusy = (this.flags & PARKED) !== 0 || this.done;
    if (isBusy) return operateAside(this, operation, resolve, reject);
    this.goOnNatively(new OperationFrame(this, operation, resolve, reject));
  }

  /** @internal Steps an operation that native code awaits. */
  stepOperation(frame: OperationFrame, failed: boolean, outcome: unknown): boolean {
    return this.stepGenerator(frame.generator, frame, failed, outcome);
  }

  /** Goes on with a frame, or with the generator, in the step in progress. */
  private goOnNatively(frame: Frame | undefined): void {
    this.comeBack();
    if (this.done) return;
    this.#frame = frame;
    active.loop = this.loop;
    const ended = this.goOnWith(false, undefined);
    active.loop = undefined;
    if (ended) this.loop.stepEnded(this);
  }

  /** Ends it with the outcome of its async function. */
  private settleWith(failed: boolean, outcome: unknown): void {
    if (this.done) return;
    this.comeBack();
    this.end(failed, outcome);
    this.loop.stepEnded(this);
  }

  /** @internal Is told that native code went off to a promise the loop knows nothing of. */
  leave(): void {
    if (this.done || (this.flags & (PARKED | AWAY)) !== 0 || this.rare?.aside?.size) return;
    this.flags |= AWAY;
    this.loop.beginHostOperation();
  }

  /** @internal Waits for native code that something else has let go on. */
  followNative(): void {
    if (!this.done && (this.flags & PARKED) === 0) this.loop.stepping ??= this;
  }

  /** Notes that native code which went off is back. */
  private comeBack(): void {
    if ((this.flags & AWAY) === 0) return;
    this.flags &= ~AWAY;
    this.loop.endHostOperation();
  }
}
