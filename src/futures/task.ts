/**
 * A coroutine that runs on its own, and the future of its result.
 *
 * @module
 */

import { Context, inheritContext } from "../engine/context.ts";
import { keepCaller, storage } from "../engine/current.ts";
import { DEFAULT_PRIORITY } from "../engine/loop.ts";
import { type CancelledError, newCancelledError, RuntimeError } from "../errors.ts";
import { type CoroutineLike, isAsyncFunction, type Sleeper } from "./awaitable.ts";
import type { EventLoop } from "./event_loop.ts";
import { Future } from "./future.ts";
import { SteppedFuture } from "./step.ts";
import { INTERRUPTED, MUST_CANCEL } from "./task_flags.ts";
import {
  checkPriority,
  checkTaskOptions,
  describeReason,
  type TaskOptions,
} from "./task_options.ts";

// A task's flags hold its priority above those of step.ts, and its requests above that.
const PRIORITY_SHIFT = 8;
const PRIORITY_MASK = 0b111 << PRIORITY_SHIFT;
const REQUESTS_SHIFT = 11;
const ONE_REQUEST = 1 << REQUESTS_SHIFT;

/** Are the tasks that a cancellation passes through at this moment. */
const delivering = new Set<unknown>();

let serials = 0;

/**
 * Runs a coroutine, and is the future of its result. Made by `createTask()` and by groups.
 *
 * **Cancel safety.** A task cancelled while it awaits another task cancels that one too; wrap it in
 * `shield()` where it should go on.
 *
 * ```ts
 * import { createTask, isCancelled, run, sleep } from "@weft/weft";
 *
 * await run(async () => {
 *   const task = createTask(() => sleep(1000), { name: "sleeper" });
 *   await sleep(1);
 *   task.cancel("enough");
 *   try {
 *     await task;
 *   } catch (error) {
 *     console.assert(isCancelled(error) && error.message === "enough");
 *   }
 * });
 * ```
 */
export class Task<T> extends SteppedFuture<T> {
  /** @internal Orders tasks by creation. */
  readonly serial: number = ++serials;

  /** @internal Use `createTask()`. */
  constructor(loop: EventLoop, coroutine: CoroutineLike<T>, options: TaskOptions = {}) {
    checkTaskOptions(options);
    super(loop, coroutine, options.context ?? inheritContext());
    const { name, priority = DEFAULT_PRIORITY, eager, signal } = options;
    checkPriority(priority);
    if (name !== undefined) this.name = name;
    this.flags |= priority << PRIORITY_SHIFT;
    if (eager && loop.running && canBeginWithin(coroutine)) {
      this.id = loop.claim(this, priority);
      keepCaller(() => this.startEagerly());
    } else {
      this.id = loop.claimReady(this, priority);
    }
    if (signal !== undefined) this.cancelOn(signal);
  }

  /** Tells its name. */
  override get name(): string {
    return this.rare?.name ?? `Task-${this.serial}`;
  }

  override set name(name: string) {
    this.needRare().name = String(name);
  }

  /** @internal Describes it for dumps. */
  override get label(): string {
    return `task ${this.name}`;
  }

  /** Tells how urgent its steps are; setting it moves the queued step too. */
  override get priority(): number {
    return (this.flags & PRIORITY_MASK) >> PRIORITY_SHIFT;
  }

  override set priority(priority: number) {
    checkPriority(priority);
    if (this.rare?.ownPriority !== undefined) this.rare.ownPriority = priority;
    this.setUrgency(Math.min(priority, ...this.rare?.lent?.values() ?? []));
  }

  /** @internal Makes it at least as urgent as one who waits for what it holds. */
  lend(lender: object, priority: number): void {
    const rare = this.needRare();
    rare.ownPriority ??= this.priority;
    (rare.lent ??= new Map()).set(lender, priority);
    this.setUrgency(Math.min(rare.ownPriority, ...rare.lent.values()));
  }

  /** @internal Takes back what was lent; harmless if nothing was. */
  takeBack(lender: object): void {
    const { rare } = this;
    if (rare?.lent?.delete(lender) !== true) return;
    this.setUrgency(Math.min(rare.ownPriority!, ...rare.lent.values()));
    if (rare.lent.size === 0) rare.ownPriority = undefined;
  }

  /** Sets the priority that its steps have. */
  private setUrgency(priority: number): void {
    if (priority === this.priority) return;
    this.flags = this.flags & ~PRIORITY_MASK | priority << PRIORITY_SHIFT;
    if (this.id !== 0) this.loop.setLevel(this.id, priority);
  }

  /** Tells its context. */
  get context(): Context {
    return this.ownContext ??= new Context();
  }

  /** Counts the requests to cancel it that were not taken back. */
  get cancelling(): number {
    return this.flags >> REQUESTS_SHIFT;
  }

