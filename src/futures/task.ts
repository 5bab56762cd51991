/**
 * A coroutine that runs on its own, and the future of its result.
 *
 * @module
 */

import { callIn, contextFor, hasAsyncContext, type HostContext } from "../engine/async_context.ts";
import { Context, inheritContext } from "../engine/context.ts";
import { active, currentExecution } from "../engine/current.ts";
import { DEFAULT_PRIORITY, type Stepping } from "../engine/loop.ts";
import type { Runnable } from "../engine/registry.ts";
import { cancellationIn, type CancelledError, newCancelledError, RuntimeError } from "../errors.ts";
import {
  type Coroutine,
  type CoroutineLike,
  Failure,
  isAsyncFunction,
  isAwaitable,
  isGenerator,
  isThenable,
  PAUSE,
  Relay,
  show,
  type Sleeper,
  type Waiter,
} from "./awaitable.ts";
import {
  abortSignals,
  anyAsked,
  AWAY,
  breakOff,
  calmAround,
  deliver,
  type Flow,
  flowHere,
  hasSleepers,
  INTERRUPTED,
  interrupting,
  interruptWait,
  LENT,
  moveStrands,
  MUST_CANCEL,
  NATIVE,
  noteCancelledWait,
  ONE_REQUEST,
  PARKED,
  type Part,
  PRIORITY_SHIFT,
  type Rare,
  type Region,
  requestsHere,
  requestsWithin,
  signalOf,
  sleepersOf,
  SLEEPING,
  uncancel,
} from "./flow.ts";
import { type Future, InnerFuture } from "./future.ts";
import { showInLine } from "../engine/inspection.ts";
import { NativeCall } from "./native_call.ts";
import { explainYield } from "./refusal.ts";
import {
  advance,
  endSleep,
  foreignPromise,
  park,
  sleepUntil,
  stopSleeping,
  takeOutcome,
  waiterOf,
} from "./step.ts";
import {
  checkPriority,
  checkTaskOptions,
  describeReason,
  type TaskOptions,
} from "./task_options.ts";

const PRIORITY_MASK = 0b111 << PRIORITY_SHIFT;

let serials = 0;

/**
 * A coroutine that runs on its own, and the future of its result. Made by `createTask()` and by groups.
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
export interface Task<T> extends Future<T> {
  /** Its name. */
  name: string;
  /** How urgent its steps are, from 0 (most) to 7; setting it moves the queued step too. */
  priority: number;
  /** Its context. */
  readonly context: Context;
  /** What it waits on, to look at or to print; `undefined` while it does not wait. */
  readonly waitingOn: Future<unknown> | Waiter | undefined;
  /** The number of requests to cancel it, or the code that asks, that were not taken back. */
  readonly cancelling: number;
  /** A signal that is aborted when the task is cancelled, or a scope that the code which asks is in. */
  readonly signal: AbortSignal;
  /**
   * Requests its cancellation; returns false if it is done.
   *
   * A `CancelledError` is thrown at the point where it waits, or else at the next such point. The
   * task may clean up, and may even go on.
   */
  cancel(message?: string): boolean;
  /** Takes back one request; returns how many remain. None left means none undelivered. */
  uncancel(): number;
  /** Throws: a task's result is its coroutine's. */
  setResult(value: T): never;
  /** Throws: a task's failure is its coroutine's. */
  setException(error: unknown): never;
}

