/**
 * Every error class of the library, and when it is thrown.
 *
 * @module
 */

/**
 * Returns whether an error is a cancellation, so that a `catch` can pass it on.
 *
 * The `SuppressedError` of two is one, too: a cancellation interrupted the cleanup after another.
 */
export function isCancelled(error: unknown): error is CancelledError {
  return cancellationIn(error) !== undefined;
}

/** Finds the cancellation that an error is; in one of two, the first. */
export function cancellationIn(error: unknown): CancelledError | undefined {
  if (error instanceof CancelledError) return error;
  if (!(error instanceof Error)) return undefined;
  if ((error as { isCancelled?: unknown }).isCancelled === true) { // Of another copy of the library.
    return newCancelledError(error.message || undefined);
  }
  if (error.name !== "SuppressedError") return undefined;
  const { error: later, suppressed } = error as Error & { error?: unknown; suppressed?: unknown };
  return cancellationIn(later) && cancellationIn(suppressed);
}

/**
 * The error that a cancelled task gets where it waits.
 *
 * Catch it to clean up, then throw it again. It carries a stack in debug mode only: a cancellation
 * is a message, not a fault.
 */
export class CancelledError extends Error {
  /** Whether it is a cancellation: always, whichever copy of the library made it. */
  get isCancelled(): true {
    return true;
  }

  /** The name of the class. */
  override get name(): string {
    return "CancelledError";
  }
}

/** What cancellations inherit: to make a native error, or to throw what is none, costs 2 µs. */
const model = makeModel();

/** Makes an error without a stack. */
function makeModel(): CancelledError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new CancelledError();
  Error.stackTraceLimit = limit;
  return error;
}

/** Makes the error of a cancellation; it has no stack of its own. */
export function newCancelledError(message: string | undefined): CancelledError {
  const error: CancelledError = Object.create(model);
  if (message === undefined) return error;
  const how = { writable: true, configurable: true };
  return Object.defineProperties(error, {
    message: { value: message, ...how },
    stack: { value: `CancelledError: ${message}`, ...how },
  });
}

/** The error of a deadline that passed before the work was done; its cause is the cancellation. */
export class TimeoutError extends Error {
  /** The name of the class. */
  override readonly name = "TimeoutError";
}

/** The error of a future that is asked for what its state does not allow. */
export class InvalidStateError extends Error {
  /** The name of the class. */
  override readonly name = "InvalidStateError";
}

/** The error of what is used when it cannot be; it says what to do instead. */
export class RuntimeError extends Error {
  /** The name of the class. */
  override readonly name: string = "RuntimeError";
}

/** The error of `Queue.getNowait()` on an empty queue. */
export class QueueEmpty extends Error {
  /** The name of the class. */
  override readonly name = "QueueEmpty";
}

/** The error of `Queue.putNowait()` on a full queue. */
export class QueueFull extends Error {
  /** The name of the class. */
  override readonly name = "QueueFull";
}

/** The error of putting into a queue that was shut down, or of getting from it when it is empty. */
export class QueueShutDown extends Error {
  /** The name of the class. */
  override readonly name = "QueueShutDown";
}

/** The error of those who wait at a barrier that is reset or aborted. */
export class BrokenBarrierError extends RuntimeError {
  /** The name of the class. */
  override readonly name = "BrokenBarrierError";
}

/** The error of a stream that ended before it gave what was asked for. */
export class IncompleteReadError extends Error {
  /** The name of the class. */
  override readonly name = "IncompleteReadError";
  /** Makes the error of a read that got `partial` of `expected` bytes. */
  constructor(readonly partial: Uint8Array, readonly expected: number | undefined) {
    const { length } = partial;
    super(
      expected === undefined
        ? `Cannot find a separator: the stream ended after ${length} bytes`
        : `Cannot read ${expected} bytes: the stream ended after ${length}`,
    );
  }
}

/** The error of a separator that was not found within a stream's limit. */
export class LimitOverrunError extends Error {
  /** The name of the class. */
  override readonly name = "LimitOverrunError";
  /** Makes the error of a search that looked at `consumed` bytes. */
  constructor(message: string, readonly consumed: number) {
    super(message);
  }
}

