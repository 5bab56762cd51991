/**
 * What can be awaited, and how waiting is expressed.
 *
 * A generator coroutine waits by `yield*`: the awaitable's iterator yields a {@linkcode Waiter}
 * if it is not done, the task waits on that, and resumes the iterator to take the result. Native
 * async code waits by `await`, which calls `then()`.
 *
 * @module
 */

/** Is what a task waits on at a suspension point. Only the library makes these. */
export interface Waiter {
  /** Starts waiting; the task is woken once when it is done. Throws if it cannot be waited on. */
  suspend(task: Sleeper): void;
  /** Requests the cancellation of the wait; returns false if it is done. */
  cancel(message?: string): boolean;
  /** Takes the outcome once it is done: a value, or a failure; to throw costs a microsecond more. */
  take(): unknown;
  /** Describes the wait for dumps. */
  toString(): string;
}

/** Is the outcome of a wait that has failed. */
export class Failure {
  /** Makes the outcome of an error. */
  constructor(readonly error: unknown) {}
}

/** Is a task, as a waiter sees it. */
export interface Sleeper {
  /** Queues the task's next step. */
  wake(): void;
  /** Tells how urgent it is. */
  readonly priority: number;
}

/** Marks a value yielded by a coroutine as the library's. */
export type Suspension = Waiter;

/** Is a generator coroutine that returns a `T`: runs nothing until awaited or made a task. */
export type Coroutine<T> = Generator<Suspension, T, unknown>;

/** Can be waited for by `yield*`, in a coroutine. */
export interface Yieldable<T> {
  /** Begins to wait. */
  [Symbol.iterator](): Iterator<Suspension, T, unknown>;
}

/** Can be awaited under both front ends: by `yield*` and by `await`. */
export interface Awaitable<T> extends PromiseLike<T> {
  /** Waits for it in a generator coroutine: `yield* it`. */
  [Symbol.iterator](): Iterator<Suspension, T, unknown>;
}

/** Is what a coroutine function may return. */
export type CoroutineResult<T> = Coroutine<T> | Awaitable<T> | PromiseLike<T>;

/** Is a generator object, or a function whose first step's result decides. */
export type CoroutineLike<T> = Coroutine<T> | (() => CoroutineResult<T>);

/** Is the body of a scope: a coroutine function of the scope. */
export type Body<S, T> = (scope: S) => CoroutineResult<T>;

const GeneratorPrototype = Object.getPrototypeOf(function* () {}).prototype;
const GeneratorFunction = Object.getPrototypeOf(function* () {}).constructor;

/** Tells whether a value is a generator object. */
export function isGenerator(value: unknown): value is Coroutine<unknown> {
  return typeof value === "object" && value !== null &&
    Object.prototype.isPrototypeOf.call(GeneratorPrototype, value);
}

/** Tells whether calling a function only makes a generator, and runs nothing. */
export function isGeneratorFunction(value: unknown): boolean {
  return value instanceof GeneratorFunction;
}

/** Tells whether a value is declared as an async function, or an async generator function. */
export function isAsyncFunction(value: unknown): boolean {
  return /^\[object Async(Generator)?Function\]$/.test(Object.prototype.toString.call(value));
}

/** Tells whether a value is a promise or the like. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null &&
    typeof (value as PromiseLike<unknown>).then === "function";
}

/** Tells whether a value is an awaitable of the library. */
export function isAwaitable(value: unknown): value is Awaitable<unknown> {
  // Looking at `then` itself would mean an await.
  return typeof value === "object" && value !== null && "then" in value &&
    typeof (value as Awaitable<unknown>)[Symbol.iterator] === "function";
}

/** Tells whether `createTask` would take a value: a generator object or a function. */
export function isCoroutine(value: unknown): value is CoroutineLike<unknown> {
  return isGenerator(value) || typeof value === "function";
}

/** Tells whether a value is a list: not an awaitable or a coroutine, which have iterators too. */
export function isList(value: unknown): value is Iterable<unknown> {
  return typeof (value as Iterable<unknown> | undefined)?.[Symbol.iterator] === "function" &&
    typeof value === "object" && !isAwaitable(value) && !isGenerator(value);
}

/** Shows a value in an error message, and guesses what was meant. */
export function explain(value: unknown): string {
  const guess = value instanceof Promise
    ? ": A PROMISE, WRAP IT IN until()"
    : isGeneratorFunction(value)
    ? ": A GENERATOR FUNCTION, CALL IT"
    : typeof value === "function"
    ? ": A FUNCTION, CALL IT"
    : isGenerator(value)
    ? ": A COROUTINE, AWAIT IT WITH yield*"
    : isAwaitable(value)
    ? ": AN AWAITABLE, AWAIT IT WITH yield*"
    : isThenable(value)
    ? ": A THENABLE, WRAP IT IN until()"
    : "";
  return show(value) + guess;
}

/** Shows a value, whatever it is. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return value.name ? `function ${value.name}` : "a function";
  try {
    return String(value);
  } catch {
    return "an object";
  }
}

/** Is a wait for the next turn; it has no state, so one serves all. */
export const PAUSE: Waiter = {
  suspend: (task) => task.wake(),
  cancel: () => false,
  take: () => undefined,
  toString: () => "the next turn",
};

/** Is passed to `next()` of a suspended coroutine: its awaitable takes the result itself. */
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

/** Makes a coroutine wait on a waiter, whose outcome is another's. */
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

/** Makes the iterator result that ends a wait. */
export function finishWith<T>(value: T): IteratorReturnResult<T> {
  finished.value = value;
  return finished as IteratorReturnResult<T>;
}
