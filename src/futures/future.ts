/**
 * A result that will come: written once, awaited by many.
 *
 * @module
 */

import { inheritContext } from "../engine/context.ts";
import { active, adopt, asyncExecution } from "../engine/current.ts";
import { DEFAULT_PRIORITY } from "../engine/loop.ts";
import { CancelledError, InvalidStateError, newCancelledError, RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  Failure,
  show,
  type Sleeper,
  type Suspension,
  type Waiter,
} from "./awaitable.ts";
import { checkOptions } from "./check_options.ts";
import type { EventLoop } from "./event_loop.ts";
import { runningLoop } from "./running.ts";
import { notForHands, waitAside } from "./aside.ts";
import { FutureIterator } from "./future_iterator.ts";
import type { Task } from "./task.ts";

/** Is called with the future when it is done. */
export type DoneCallback<T> = (future: Future<T>) => unknown;

// The two lowest bits of a future's flags are its state. The next says that it failed, and that the
// failure has been shown to nobody. The others are a task's: see step.ts.
const STATE = 0b11;
const PENDING = 0, CANCELLED = 1, FAILED = 2, FINISHED = 3;
const UNRETRIEVED = 1 << 2;

/** Holds where futures were created: debug mode only. */
const creations = new WeakMap<Future<unknown>, string>();

/** Is who is told that a future is done: a task that waits, or a callback with its context. */
type Listener = Sleeper | Callback;

/**
 * Is a result that will come.
 *
 * **Cancel safety.** A task cancelled while it waits on a future cancels the future; wrap it in
 * `shield()` where others wait on it too.
 *
 * ```ts
 * import { getRunningLoop, run } from "@weft/weft";
 *
 * await run(function* () {
 *   const loop = getRunningLoop();
 *   const future = loop.createFuture<number>();
 *   loop.callLater(5, () => future.setResult(42));
 *   console.assert((yield* future) === 42);
 * });
 * ```
 */
export class Future<T> implements Awaitable<T>, Waiter {
  /** Is the loop it belongs to. */
  readonly loop: EventLoop;
  /** Holds state and more in one number: there may be millions of futures. */
  protected flags: number = PENDING;
  /** Is the result, the failure, or what it was cancelled with. */
  #value: unknown = undefined;
  #listeners: Listener | Listener[] | undefined;

  /** Makes a pending future of a loop, the running one unless given. */
  constructor(loop: EventLoop = runningLoop()) {
    this.loop = loop;
    if (loop.debug) creations.set(this, new Error("CREATED HERE").stack ?? "");
  }

  /** Is the stack of its creation: debug mode only. */
  get createdAt(): string | undefined {
    return creations.get(this);
  }

  /** Is how far it has come. */
  private get state(): number {
    return this.flags & STATE;
  }

  /** Tells whether it has a result, has failed, or was cancelled. */
  get done(): boolean {
    return this.state !== PENDING;
  }

  /** Tells whether it was cancelled. */
  get cancelled(): boolean {
    return this.state === CANCELLED;
  }

  /** @internal Describes it for dumps. */
  get label(): string {
    return "future";
  }

  /** Returns the result, or throws what it failed with. */
  result(): T {
    if (this.state === FINISHED) return this.#value as T;
    throw this.takeError("RESULT");
  }

  /** Returns what it failed with, `undefined` if it has a result; throws if it was cancelled. */
  exception(): unknown {
    if (this.state === FINISHED) return undefined;
    const error = this.takeError("EXCEPTION");
    if (this.state === CANCELLED) throw error;
    return error;
  }

  /** Makes the error of asking for what it has not. */
  private takeError(what: string): unknown {
    if (this.state === PENDING) {
      throw new InvalidStateError(`${what} IS NOT SET YET: ${this}`);
    }
    if (this.state === CANCELLED) return this.takeCancellation();
    this.markRetrieved();
    return this.#value;
  }

  /** @internal Makes a cancellation of it, even if it is none; the first to ask gets the original. */
  takeCancellation(): CancelledError {
    if (this.state !== CANCELLED) return newCancelledError(undefined);
    const held = this.#value;
    if (held instanceof CancelledError) {
      this.#value = undefined;
      return held;
    }
    return newCancelledError(held as string | undefined);
  }

  /** @internal Tells the message it was cancelled with. */
  get cancelMessage(): string | undefined {
    return this.state === CANCELLED && typeof this.#value === "string" ? this.#value : undefined;
  }

  /** Notes that somebody has looked at its failure. */
  private markRetrieved(): void {
    if ((this.flags & UNRETRIEVED) === 0) return;
    this.flags &= ~UNRETRIEVED;
    this.loop.unretrieved.delete(this);
  }

  /** Gives it its result. */
  setResult(value: T): void {
    this.checkPending("RESULT");
    this.complete(value);
  }

  /** Makes it fail. */
  setException(error: unknown): void {
    this.checkPending("EXCEPTION");
    this.fail(error);
  }

  /** Refuses to be done twice. */
  private checkPending(what: string): void {
    if (this.state !== PENDING) {
      throw new InvalidStateError(`CANNOT SET ${what}, IT IS DONE ALREADY: ${this}`);
    }
  }

  /** Cancels it; returns false if it was done. */
  cancel(message?: string): boolean {
    if (this.state !== PENDING) {
      this.markRetrieved();
      return false;
    }
    this.abandon(message);
    return true;
  }

  /** @internal Ends it with a result. */
  protected complete(value: T): void {
    this.flags |= FINISHED;
    this.#value = value;
    this.notify();
  }

