/**
 * How native async code awaits what the library gives it.
 *
 * @module
 */

import { hasAsyncContext } from "../engine/async_context.ts";
import { asyncExecution, currentExecution, type Execution } from "../engine/current.ts";
import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  type Coroutine,
  Failure,
  type Suspension,
  toPromise,
  type Waiter,
} from "./awaitable.ts";
import { handOver, isRemembering, rememberMade } from "./forgotten.ts";
import { showInLine } from "../engine/inspection.ts";
import { refuseBlocks } from "./refusal.ts";
import { waiterOf } from "./step.ts";
import { NEVER, type Settle, settled, Strand } from "./strand.ts";

/** What only a task can await: it has no result of its own until then. */
export abstract class LazyAwaitable<T> implements Awaitable<T> {
  static readonly #shown: void = /* @__PURE__ */ (() => {
    showInLine<LazyAwaitable<unknown>>(this);
    refuseBlocks(this, "write using name = await …, or yield* …");
  })();

  /** Remembers, where that is asked for, that it was made. */
  constructor() {
    if (isRemembering) rememberMade(this);
  }

  /** Whether somebody has awaited it, as far as it can tell: until then it has done nothing. */
  get hasBegun(): boolean {
    return true;
  }

  /** Whether it may have scopes and timeouts, as an operation has: native code runs it as a flow. */
  protected readonly isFlow?: boolean;

  /** Gives what it waits on, if that has its whole outcome. */
  protected asWaiter(): Waiter | undefined {
    return undefined;
  }

  /** Waits for it in a generator coroutine: `yield* it`. */
  abstract [Symbol.iterator](): Iterator<Suspension, T, unknown>;

  /** Describes it for dumps and errors. */
  abstract toString(): string;

  /** Waits for it in native async code: `await it`. */
  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    if (typeof onResult !== "function" || typeof onError !== "function") {
      return toPromise(this).then(onResult, onError);
    }
    return this.#await(onResult as Settle, onError) as PromiseLike<A | B>;
  }

  /** Waits for it, and handles a failure, as that of a promise. */
  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return toPromise(this).catch(onError);
  }

  /** Waits for it, and calls a function however it ends, as that of a promise. */
  finally(callback?: (() => void) | null): Promise<T> {
    return toPromise(this).finally(callback);
  }

  #await(onResult: Settle, onError: Settle): PromiseLike<unknown> {
    const execution = executionFor(this);
    if (execution instanceof Failure) {
      handOver(this);
      return settled(execution, onResult, onError);
    }
    let result: IteratorResult<Suspension, unknown>;
    let coroutine: Coroutine<unknown>;
    try {
      const waiter = this.asWaiter();
      if (waiter !== undefined) return Strand.wait(execution, undefined, waiter, onResult, onError);
      coroutine = this[Symbol.iterator]() as Coroutine<unknown>;
      if (this.isFlow) return Strand.run(execution, coroutine, onResult, onError);
      result = coroutine.next();
    } catch (error) {
      return settled(new Failure(error), onResult, onError);
    }
    if (result.done) return settled(result.value, onResult, onError);
    return Strand.wait(execution, coroutine, waiterOf(result), onResult, onError);
  }
}

/** How often code of a closed loop is told so: what catches that and waits again would never end. */
const MOST_REFUSALS = 1000;
const refusals = new WeakMap<object, number>();

/** Finds what native code that awaits is a part of; fails where it is a part of no task. */
export function executionFor(awaited: unknown): Execution | Failure {
  const execution = awaitingExecution();
  if (execution?.task === undefined) {
    const message = hasAsyncContext
      ? `Cannot await ${awaited} outside of a task: start one with run() or createTask(), and await ` +
        "it directly there"
      : `Cannot await ${awaited} here: this host has no AsyncLocalStorage, which tells the task of ` +
        "code that has waited for the host. Await promises of the host through until(), or write " +
        "generator coroutines; outside of a task, start one with run()";
    return new Failure(new RuntimeError(message));
  }
  if (execution.loop.closed) {
    const count = (refusals.get(execution.loop) ?? 0) + 1;
    refusals.set(execution.loop, count);
    if (count > MOST_REFUSALS) return NEVER;
    const { label } = execution.task as { label?: string };
    const message = `Cannot await ${awaited}: the loop of ${label} is closed`;
    return new Failure(new RuntimeError(message));
  }
  return execution;
}

/** Finds the execution of code that awaits; its async context knows the region, too. */
export function awaitingExecution(): Execution | undefined {
  return hasAsyncContext ? asyncExecution() : currentExecution();
}