  /**
   * Requests its cancellation; returns false if it is done.
   *
   * A `CancelledError` is thrown at the point where it waits, or else at the next such point. The
   * task may clean up, and may even go on.
   */
  override cancel(message?: string): boolean {
    if (this.done) return super.cancel(message);
    if (delivering.has(this)) return this.#breakOff(message);
    const chain = Task.#chainFrom(this);
    try {
      this.#deliverAlong(chain, message);
    } finally {
      for (const task of chain) delivering.delete(task);
    }
    for (const task of chain.reverse()) task.rare?.controller?.abort(newCancelledError(message));
    return true;
  }

  /** Requests it of all in a chain of tasks, down to the last; there may be thousands, or a ring. */
  static #chainFrom(first: unknown): Task<unknown>[] {
    const chain: Task<unknown>[] = [];
    for (let task = first; task instanceof Task && !task.done; task = task.waiter) {
      if (delivering.has(task)) break;
      if (task.waiter instanceof Future) delivering.add(task);
      task.flags += ONE_REQUEST;
      chain.push(task);
    }
    return chain;
  }

  /** Interrupts the last of a chain of tasks, each of which waits for the next. */
  #deliverAlong(chain: Task<unknown>[], message: string | undefined): void {
    for (const task of chain.slice(0, -1)) task.#interrupt(message);
    const last = chain.at(-1)!;
    if (delivering.has(last.waiter)) last.#breakOff(message);
    else last.deliverCancel(message);
  }

  /** Notes that it is interrupted, and cancels what native code of it waits for besides. */
  #interrupt(message: string | undefined): void {
    this.flags |= INTERRUPTED;
    this.rare?.aside?.forEach((wait) => wait.cancel(message));
  }

  /** Ends a wait for what waits for this task: nothing else would ever end it. */
  #breakOff(message: string | undefined): true {
    this.#interrupt(message);
    const other = this.waiter as Future<unknown> | undefined;
    other?.forget(this);
    other?.addDoneCallback((done) => void (done.cancelled || done.exception())); // It is known.
    this.waiter = undefined;
    this.flags |= MUST_CANCEL;
    if (message !== undefined) this.needRare().message = message;
    this.wake();
    return true;
  }

  /** Takes back one request; returns how many remain. None left means none undelivered. */
  uncancel(): number {
    if (this.cancelling > 0) {
      this.flags -= ONE_REQUEST;
      if (this.cancelling === 0) this.calm();
    }
    return this.cancelling;
  }

  /** @internal Interrupts the wait, or the next one, without counting a request. */
  override deliverCancel(message: string | undefined): void {
    this.#interrupt(message);
    if (this.waiter?.cancel(message)) return;
    this.flags |= MUST_CANCEL;
    if (message !== undefined || this.rare !== undefined) this.needRare().message = message;
  }

  /** @internal Tells whether a cancellation is on its way to it. */
  get interrupted(): boolean {
    return (this.flags & INTERRUPTED) !== 0;
  }

  /** @internal Calls off an interruption that no request stands behind any more. */
  calm(): void {
    if ((this.flags & MUST_CANCEL) !== 0) this.flags &= ~(MUST_CANCEL | INTERRUPTED);
  }

  /** @internal Makes a cancellation of it, even if it is none. */
  override takeCancellation(): CancelledError {
    return this.cancelled ? super.takeCancellation() : newCancelledError(this.rare?.message);
  }

  /** Is aborted when a cancellation is requested; made on first use. */
  get signal(): AbortSignal {
    const rare = this.needRare();
    if (rare.controller === undefined) {
      rare.controller = new AbortController();
      if (this.cancelling > 0) rare.controller.abort(newCancelledError(rare.message));
    }
    return rare.controller.signal;
  }

  /** Cancels it when a signal is aborted. */
  private cancelOn(signal: AbortSignal): void {
    const cancel = () => void this.cancel(describeReason(signal.reason));
    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel, { once: true });
    this.needRare().unlisten = () => signal.removeEventListener("abort", cancel);
  }

  /** @internal A task's result is its coroutine's. */
  override setResult(_value: T): never {
    throw new RuntimeError(`A TASK'S RESULT IS ITS COROUTINE'S, IT CANNOT BE SET: ${this.name}`);
  }

  /** @internal A task's failure is its coroutine's. */
  override setException(_error: unknown): never {
    throw new RuntimeError(`A TASK'S FAILURE IS ITS COROUTINE'S, IT CANNOT BE SET: ${this.name}`);
  }

  /** @internal Wakes a task that waits for this one. */
  override suspend(task: Sleeper): void {
    if (task as unknown === this) {
      throw new RuntimeError(`A TASK CANNOT AWAIT ITSELF: ${this.name}`);
    }
    super.suspend(task);
  }
}

/** Tells whether a coroutine may begin within the step of another: native code must be told apart. */
function canBeginWithin(coroutine: CoroutineLike<unknown>): boolean {
  return storage !== undefined || !isAsyncFunction(coroutine);
}
