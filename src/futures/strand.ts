/**
 * A strand: one wait of native async code, with all that belongs to it.
 *
 * Each `await` of something of the library is one, and so is each `then()` by hand. It holds what is
 * waited on, whom to tell, and the part of the task that it belongs to; nothing else can wake it, end
 * it or take its place. What is awaited is a coroutine, which the strand steps as a task steps its
 * own, or a future, whose outcome it hands over.
 *
 * @module
 */

import {
  callIn,
  callWith,
  capture,
  contextFor,
  type HostContext,
} from "../engine/async_context.ts";
import { active, currentExecution, type Execution } from "../engine/current.ts";
import type { Runnable } from "../engine/registry.ts";
import { ignoreIfUnhandled } from "../engine/unhandled.ts";
import { CancelledError, RuntimeError } from "../errors.ts";
import { type Coroutine, Failure, type Waiter } from "./awaitable.ts";
import {
  type Flow,
  IS_FLOW,
  link,
  liveFlow,
  moveStrands,
  OVER,
  PARKED,
  type Part,
  passPending,
  type Rare,
  regionOf,
  SLEEPING,
  type TaskFlow,
  unlink,
} from "./flow.ts";
import { NativeCall } from "./native_call.ts";
import type { Scheduler } from "./scheduler.ts";
import {
  advance,
  endSleep,
  noteStrands,
  park,
  sleepUntil,
  stopSleeping,
  takeOutcome,
  waiterOf,
} from "./step.ts";

/** A function that is called with what a wait has come to. */
export type Settle = (outcome: unknown) => unknown;

/** One wait of native async code. */
export class Strand implements Part, Runnable, PromiseLike<unknown> {
  /** Its id in the core while it waits. */
  id = 0;
  flags = 0;
  waiter: Waiter | undefined = undefined;
  rare: Rare | undefined = undefined;
  strands: Part | undefined = undefined;
  hostContext: HostContext = undefined;
  /** The host's values of who waits: what is called back by hand runs with them. */
  readonly #outside: HostContext = capture();
  readonly #home: TaskFlow;
  parent: Flow;
  before: Part = this;
  after: Part = this;
  #coroutine: Coroutine<unknown> | undefined;
  #outcome: unknown = undefined;
  #onResult: Settle | undefined;
  #onError: Settle | undefined;

  /** Makes a wait of code of an execution, for a coroutine or, without one, for a future. */
  constructor(
    execution: Execution,
    coroutine: Coroutine<unknown> | undefined,
    onResult: Settle,
    onError: Settle,
  ) {
    // Code that goes on after its task is the business of another from its first wait on.
    const flow = liveFlow(execution);
    const parent = this.parent = flow.successor ?? flow;
    this.#home = parent.task;
    this.#coroutine = coroutine;
    this.#onResult = onResult;
    this.#onError = onError;
    const region = regionOf(execution);
    if (region !== undefined) this.rare = { region };
    link(this);
    this.#home.comeBack();
  }

  /** Waits for a future, or for a coroutine that has begun and steps as a part of its flow. */
  static wait(
    execution: Execution,
    coroutine: Coroutine<unknown> | undefined,
    waiter: Waiter,
    onResult: Settle,
    onError: Settle,
  ): PromiseLike<unknown> {
    const strand = new Strand(execution, coroutine, onResult, onError);
    strand.hostContext = strand.#outside;
    strand.#park(waiter);
    strand.loop.stepEnded(strand.task);
    return strand;
  }

