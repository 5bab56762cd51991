/**
 * A result that will come: written once, awaited by many.
 *
 * @module
 */

import { inheritContext } from "../engine/context.ts";
import { InnerHandle } from "../engine/handle.ts";
import { DEFAULT_PRIORITY } from "../engine/loop.ts";
import { heedIfUnhandled } from "../engine/unhandled.ts";
import { checkFunction, checkOptions } from "../check.ts";
import { CancelledError, InvalidStateError, newCancelledError, RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  Failure,
  finishWith,
  type Sleeper,
  suspendOn,
  type Suspension,
  toPromise,
  type Waiter,
} from "./awaitable.ts";
import type { EventLoop, InnerLoop } from "./event_loop.ts";
import { awaitingExecution, executionFor } from "./native_await.ts";
import { showInLine } from "../engine/inspection.ts";
import { requireScheduler } from "./scheduler.ts";
import { type Settle, settled, Strand } from "./strand.ts";

/** A function that is called with the future when it is done. */
export type DoneCallback<T> = (future: Future<T>) => unknown;

// The two lowest bits of a future's flags are its state. The next says that it failed, and that the
// failure has been shown to nobody. The others are a task's: see step.ts.
const STATE = 0b11;
const PENDING = 0, CANCELLED = 1, FAILED = 2, FINISHED = 3;
const UNRETRIEVED = 1 << 2;

/** Where futures were created: debug mode only. */
const creations = new WeakMap<Future<unknown>, string>();

/** Who is told that a future is done: who waits, or a callback with its context. */
type Listener = Pick<Sleeper, "wake"> | Callback;

/**
 * A result that will come.
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
export interface Future<T> extends Awaitable<T> {
  /** The loop it belongs to. */
  readonly loop: EventLoop;
  /** The stack of its creation: debug mode only. */
  readonly createdAt: string | undefined;
  /** Whether it has a result, has failed, or was cancelled. */
  readonly done: boolean;
  /** Whether it was cancelled. */
  readonly cancelled: boolean;
  /** Returns the result, or throws what it failed with. */
  result(): T;
  /** Returns what it failed with, `undefined` if it has a result; throws if it was cancelled. */
  exception(): unknown;
  /** Gives it its result. */
  setResult(value: T): void;
  /** Makes it fail. */
  setException(error: unknown): void;
  /** Cancels it; returns false if it was done. */
  cancel(message?: string): boolean;
  /** Calls a function, in the current context, once the future is done. */
  addDoneCallback(callback: DoneCallback<T>, options?: { priority?: number }): void;
  /** Removes every registration of a callback; returns how many there were. */
  removeDoneCallback(callback: DoneCallback<T>): number;
  /** Waits for it in a generator coroutine: `yield* future`. */
  [Symbol.iterator](): Iterator<Suspension, T, unknown>;
  /** Waits for it in native async code: `await future`, in a task or outside of any loop. */
  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B>;
  /** Describes the future and its state. */
  toString(): string;
}

/** A future, with what the library needs of it. */
export class InnerFuture<T> implements Future<T>, Waiter {
  static readonly #shown: void = /* @__PURE__ */ showInLine<InnerFuture<unknown>>(this);

  readonly loop: InnerLoop;
  /** State and more in one number: there may be millions of futures. */
  flags: number = PENDING;
  /** The result, the failure, or what it was cancelled with. */
  #value: unknown = undefined;
  #listeners: Listener | Listener[] | undefined;

  /** Makes a pending future of a loop, the running one unless given. */
  constructor(loop: EventLoop = requireScheduler() as InnerLoop) {
    this.loop = loop as InnerLoop;
    if (loop.debug) creations.set(this, new Error("created here").stack ?? "");
  }

  get createdAt(): string | undefined {
    return creations.get(this);
  }

  /** How far it has come. */
  private get state(): number {
    return this.flags & STATE;
  }

  get done(): boolean {
    return this.state !== PENDING;
  }

  get cancelled(): boolean {
    return this.state === CANCELLED;
  }

  /** What dumps call it. */
  get label(): string {
    return "future";
  }

  result(): T {
    if (this.state === FINISHED) return this.#value as T;
    throw this.takeError("result");
  }

  exception(): unknown {
    if (this.state === FINISHED) return undefined;
    const error = this.takeError("exception");
    if (this.state === CANCELLED) throw error;
    return error;
  }

  /** Makes the error of asking for what it has not. */
  private takeError(what: string): unknown {
    if (this.state === PENDING) {
      throw new InvalidStateError(`The ${what} is not set yet: ${this}`);
    }
    if (this.state === CANCELLED) return this.takeCancellation();
    this.markRetrieved();
    return this.#value;
  }

  /** Makes a cancellation of it, even if it is none; the first to ask gets the original. */
  takeCancellation(): CancelledError {
    if (this.state !== CANCELLED) return newCancelledError(undefined);
    const held = this.#value;
    if (held instanceof CancelledError) {
      this.#value = undefined;
      return held;
    }
    return newCancelledError(held as string | undefined);
  }

  /** The message it was cancelled with. */
  get cancelMessage(): string | undefined {
    return this.state === CANCELLED && typeof this.#value === "string" ? this.#value : undefined;
  }

  /** Notes that somebody has looked at its failure. */
  private markRetrieved(): void {
    if ((this.flags & UNRETRIEVED) === 0) return;
    this.flags &= ~UNRETRIEVED;
    this.loop.unretrieved.delete(this);
  }

  setResult(value: T): void {
    this.checkPending("result");
    this.complete(value);
  }

  setException(error: unknown): void {
    this.checkPending("exception");
    this.fail(error);
  }

