/**
 * What can be awaited, and how waiting is expressed.
 *
 * A generator coroutine waits by `yield*`: the awaitable's iterator yields a {@linkcode Waiter}
 * if it is not done, the task waits on that, and resumes the iterator to take the result. Native
 * async code waits by `await`, which calls `then()`.
 *
 * @module
 */

import { show } from "../check.ts";

export { show };

/** What a task waits on at a suspension point. Only the library makes these. */
export interface Waiter {
  /** Starts waiting; the task is woken once when it is done. Throws if it cannot be waited on. */
  suspend(task: Sleeper): void;
  /** Requests the cancellation of the wait; returns false if it is done. */
  cancel(message?: string): boolean;
  /** Takes the outcome once it is done: a value, or a failure; to throw costs a microsecond more. */
  take(): unknown;
  /** Whether it takes something from others: nobody may get it when the task has ended. */
  readonly takes?: boolean;
  /** Describes the wait for dumps. */
  toString(): string;
}

/** The outcome of a wait that has failed. */
export class Failure {
  /** Makes the outcome of an error. */
  constructor(readonly error: unknown) {}
}

/** Who waits: a task, or native code of one. */
export interface Sleeper {
  /** Queues the next step. */
  wake(): void;
  /** How urgent it is. */
  readonly priority: number;
  /** Waits for a time; the step is queued a turn after it has come. */
  sleepUntil(when: number): void;
  /** Ends its sleep early; returns false if its timer has run. */
  stopSleeping(): boolean;
}

/** What a coroutine of the library yields where it waits. */
export type Suspension = Waiter;

/** A generator coroutine that returns a `T`: it runs nothing until it is awaited or made a task. */
export type Coroutine<T> = Generator<Suspension, T, unknown>;

/** What a coroutine can wait for by `yield*`. */
export interface Yieldable<T> {
  /** Begins to wait. */
  [Symbol.iterator](): Iterator<Suspension, T, unknown>;
}

/** What both front ends can await: by `yield*` and by `await`. */
export interface Awaitable<T> extends PromiseLike<T> {
  /** Waits for it in a generator coroutine: `yield* it`. */
  [Symbol.iterator](): Iterator<Suspension, T, unknown>;
  /** Waits for it, and handles a failure, as that of a promise. */
  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B>;
  /** Waits for it, and calls a function however it ends, as that of a promise. */
  finally(callback?: (() => void) | null): Promise<T>;
}

/** What a coroutine function may return. */
export type CoroutineResult<T> = Coroutine<T> | Awaitable<T> | PromiseLike<T>;

/** A generator object, or a function whose first step's result decides. */
export type CoroutineLike<T> = Coroutine<T> | (() => CoroutineResult<T>);

/** The body of a scope: a coroutine function of the scope. */
export type Body<S, T> = (scope: S) => CoroutineResult<T>;

const GeneratorPrototype = Object.getPrototypeOf(function* () {}).prototype;
const GeneratorFunction = Object.getPrototypeOf(function* () {}).constructor;

/** Returns whether a value is a generator object. */
export function isGenerator(value: unknown): value is Coroutine<unknown> {
  return typeof value === "object" && value !== null &&
    Object.prototype.isPrototypeOf.call(GeneratorPrototype, value);
}

/** Returns whether calling a function only makes a generator, and runs nothing. */
export function isGeneratorFunction(value: unknown): boolean {
  return value instanceof GeneratorFunction;
}

/** Returns whether a value is declared as an async function, or an async generator function. */
export function isAsyncFunction(value: unknown): boolean {
  return /^\[object Async(Generator)?Function\]$/.test(Object.prototype.toString.call(value));
}

/** Returns whether a value is a promise or the like. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null &&
    typeof (value as PromiseLike<unknown>).then === "function";
}

/** Returns whether a value is an awaitable of the library. */
export function isAwaitable(value: unknown): value is Awaitable<unknown> {
  // Looking at `then` itself would mean an await; in debug mode, generators have one, too.
  return typeof value === "object" && value !== null && "then" in value &&
    typeof (value as Awaitable<unknown>)[Symbol.iterator] === "function" && !isGenerator(value);
}

/** Returns whether `createTask` would take a value: a generator object or a function. */
export function isCoroutine(value: unknown): value is CoroutineLike<unknown> {
  return isGenerator(value) || typeof value === "function";
}

/** Returns whether a value is a list: not an awaitable or a coroutine, which have iterators too. */
export function isList(value: unknown): value is Iterable<unknown> {
  return typeof (value as Iterable<unknown> | undefined)?.[Symbol.iterator] === "function" &&
    typeof value === "object" && !isAwaitable(value) && !isGenerator(value);
}

/** Shows a value in an error message, and guesses what was meant. */
export function explain(value: unknown): string {
  const guess = value instanceof Promise
    ? ": a promise, wrap it in until()"
    : isGeneratorFunction(value)
    ? ": a generator function, call it"
    : typeof value === "function"
    ? ": a function, call it"
    : isGenerator(value)
    ? ": a coroutine, await it with yield*"
    : isAwaitable(value)
    ? ": an awaitable, await it with yield*"
    : isThenable(value)
    ? ": a thenable, wrap it in until()"
    : "";
  return show(value) + guess;
}

/** A wait for the next turn; it has no state, so one serves all. */
export const PAUSE: Waiter = {
  suspend: (task) => task.wake(),
  cancel: () => false,
  take: () => undefined,
  toString: () => "the next turn",
};

/** What is passed to `next()` of a suspended coroutine: its awaitable takes the result itself. */
export const RESUMED: unique symbol = Symbol("resumed");

// Iterator results that are read before anything else can run, and so need not be made anew.
const suspended: { done: false; value: Suspension | undefined } = { done: false, value: undefined };
const finished: { done: true; value: unknown } = { done: true, value: undefined };

/** Makes the iterator result that suspends. */
export function suspendOn(waiter: Waiter): IteratorYieldResult<Suspension> {
  suspended.value = waiter;
  return suspended as IteratorYieldResult<Suspension>;
}

/**
 * Takes what a coroutine waits on, if it waits by `yield*` and so made the last suspension.
 *
 * V8 passes its very result through every `yield*`, other engines only the value.
 */
export function takeSuspension({ value }: IteratorResult<unknown, unknown>): Waiter | undefined {
  if (value === undefined || value !== suspended.value) return undefined;
  suspended.value = undefined;
  return value as Waiter;
}

/** A wait of a coroutine on a waiter whose outcome is another's. */
export class Relay implements Yieldable<void>, Iterator<Suspension, void, unknown> {
  readonly #waiter: Waiter;

  constructor(waiter: Waiter) {
    this.#waiter = waiter;
  }

  [Symbol.iterator](): Iterator<Suspension, void, unknown> {
    return this;
  }

  next(token?: unknown): IteratorResult<Suspension, void> {
    return token === RESUMED ? finishWith(undefined) : suspendOn(this.#waiter);
  }

  throw(error: unknown): IteratorResult<Suspension, void> {
    throw error;
  }
}

/** Makes a promise of what can be awaited by hand, too. */
export function toPromise<T>(awaitable: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => void awaitable.then(resolve, reject));
}

/** Makes the iterator result that ends a wait. */
export function finishWith<T>(value: T): IteratorReturnResult<T> {
  finished.value = value;
  return finished as IteratorReturnResult<T>;
}