/** A task, with what the library needs of it. */
export class InnerTask<T> extends InnerFuture<T> implements Task<T>, Runnable, Stepping {
  static readonly #shown: void = /* @__PURE__ */ (() => {
    showInLine<InnerTask<unknown>>(this, (task) => {
      const { waits } = task;
      if (waits.length === 0) return String(task);
      return `${String(task).slice(0, -1)}, waits on ${waits.join(", and on ")}>`;
    });
  })();

  /** Its place among all tasks, by creation. */
  readonly #serial: number = ++serials;
  /** Its id in the core; 0 when it is done. */
  id = 0;
  /** What its own generator waits on. */
  waiter: Waiter | undefined = undefined;
  /** What few tasks need. */
  rare: Rare | undefined = undefined;
  /** The first of its strands. */
  strands: Part | undefined = undefined;
  /** The host's values that its steps run with. */
  hostContext: HostContext;
  /** A function until the first step, then the generator, or nothing. */
  #coroutine: CoroutineLike<T> | undefined;

  /** Makes one, and queues its first step. */
  constructor(loop: Future<T>["loop"], coroutine: CoroutineLike<T>, options: TaskOptions = {}) {
    checkTaskOptions(options);
    super(loop);
    const { name, priority = DEFAULT_PRIORITY, eager, signal, context } = options;
    checkPriority(priority);
    this.flags |= PARKED | priority << PRIORITY_SHIFT;
    this.#coroutine = coroutine;
    const ownContext = context ?? inheritContext();
    if (ownContext !== undefined) this.ownContext = ownContext;
    this.hostContext = contextFor(this);
    if (name !== undefined) this.needRare().name = name;
    if (eager && loop.running && canBeginWithin(coroutine)) {
      this.id = this.loop.claim(this, priority);
      this.#beginWithin();
    } else {
      this.id = this.loop.claimReady(this, priority);
    }
    if (signal !== undefined) this.cancelOn(signal);
  }

  get serial(): number {
    return this.#serial;
  }

  get name(): string {
    const name = this.rare?.name ?? `Task-${this.serial}`;
    return typeof name === "function" ? name() : name;
  }

  set name(name: string) {
    this.needRare().name = String(name);
  }

  /** What dumps call it. */
  override get label(): string {
    return `task ${this.name}`;
  }

  /** A task is a part of no other flow. */
  get parent(): undefined {
    return undefined;
  }

  /** Whether it does nothing but keep what another task has left behind. */
  get isLeftBehind(): boolean {
    return this.waiter instanceof Keeper;
  }

  /** Itself or, once it has ended, who keeps what it left behind. */
  get task(): InnerTask<unknown> {
    if (!this.done) return this as InnerTask<unknown>;
    const heir = (this.rare?.origin ?? this as Flow).rare?.heir as InnerTask<unknown> | undefined;
    return heir === undefined || heir.done ? this as InnerTask<unknown> : heir;
  }

  /** Its context, once that has values. */
  get ownContext(): Context | undefined {
    return this.rare?.context;
  }

  set ownContext(context: Context | undefined) {
    this.needRare().context = context;
  }

  /** Makes room for what few tasks need. */
  needRare(): Rare {
    return this.rare ??= {};
  }

  // Urgency.

  get priority(): number {
    return (this.flags & PRIORITY_MASK) >> PRIORITY_SHIFT;
  }

  set priority(priority: number) {
    checkPriority(priority);
    if (this.rare?.ownPriority !== undefined) this.rare.ownPriority = priority;
    this.setUrgency(Math.min(priority, ...this.rare?.lent?.values() ?? []));
  }

  /** Makes it at least as urgent as one who waits for what it holds. */
  lend(lender: object, priority: number): void {
    const rare = this.needRare();
    rare.ownPriority ??= this.priority;
    (rare.lent ??= new Map()).set(lender, priority);
    this.setUrgency(Math.min(rare.ownPriority, ...rare.lent.values()));
  }

  /** Takes back what was lent; harmless if nothing was. */
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
    for (const { id } of sleepersOf(this) as Iterable<Flow & { id: number }>) {
      if (id !== 0 && id !== this.id) this.loop.setLevel(id, priority);
    }
  }

  get context(): Context {
    return this.ownContext ??= new Context();
  }

  // Waiting.

  get waitingOn(): Waiter | undefined {
    if (this.done) return undefined;
    const [waiter] = this.waits;
    if (waiter !== undefined) return waiter;
    const isRunning = (this.flags & PARKED) !== 0 || currentExecution()?.task === this;
    return isRunning ? undefined : foreignPromise;
  }

  /** All that it waits on. */
  get waits(): Waiter[] {
    const waits: Waiter[] = [];
    for (const { waiter } of sleepersOf(this)) {
      if (waiter !== undefined && !(waiter instanceof Keeper)) waits.push(waiter);
    }
    return waits;
  }

  /** Queues the next step. */
  wake(): void {
    if (this.id !== 0) this.loop.push(this.id);
  }

  /** Waits for a time; the step is queued a turn after it has come. */
  sleepUntil(when: number): void {
    sleepUntil(this, when);
  }

  /** Ends its sleep early; returns false if its timer has run. */
  stopSleeping(): boolean {
    return stopSleeping(this);
  }

  // The step.

  /** Runs one step; the loop calls it. */
  run(): void {
    if ((this.flags & SLEEPING) !== 0) return endSleep(this);
    if (!this.#goOn(takeOutcome(this))) this.loop.beginStep(this, this);
  }

  /** Goes on; returns whether that ended the step. */
  #goOn(outcome: unknown): boolean {
    const coroutine = this.#coroutine;
    if (typeof coroutine === "function") return this.#begin(coroutine, outcome);
    return this.#step(coroutine!, outcome);
  }

  /** Calls the coroutine function: what it returns decides how the task goes on. */
  #begin(start: () => unknown, outcome: unknown): boolean {
    this.#coroutine = undefined;
    if (outcome instanceof Failure) return this.#end(outcome);
    let result: unknown;
    const before = active.execution;
    active.execution = this;
    try {
      result = callIn(this, start, undefined, undefined);
    } catch (error) {
      return this.#end(new Failure(error));
    } finally {
      active.execution = before;
    }
    if (!isGenerator(result)) {
      if (isThenable(result) && !isAwaitable(result)) {
        this.flags |= NATIVE;
        // A thenable may call back at once, or twice, or throw: a promise of it does not.
        Promise.resolve(result).then(
          (value) => this.#settleWith(value),
          (error) => this.#settleWith(new Failure(error)),
        );
        return false;
      }
      result = awaitResult(result);
    }
    this.#coroutine = result as Coroutine<T>;
    return this.#step(this.#coroutine, undefined);
  }

  /** Steps its generator; returns whether that ended the step. */
  #step(generator: Coroutine<unknown>, outcome: unknown): boolean {
    const before = active.execution;
    active.execution = this;
    let result: IteratorResult<unknown, unknown>;
    try {
      result = callIn(this, advance, generator, outcome);
    } catch (error) {
      active.execution = before;
      return this.#end(new Failure(error));
    }
    active.execution = before;
    if (result.done) return this.#end(result.value);
    const waiter = waiterOf(result);
    if (waiter === PAUSE && this.rare === undefined) {
      this.flags |= PARKED;
      this.loop.push(this.id);
      return true;
    }
    if (waiter instanceof NativeCall) {
      waiter.settle(() => this.#goOnNatively());
      return false;
    }
    park(this, waiter);
    return true;
  }

  /** Goes on, in a microtask, as native code that its generator ran has come to its end. */
  #goOnNatively(): void {
    if (this.done || this.loop.closed) return;
    this.comeBack();
    const { loop } = active;
    active.loop = this.loop;
    const hasEnded = this.#goOn(undefined);
    active.loop = loop;
    if (hasEnded) this.loop.stepEnded(this);
  }

  /** Ends it with the outcome of its async function. */
  #settleWith(outcome: unknown): void {
    if (this.done || this.loop.closed) return;
    this.#end(outcome);
    this.loop.stepEnded(this);
  }

  /** Ends it. */
  #end(outcome: unknown): true {
    this.comeBack();
    if ((this.flags & LENT) === 0) this.loop.forget(this.id);
    this.id = 0; // A strand that uses it gives it back.
    this.#coroutine = this.waiter = undefined;
    this.rare?.unlisten?.();
    const cancellation = outcome instanceof Failure ? cancellationIn(outcome.error) : undefined;
    if (cancellation !== undefined) {
      this.abandon(cancellation);
    } else if (outcome instanceof Failure) {
      explainYield(outcome.error);
      this.fail(outcome.error);
    } else if ((this.flags & MUST_CANCEL) !== 0) {
      this.flags &= ~MUST_CANCEL;
      this.abandon(this.rare?.message);
    } else {
      this.complete(outcome as T);
    }
    if (this.strands !== undefined) this.#leaveBehind();
    return true;
  }

  /** Runs the first step inside of `createTask()`. */
  #beginWithin(): void {
    const { loop, execution, context } = active;
    active.loop = this.loop;
    active.context = undefined;
    this.flags &= ~PARKED;
    const hasEnded = this.#goOn(undefined);
    active.loop = loop;
    active.execution = execution;
    active.context = context;
    if (hasEnded) return;
    if (hasAsyncContext) return this.leave();
    const message = "Cannot begin native code within other code on a host without " +
      "AsyncLocalStorage: leave out `eager`";
    this.#end(new Failure(new RuntimeError(message)));
  }

  // Native code.

  /** Gives a strand that begins to wait an id: its own, which it does not need, or another. */
  lendId(strand: Runnable & { id: number }): void {
    if ((this.flags & (NATIVE | LENT)) === NATIVE && this.id !== 0) {
      this.flags |= LENT;
      strand.id = this.id;
      this.loop.rename(strand.id, strand);
    } else {
      strand.id = this.loop.claim(strand, this.priority);
    }
  }

  /** Takes the id of a strand back. */
  takeBackId(strand: { id: number }): void {
    if (strand.id === this.id) {
      this.flags &= ~LENT;
      this.loop.rename(this.id, this);
    } else {
      this.loop.forget(strand.id);
    }
    strand.id = 0;
  }

  /** Notes that native code went off to a promise the loop knows nothing of. */
  leave(): void {
    if (this.done || (this.flags & AWAY) !== 0) return;
    if (hasSleepers(this)) {
      for (const { waiter } of sleepersOf(this)) if (!(waiter instanceof Keeper)) return;
    }
    this.flags |= AWAY;
    this.loop.beginHostOperation();
  }

  /** Notes that native code which went off is back. */
  comeBack(): void {
    if ((this.flags & AWAY) === 0) return;
    this.flags &= ~AWAY;
    this.loop.endHostOperation();
  }

  /** Gives the strands that go on after its end to a task that keeps them. */
  #leaveBehind(): void {
    for (const sleeper of sleepersOf(this)) {
      if (sleeper.waiter?.takes) interruptWait(sleeper, `${this.label} has ended`);
    }
    const heir = this.successor;
    moveStrands(this as Flow, heir);
    heir.leave();
  }

  /** Itself or, once it has ended, a task that lives while strands of it do. */
  get successor(): InnerTask<unknown> {
    const { task } = this;
    if (!task.done) return task;
    if (this.rare?.origin !== undefined) return this.rare.origin.successor as InnerTask<unknown>;
    const { priority, context } = this;
    const name = `${this.name} (left behind)`;
    const options = { name, priority, context, eager: true };
    const keeper = new Keeper();
    const heir = keeper.heir = new InnerTask<unknown>(this.loop, keeper.run(), options);
    heir.needRare().origin = this as Flow;
    return this.needRare().heir = heir;
  }

  // Cancelling.

  get cancelling(): number {
    const here = flowHere();
    return here !== undefined && here !== this && here.task === this
      ? requestsHere(here)
      : requestsWithin(this as Flow);
  }

  override cancel(message?: string): boolean {
    return this.request(message);
  }

  /** Cancels it; a region of it, if that is given: the signals that others of its code have stay. */
  request(message?: string, within?: Region): boolean {
    if (this.done) return super.cancel(message);
    const asked = interrupting.get(this);
    if (asked?.waiter instanceof InnerFuture) {
      breakOff(asked, message);
      return true;
    }
    // All in a chain of tasks, each of which waits for the next; there may be thousands, or a ring.
    const chain: InnerTask<unknown>[] = [];
    try {
      // deno-lint-ignore no-this-alias -- it begins a walk along the chain
      for (let task: InnerTask<unknown> = this;;) {
        const sleeper: Flow = task.#soleSleeper;
        const { waiter } = sleeper;
        task.flags += ONE_REQUEST;
        chain.push(task);
        if (!(waiter instanceof InnerTask) || waiter.done || interrupting.has(waiter)) {
          deliver(task as Flow, message);
          break;
        }
        task.flags |= INTERRUPTED;
        sleeper.flags |= INTERRUPTED;
        noteCancelledWait(sleeper);
        interrupting.set(task, sleeper);
        task = waiter;
      }
    } finally {
      for (const task of chain) interrupting.delete(task);
    }
    for (const task of chain.reverse()) {
      abortSignals(task as Flow, message, task === this ? within : undefined);
    }
    return true;
  }

  /** All that waits in it, if that is one thing; else itself. */
  get #soleSleeper(): Flow {
    const strand = this.strands;
    if (strand === undefined || (this.flags & PARKED) !== 0) return this as Flow;
    return strand.after === strand && strand.strands === undefined ? strand : this as Flow;
  }

  uncancel(): number {
    const here = flowHere();
    const own = here?.task === this ? here : undefined;
    uncancel(own ?? anyAsked(this as Flow) ?? this as Flow);
    const remaining = this.cancelling;
    if (own !== undefined && remaining === 0) calmAround(own);
    return remaining;
  }

  /** Makes a cancellation of it, even if it is none. */
  override takeCancellation(): CancelledError {
    return this.cancelled ? super.takeCancellation() : newCancelledError(this.rare?.message);
  }

  get signal(): AbortSignal {
    const here = flowHere();
    return signalOf(here?.task === this ? here : this as Flow);
  }

  /** Cancels it when a signal is aborted. */
  private cancelOn(signal: AbortSignal): void {
    const cancel = () => void this.cancel(describeReason(signal.reason));
    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel, { once: true });
    this.needRare().unlisten = () => signal.removeEventListener("abort", cancel);
  }

  override setResult(_value: T): never {
    throw new RuntimeError(
      `Cannot set the result of the task ${this.name}: it is that of its coroutine`,
    );
  }

  override setException(_error: unknown): never {
    throw new RuntimeError(
      `Cannot set the failure of the task ${this.name}: it is that of its coroutine`,
    );
  }

  /** Wakes a task that waits for this one. */
  override suspend(task: Sleeper): void {
    if ((task as Partial<Flow>).task === this) {
      throw new RuntimeError(
        `Cannot await the task ${this.name} in itself: it would wait for ever`,
      );
    }
    super.suspend(task);
  }
}

