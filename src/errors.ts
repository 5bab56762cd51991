/**
 * Every error class of the library, and when it is thrown.
 *
 * @module
 */

/** Tells whether an error is a cancellation, so that a `catch` can pass it on. */
export function isCancelled(error: unknown): error is CancelledError {
  return error instanceof CancelledError;
}

/**
 * Is thrown at the suspension point of a task that was cancelled.
 *
 * Catch it to clean up, then throw it again. It carries a stack in debug mode only: a cancellation
 * is a message, not a fault.
 */
export class CancelledError extends Error {
  /** Is true on every cancellation, whichever copy of the library made it. */
  get isCancelled(): true {
    return true;
  }

  /** Names the class. */
  override get name(): string {
    return "CancelledError";
  }
}

/** Is what cancellations inherit: to make a native error, or to throw what is none, costs 2 µs. */
const model = makeModel();

/** Makes an error without a stack. */
function makeModel(): CancelledError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new CancelledError();
  Error.stackTraceLimit = limit;
  return error;
}

/** @internal Makes the error of a cancellation; it has no stack of its own. */
export function newCancelledError(message: string | undefined): CancelledError {
  const error: CancelledError = Object.create(model);
  if (message === undefined) return error;
  const how = { writable: true, configurable: true };
  return Object.defineProperties(error, {
    message: { value: message, ...how },
    stack: { value: `CancelledError: ${message}`, ...how },
  });
}

/** Is thrown when a deadline passed before the work was done; its cause is the cancellation. */
export class TimeoutError extends Error {
  /** Names the class. */
  override readonly name = "TimeoutError";
}

/** Is thrown when a future is asked for what its state does not allow. */
export class InvalidStateError extends Error {
  /** Names the class. */
  override readonly name = "InvalidStateError";
}

/** Is thrown when something is used in a state in which it cannot be; it says what to do instead. */
export class RuntimeError extends Error {
  /** Names the class. */
  override readonly name: string = "RuntimeError";
}

/** Is thrown by `Queue.getNowait()` on an empty queue. */
export class QueueEmpty extends Error {
  /** Names the class. */
  override readonly name = "QueueEmpty";
}

/** Is thrown by `Queue.putNowait()` on a full queue. */
export class QueueFull extends Error {
  /** Names the class. */
  override readonly name = "QueueFull";
}

/** Is thrown by putting into, or getting from the end of, a queue that was shut down. */
export class QueueShutDown extends Error {
  /** Names the class. */
  override readonly name = "QueueShutDown";
}

/** Is thrown to those who wait at a barrier that was reset or aborted. */
export class BrokenBarrierError extends RuntimeError {
  /** Names the class. */
  override readonly name = "BrokenBarrierError";
}

/** Is thrown when a stream ended before it gave what was asked for. */
export class IncompleteReadError extends Error {
  /** Names the class. */
  override readonly name = "IncompleteReadError";
  /** Makes the error of a read that got `partial` of `expected` bytes. */
  constructor(readonly partial: Uint8Array, readonly expected: number | undefined) {
    super(`STREAM ENDED AFTER ${partial.length} OF ${expected ?? "AN UNKNOWN NUMBER OF"} BYTES`);
  }
}

/** Is thrown when a separator was not found within a stream's limit. */
export class LimitOverrunError extends Error {
  /** Names the class. */
  override readonly name = "LimitOverrunError";
  /** Makes the error of a search that looked at `consumed` bytes. */
  constructor(message: string, readonly consumed: number) {
    super(message);
  }
}

/**
 * Is thrown by `run` on a virtual clock when every task waits for something that cannot come.
 *
 * Its message has a line for each task, and what it waits on.
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
  /** Names the class. */
  override readonly name = "DeadlockError";
}

/** Names a request in an error: its method, and its address without a user's name or password. */
export interface RequestName {
  /** Is its method. */
  readonly method: string;
  /** Is where it goes. */
  readonly url: string;
}

/** Is what went wrong with a request of an HTTP client; its cause is the host's error. */
export class ClientError extends Error {
  /** Names the class. */
  override readonly name: string = "ClientError";
  /** Is the method of the request. */
  readonly method: string;
  /** Is the address that was asked, without a user's name or password. */
  readonly url: string;

  /** Says what happened, to which request, and why if that is known. */
  constructor(what: string, request: RequestName, options?: ErrorOptions & { reason?: string }) {
    const { method, url } = request;
    super(`${what}: ${method} ${url}${options?.reason ? `: ${options.reason}` : ""}`, options);
    this.method = method;
    this.url = url;
  }
}