  /** Refuses to be done twice. */
  private checkPending(what: string): void {
    if (this.state !== PENDING) {
      throw new InvalidStateError(`Cannot set the ${what}: it is done already: ${this}`);
    }
  }

  cancel(message?: string): boolean {
    if (this.state !== PENDING) {
      this.markRetrieved();
      return false;
    }
    this.abandon(message);
    return true;
  }

  /** Ends it with a result. */
  protected complete(value: T): void {
    this.flags |= FINISHED;
    this.#value = value;
    this.notify();
  }

  /** Ends it with a failure. */
  protected fail(error: unknown): void {
    this.flags |= FAILED | UNRETRIEVED;
    this.#value = error;
    this.loop.unretrieved.add(this);
    this.notify();
  }

  /** Ends it as cancelled; remembers the error itself, or the message to make one from. */
  protected abandon(reason: CancelledError | string | undefined): void {
    this.flags |= CANCELLED;
    this.#value = reason;
    this.notify();
  }

  addDoneCallback(callback: DoneCallback<T>, options: { priority?: number } = {}): void {
    checkFunction("callback", callback);
    checkOptions("addDoneCallback()", options, ["priority"]);
    const { priority = DEFAULT_PRIORITY } = options;
    const listener = new Callback(
      this as InnerFuture<unknown>,
      callback as DoneCallback<unknown>,
      priority,
    );
    if (this.state !== PENDING) this.tell(listener);
    else this.addListener(listener);
  }

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

  /** Notifies all who listen. */
  private notify(): void {
    const all = this.#listeners;
    if (all === undefined) return;
    this.#listeners = undefined;
    if (Array.isArray(all)) { for (const listener of all) this.tell(listener); }
    else this.tell(all);
  }

  /** Notifies a listener. */
  private tell(listener: Listener): void {
    if (!(listener instanceof Callback)) return listener.wake();
    if (!this.loop.closed) listener.id = this.loop.claimReady(listener, listener.priority);
  }

  // How a task waits on it.

  /** Wakes a task once it is done. */
  suspend(task: Sleeper): void {
    if ((task as { loop?: unknown }).loop !== this.loop) {
      throw new RuntimeError(`Cannot await ${this} in a task of another loop`);
    }
    this.addListener(task);
  }

  /** Drops one that waits for it; what comes of it is known then. */
  letGo(sleeper: Sleeper): void {
    const all = this.#listeners;
    if (Array.isArray(all)) this.#listeners = all.filter((one) => one !== sleeper);
    else if (all === sleeper) this.#listeners = undefined;
    this.addDoneCallback((done) => void (done.cancelled || done.exception()));
  }

  /** Takes the outcome. */
  take(): T | Failure {
    if (this.state === FINISHED) return this.#value as T;
    return new Failure(this.takeError("result"));
  }

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return new FutureIterator(this);
  }

  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    if (typeof onResult !== "function" || typeof onError !== "function") {
      return toPromise(this).then(onResult, onError);
    }
    const result = onResult as Settle;
    if (this.done) return settled(this.take(), result, onError) as PromiseLike<A | B>;
    if (awaitingExecution()?.task === undefined) {
      return this.#fromOutside().then(onResult, onError);
    }
    const execution = executionFor(this);
    if (execution instanceof Failure) {
      return settled(execution, result, onError) as PromiseLike<A | B>;
    }
    return Strand.wait(execution, undefined, this, result, onError) as PromiseLike<A | B>;
  }

  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return toPromise(this).catch(onError);
  }

  finally(callback?: (() => void) | null): Promise<T> {
    return toPromise(this).finally(callback);
  }

  /** Makes a promise of it, for code outside of the tasks of its loop. */
  #fromOutside(): Promise<T> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        const outcome = this.take();
        if (outcome instanceof Failure) {
          heedIfUnhandled(outcome.error);
          reject(outcome.error);
        } else {
          resolve(outcome);
        }
        this.loop.noteMicrotasks();
      };
      this.addListener({ wake });
    });
  }

  toString(): string {
    return `<${this.label} ${["pending", "cancelled", "failed", "finished"][this.state]}>`;
  }
}

/** The class of futures, to make one of the running loop or of another. */
export const Future = InnerFuture as new <T>(loop?: EventLoop) => Future<T>;

/**
 * Returns whether a value is a future or a task.
 *
 * ```ts
 * import { Future, isFuture, run, sleep } from "@weft/weft";
 *
 * await run(async () => console.assert(isFuture(new Future()) && !isFuture(sleep(1))));
 * ```
 */
export function isFuture(value: unknown): value is Future<unknown> {
  return value instanceof InnerFuture;
}

/** A wait for a future in a generator coroutine: it yields the future, and takes its result. */
class FutureIterator<T> implements Iterator<Suspension, T, unknown> {
  readonly #future: InnerFuture<T>;

  constructor(future: InnerFuture<T>) {
    this.#future = future;
  }

  next(): IteratorResult<Suspension, T> {
    const future = this.#future;
    return future.done ? finishWith(future.result()) : suspendOn(future);
  }

  throw(error: unknown): IteratorResult<Suspension, T> {
    throw error;
  }

  return(value: T): IteratorResult<Suspension, T> {
    return { done: true, value };
  }
}

/** A callback that is scheduled, once, when a future is done. */
class Callback extends InnerHandle {
  readonly callback: DoneCallback<unknown>;
  readonly priority: number;

  constructor(future: InnerFuture<unknown>, callback: DoneCallback<unknown>, priority: number) {
    super(future.loop, callback, [future], inheritContext());
    this.callback = callback;
    this.priority = priority;
    this.inherit();
  }
}