/**
 * The class of tasks, for a subclass that a task factory makes; `createTask()` makes the others.
 *
 * A task of it belongs to the loop that it is given, and begins in that loop's next turn.
 */
export const Task = InnerTask as new <T>(
  loop: Future<T>["loop"],
  coroutine: CoroutineLike<T>,
  options?: TaskOptions,
) => Task<T>;

/** Returns whether a coroutine may begin within the step of another, and is told apart from it. */
function canBeginWithin(coroutine: CoroutineLike<unknown>): boolean {
  return hasAsyncContext || !isAsyncFunction(coroutine);
}

/** The wait of a task that keeps what another left behind, until that has come to its end. */
class Keeper implements Waiter {
  /** The task, once it is made: its first step is taken before. */
  heir: InnerTask<unknown> | undefined;

  *run(): Coroutine<void> {
    // What has ended one wait may have begun another within the same step.
    while (this.heir === undefined || this.heir.strands !== undefined) yield* new Relay(this);
  }

  suspend(sleeper: Sleeper): void {
    const flow = sleeper as Flow;
    flow.needRare().onEmpty = () => flow.wake();
  }

  cancel(): boolean {
    return true; // What it keeps was cancelled, and is waited for.
  }

  take(): void {}

  toString(): string {
    return "what was left behind";
  }
}

/** Awaits an awaitable that a coroutine function returned; refuses anything else. */
function* awaitResult(result: unknown): Coroutine<unknown> {
  if (isAwaitable(result)) return yield* result;
  throw new TypeError(
    `Cannot run a function that returns ${
      show(result)
    }: a coroutine function returns a generator or a promise`,
  );
}