  /** @internal Ends it with a failure. */
  protected fail(error: unknown): void {
    this.flags |= FAILED | UNRETRIEVED;
    this.#value = error;
    this.loop.unretrieved.add(this);
    this.notify();
  }

  /** @internal Ends it as cancelled; remembers the error itself, or the message to make one from. */
  protected abandon(reason: CancelledError | string | undefined): void {
    this.flags |= CANCELLED;
    this.#value = reason;
    this.notify();
  }

  /** Calls a function, in the current context, once the future is done. */
  addDoneCallback(callback: DoneCallback<T>, options: { priority?: number } = {}): void {
    if (typeof callback !== "function") {
      throw new TypeError(`CALLBACK MUST BE A FUNCTION: ${show(callback)}`);
    }
    checkOptions("addDoneCallback()", options, ["priority"]);
    const { priority = DEFAULT_PRIORITY } = options;
    const listener = new Callback(
      callback as DoneCallback<unknown>,
      inheritContext(),
      priority,
    );
    if (this.state !== PENDING) this.tell(listener);
    else this.addListener(listener);
  }

  /** Removes every registration of a callback; returns how many there were. */
  removeDoneCallback(callback: DoneCallback<T>): number {
    const all = this.#listeners;
    if (all === undefined) return 0;
    const before = Array.isArray(all) ? all : [all];
    const after = before.filter((one) => !(one instanceof Callback && one.callback === callback));
    this.#listeners = after.length > 0 ? after : undefined;
    return before.length - after.length;
  }

  /** Adds one who is told when it is done. */
  private addListener(listener: Listener): void {
    const all = this.#listeners;
    if (all === undefined) this.#listeners = listener;
    else if (Array.isArray(all)) all.push(listener);
    else this.#listeners = [all, listener];
  }

  /** Tells all who listen. */
  private notify(): void {
    const all = this.#listeners;
    if (all === undefined) return;
    this.#listeners = undefined;
    if (Array.isArray(all)) { for (const listener of all) this.tell(listener); }
    else this.tell(all);
  }

  /** Tells a listener that it is done. */
  private tell(listener: Listener): void {
    if (!(listener instanceof Callback)) return listener.wake();
    if (this.loop.closed) return;
    const { callback, context, priority } = listener;
    this.loop.callSoonIn(priority, context, callback, [this as Future<unknown>]);
  }

  // How a task waits on it.

  /** @internal Wakes a task once it is done. */
  suspend(task: Sleeper): void {
    if ((task as { loop?: unknown }).loop !== this.loop) {
      throw new RuntimeError(`AWAITED IN A TASK OF ANOTHER LOOP: ${this}`);
    }
    this.addListener(task);
  }

  /** @internal Wakes a task no more: it does not wait any longer. */
  forget(task: Sleeper): void {
    const all = this.#listeners;
    if (Array.isArray(all)) this.#listeners = all.filter((one) => one !== task);
    else if (all === task) this.#listeners = undefined;
  }

  /** @internal Takes the outcome. */
  take(): T | Failure {
    if (this.state === FINISHED) return this.#value as T;
    return new Failure(this.takeError("RESULT"));
  }

  /** Waits for it in a generator coroutine: `yield* future`. */
  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return new FutureIterator(this);
  }

  /** Waits for it in native async code: `await future`, in a task or outside of any loop. */
  get then(): PromiseLike<T>["then"] {
    adopt();
    return this.awaitNative;
  }

  /** Is what `await` calls, in a task or outside. */
  private awaitNative<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    const execution = active.loop === undefined ? asyncExecution() : undefined;
    const task = execution?.isTask ? execution as Task<unknown> : undefined;
    if (task === undefined || typeof onError !== "function") {
      return this.toPromise(task).then(onResult, onError);
    }
    this.awaitIn(task, onResult as (value: unknown) => void, onError);
    return notForHands;
  }

  /** Goes on at once if it is done: that does not yield. */
  private awaitIn(
    task: Task<unknown>,
    onResult: (value: unknown) => void,
    onError: (error: unknown) => void,
  ): void {
    if (this.state === PENDING) return task.awaitNatively(this, onResult, onError);
    if (this.state === FINISHED) return onResult(this.#value);
    onError(this.takeError(""));
  }

  /** Makes a promise of it: for code outside of its loop, or for a task to wait on the promise. */
  private toPromise(task: Task<unknown> | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        try {
          resolve(this.result());
        } catch (error) {
          reject(error);
        }
        this.loop.noteMicrotasks();
      };
      if (this.done) settle();
      else if (task) waitAside(task, this, resolve as (value: unknown) => void, reject);
      else this.addListener({ wake: settle, priority: DEFAULT_PRIORITY });
    });
  }

  /** Describes the future and its state. */
  toString(): string {
    return `<${this.label} ${["pending", "cancelled", "failed", "finished"][this.state]}>`;
  }
}

/**
 * Tells whether a value is a future or a task.
 *
 * ```ts
 * import { Future, isFuture, run, sleep } from "@weft/weft";
 *
 * await run(async () => console.assert(isFuture(new Future()) && !isFuture(sleep(1))));
 * ```
 */
export function isFuture(value: unknown): value is Future<unknown> {
  return value instanceof Future;
}

/** Is a callback with the context and the priority it will run in. */
class Callback {
  constructor(
    readonly callback: DoneCallback<unknown>,
    readonly context: ReturnType<typeof inheritContext>,
    readonly priority: number,
  ) {}
}