/**
 * The error of a run whose tasks all wait for what cannot come.
 *
 * Its message has a line for each task, which says what the task waits on.
 *
 * ```ts
 * import { DeadlockError, Event, run, VirtualClock } from "@weft/weft";
 *
 * const clock = new VirtualClock();
 * const error = await run(() => new Event().wait(), { clock, name: "a" }).catch((error) => error);
 * console.assert(error instanceof DeadlockError);
 * console.assert(error.message.includes("a waits on Event.wait()"));
 * ```
 */
export class DeadlockError extends RuntimeError {
  /** The name of the class. */
  override readonly name = "DeadlockError";
}

/** What picks errors: a class, one of several, or a predicate. */
export type ErrorMatch =
  | (new (...args: never[]) => Error)
  | readonly (new (...args: never[]) => Error)[]
  | ((error: unknown) => boolean);

/**
 * Several unrelated errors at once, as those of a task group.
 *
 * `split()` and `subgroup()` pick from it by a class or a predicate, as `except*` does in Python.
 *
 * ```ts
 * import { ExceptionGroup } from "@weft/weft";
 *
 * const group = new ExceptionGroup("3 failed", [
 *   new TypeError("a"),
 *   new ExceptionGroup("2 failed", [new RangeError("b"), new TypeError("c")]),
 * ]);
 * const [types, rest] = group.split(TypeError);
 * console.assert(types?.errors.length === 2 && rest?.errors.length === 1);
 * console.assert(group.subgroup(SyntaxError) === undefined);
 * ```
 */
export class ExceptionGroup extends AggregateError {
  /** The name of the class. */
  override readonly name: string = "ExceptionGroup";

  /** Makes a group of at least one error. */
  constructor(message: string, errors: Iterable<unknown>, options?: ErrorOptions) {
    super(errors, message, options);
    if (this.errors.length === 0) {
      throw new RangeError("Cannot make an exception group of no errors: give at least one");
    }
  }

  /** Makes a group of the same message and cause around other errors. */
  derive(errors: Iterable<unknown>): ExceptionGroup {
    return new ExceptionGroup(this.message, errors, { cause: this.cause });
  }

  /**
   * Splits the group in two, nested groups included: what matches, and the rest.
   *
   * It gives a group that matches as a whole, or not at all, as it is.
   */
  split(match: ErrorMatch): [ExceptionGroup | undefined, ExceptionGroup | undefined] {
    if (matches(this, match)) return [this, undefined];
    const matched: unknown[] = [];
    const rest: unknown[] = [];
    for (const error of this.errors) {
      if (matches(error, match)) {
        matched.push(error);
      } else if (error instanceof ExceptionGroup) {
        const [inside, outside] = error.split(match);
        if (inside) matched.push(inside);
        if (outside) rest.push(outside);
      } else {
        rest.push(error);
      }
    }
    if (matched.length === 0) return [undefined, this];
    return [this.#part(matched), rest.length > 0 ? this.#part(rest) : undefined];
  }

  /** Makes a part, which has the cause of the whole. */
  #part(errors: unknown[]): ExceptionGroup {
    const part = this.derive(errors);
    if (this.cause !== undefined) part.cause ??= this.cause;
    return part;
  }

  /** Returns a group of what matches, nested groups included. */
  subgroup(match: ErrorMatch): ExceptionGroup | undefined {
    return this.split(match)[0];
  }
}

/** Returns whether one error matches. */
function matches(error: unknown, match: ErrorMatch): boolean {
  if (Array.isArray(match)) return match.some((one) => matches(error, one));
  if (typeof match !== "function") {
    throw new TypeError(
      `match must be a class of errors, an array of classes or a function: ${String(match)}`,
    );
  }
  if (match === Error || match.prototype instanceof Error) {
    return error instanceof (match as new (...args: never[]) => Error);
  }
  return (match as (error: unknown) => boolean)(error);
}