  /** Runs a coroutine as a flow of its own, which may have scopes and timeouts. */
  static run(
    execution: Execution,
    coroutine: Coroutine<unknown>,
    onResult: Settle,
    onError: Settle,
  ): PromiseLike<unknown> {
    const strand = new Strand(execution, coroutine, onResult, onError);
    strand.flags |= IS_FLOW;
    strand.hostContext = contextFor(strand);
    const { loop, task } = strand;
    if (active.stepping !== undefined) active.stepping = strand;
    if (strand.#step(undefined)) {
      if (active.stepping === strand) active.stepping = execution;
      return settled(strand.#end(), onResult, onError); // Who called this is still on the stack.
    }
    if ((strand.flags & PARKED) !== 0) loop.stepEnded(task);
    return strand;
  }

  get task(): TaskFlow {
    return this.#home.task;
  }

  get loop(): Scheduler {
    return this.#home.loop;
  }

  get priority(): number {
    return this.#home.priority;
  }

  get label(): string {
    return this.task.label;
  }

  get ownContext(): Execution["ownContext"] {
    return this.#home.ownContext;
  }

  set ownContext(context: Execution["ownContext"]) {
    this.#home.ownContext = context;
  }

  needRare(): Rare {
    return this.rare ??= {};
  }

  wake(): void {
    if (this.id !== 0) this.loop.push(this.id);
  }

  sleepUntil(when: number): void {
    sleepUntil(this, when);
  }

  stopSleeping(): boolean {
    return stopSleeping(this);
  }

  /** Runs one step; the loop calls it. */
  run(): void {
    if ((this.flags & SLEEPING) !== 0) return endSleep(this);
    const outcome = takeOutcome(this);
    const { loop, task } = this;
    this.#home.takeBackId(this);
    if (loop.isVirtual) noteStrands(this, -1);
    if (this.#coroutine === undefined) this.#outcome = outcome;
    else if (!this.#step(outcome)) {
      if ((this.flags & PARKED) === 0) loop.beginStep(task, this);
      return;
    }
    loop.beginStep(task, this.parent);
    this.#deliver(this.#end());
  }

  /** Steps its coroutine; returns whether that has ended: then its outcome is there. */
  #step(outcome: unknown): boolean {
    const { loop, execution, context } = active;
    active.loop = this.loop;
    active.execution = (this.flags & IS_FLOW) !== 0 ? this : this.parent;
    active.context = undefined;
    let result: IteratorResult<unknown, unknown>;
    try {
      result = callIn(this, advance, this.#coroutine!, outcome);
    } catch (error) {
      this.#outcome = new Failure(error);
      return true;
    } finally {
      active.loop = loop;
      active.execution = execution;
      active.context = context;
    }
    if (result.done) {
      this.#outcome = result.value;
      return true;
    }
    const waiter = waiterOf(result);
    if (waiter instanceof NativeCall) waiter.settle(() => this.#goOn());
    else this.#park(waiter);
    return false;
  }

  /** Goes on, in a microtask, as native code that it ran has come to its end. */
  #goOn(): void {
    if ((this.flags & OVER) !== 0) return;
    const { loop, task } = this;
    task.comeBack();
    if (this.#step(undefined)) this.#deliver(this.#end());
    else if ((this.flags & PARKED) !== 0) loop.stepEnded(task);
  }

  /** Waits. */
  #park(waiter: Waiter): void {
    this.#home.lendId(this);
    if (this.loop.isVirtual) noteStrands(this, 1);
    park(this, waiter);
  }

  /** Leaves its flow, and gives the outcome. */
  #end(): unknown {
    const outcome = this.#outcome;
    this.flags |= OVER;
    this.#coroutine = this.#outcome = undefined;
    unlink(this);
    if (this.strands !== undefined) moveStrands(this, this.parent);
    passPending(this);
    return outcome;
  }

  /** Notifies who waits. */
  #deliver(outcome: unknown): void {
    const settle = outcome instanceof Failure ? this.#onError! : this.#onResult!;
    const value = outcome instanceof Failure ? pass(outcome.error) : outcome;
    this.#onResult = this.#onError = undefined;
    const { loop } = active;
    active.loop = undefined; // What is called is native code, found by its async context.
    try {
      this.#settle(false, callWith(this.#outside, settle, value));
    } catch (error) {
      this.#settle(true, error);
    } finally {
      active.loop = loop;
    }
  }

  /** Ends its wait as its loop is closed: nobody would ever wake it. */
  drop(): void {
    this.id = 0;
    if ((this.flags & OVER) !== 0) return;
    const error = new RuntimeError(
      `Cannot wait for ${this.waiter} any longer: the loop of ${this.label} is closed`,
    );
    try {
      this.#coroutine?.throw(error); // What its cleanup awaits is nobody's any more.
    } catch {
      // It is the error itself, or another of the cleanup.
    }
    this.#outcome = new Failure(error);
    this.#deliver(this.#end());
  }

  // What then() gives to those who call it by hand: a promise, made when somebody looks at it.

  /** Keeps what a function that was given to `then()` returned, or threw. */
  #settle(failed: boolean, value: unknown): void {
    const { settle } = this.rare ?? {};
    if (settle !== undefined) return failed ? settle.reject(value) : settle.resolve(value);
    if (failed) this.needRare().promise = Promise.reject(value);
    else if (value !== undefined) this.needRare().promise = Promise.resolve(value);
  }

  get #promise(): Promise<unknown> {
    const rare = this.needRare();
    if (rare.promise !== undefined) return rare.promise;
    if (this.#onResult === undefined) return rare.promise = Promise.resolve();
    return rare.promise = new Promise((resolve, reject) => {
      rare.settle = { resolve, reject };
    });
  }

  then<A = unknown, B = never>(
    onResult?: ((value: unknown) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#promise.then(onResult, onError);
  }

  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<unknown> {
    return this.#promise.catch(onError);
  }

  finally(callback?: (() => void) | null): Promise<unknown> {
    return this.#promise.finally(callback);
  }
}

const NOTHING: Promise<unknown> = Promise.resolve();

/** Passes on an error; a cancellation that native code lets go is no fault. */
function pass(error: unknown): unknown {
  if (error instanceof CancelledError) ignoreIfUnhandled(error);
  return error;
}

/** The outcome that never comes. */
export const NEVER: Failure = new Failure(undefined);

/** Hands over an outcome that is there already, as a promise does. */
export function settled(
  outcome: unknown,
  onResult: Settle,
  onError: Settle,
): PromiseLike<unknown> {
  if (outcome === undefined) return NOTHING.then(onResult, onError);
  if (outcome === NEVER) return new Promise(() => {});
  const promise = outcome instanceof Failure
    ? Promise.reject(currentExecution() !== undefined ? pass(outcome.error) : outcome.error)
    : Promise.resolve(outcome);
  return promise.then(onResult, onError);
}