/** Is thrown when an address cannot be asked: it is none, or not one of HTTP. */
export class InvalidUrl extends ClientError {
  /** Names the class. */
  override readonly name = "InvalidUrl";
}

/** Is thrown when a request got no answer: no such host, refused, cut off, or not HTTP. */
export class ClientConnectionError extends ClientError {
  /** Names the class. */
  override readonly name = "ClientConnectionError";
}

/** Is thrown when the body of a response is broken: cut off, too large, or not what it claims. */
export class ClientPayloadError extends ClientError {
  /** Names the class. */
  override readonly name = "ClientPayloadError";
}

/** Is the part of a response that comes before its body. */
export interface ResponseHead {
  /** Is the status. */
  readonly status: number;
  /** Is what the status is called; often empty. */
  readonly statusText: string;
  /** Are the headers. */
  readonly headers: Headers;
}

/** Is thrown for a response that is complete, and is not what was asked for. */
export class ClientResponseError extends ClientError {
  /** Names the class. */
  override readonly name: string = "ClientResponseError";
  /** Is the status of the response. */
  readonly status: number;
  /** Is what the server calls the status; often empty. */
  readonly statusText: string;
  /** Are the headers of the response. */
  readonly headers: Headers;

  /** Says what is wrong with a response. */
  constructor(what: string, request: RequestName, head: ResponseHead, options?: ErrorOptions) {
    super(what, request, options);
    this.status = head.status;
    this.statusText = head.statusText;
    this.headers = head.headers;
  }
}

/** Is thrown by `json()` when the response says that it is something else. */
export class ContentTypeError extends ClientResponseError {
  /** Names the class. */
  override readonly name = "ContentTypeError";
}

/** Is thrown when a server redirects more often than the session follows. */
export class TooManyRedirects extends ClientResponseError {
  /** Names the class. */
  override readonly name = "TooManyRedirects";
}

/** Is an error that a job threw and whose class is not known here; its stack is the one over there. */
export class RemoteError extends Error {
  /** Is the name that it had. */
  override readonly name: string;
  /** Makes an error that bears the name it had. */
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** Is thrown when a worker or a process ended before the job that it had begun. */
export class JobLostError extends RuntimeError {
  /** Is the name of the class. */
  override readonly name = "JobLostError";
  /** Is the status that a process ended with. */
  readonly code: number | undefined;
  /** Is the signal that a process was ended by. */
  readonly signal: string | undefined;
  /** Holds the last lines that a process wrote to its standard error. */
  readonly stderr: string | undefined;
  /** Makes the error of a job, with what is known of the end. */
  constructor(
    message: string,
    options: ErrorOptions & { code?: number; signal?: string; stderr?: string } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : {});
    this.code = options.code;
    this.signal = options.signal;
    this.stderr = options.stderr;
  }
}

/** Picks errors: by a class, by one of several, or by a predicate. */
export type ErrorMatch =
  | (new (...args: never[]) => Error)
  | readonly (new (...args: never[]) => Error)[]
  | ((error: unknown) => boolean);

/**
 * Is several unrelated errors at once: those of a task group.
 *
 * `split()` and `subgroup()` pick from it, by a class or a predicate, as `except*` does in Python.
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
  /** Names the class. */
  override readonly name: string = "ExceptionGroup";

  /** Wraps at least one error. */
  constructor(message: string, errors: Iterable<unknown>, options?: ErrorOptions) {
    super(errors, message, options);
    if (this.errors.length === 0) {
      throw new RangeError("AN EXCEPTION GROUP NEEDS AT LEAST ONE ERROR: []");
    }
  }

  /** Makes a group of the same message and cause around other errors. */
  derive(errors: Iterable<unknown>): ExceptionGroup {
    return new ExceptionGroup(this.message, errors, { cause: this.cause });
  }

  /**
   * Parts the group in two, nested groups included: what matches, and the rest.
   *
   * A group that matches as a whole, or not at all, is given as it is.
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

  /** Keeps what matches, nested groups included. */
  subgroup(match: ErrorMatch): ExceptionGroup | undefined {
    return this.split(match)[0];
  }
}

/** Tells whether one error matches. */
function matches(error: unknown, match: ErrorMatch): boolean {
  if (Array.isArray(match)) return match.some((one) => matches(error, one));
  if (typeof match !== "function") {
    throw new TypeError(
      `ERRORS ARE PICKED BY A CLASS, AN ARRAY OF CLASSES OR A FUNCTION: ${match}`,
    );
  }
  if (match === Error || match.prototype instanceof Error) {
    return error instanceof (match as new (...args: never[]) => Error);
  }
  return (match as (error: unknown) => boolean)(error);
}
