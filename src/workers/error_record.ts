/**
 * Errors on their way from one thread or process to another.
 *
 * An error comes back as the class whose name it bears, if that is one of the language, of the host
 * or of the library. Otherwise it comes back as a `RemoteError` that bears its name.
 *
 * @module
 */

import {
  BrokenBarrierError,
  DeadlockError,
  ExceptionGroup,
  IncompleteReadError,
  InvalidStateError,
  LimitOverrunError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  TimeoutError,
} from "../errors.ts";
import { isCloneable } from "./cloneable.ts";
import { JobLostError, RemoteError } from "./job_errors.ts";

/** An error, or another value that was thrown, in a form that can be sent. */
export interface ErrorRecord {
  /** What was thrown, if that is no error. */
  readonly thrown?: unknown;
  /** The name of the class. */
  readonly name: string;
  /** What happened, in words. */
  readonly message: string;
  /** Where it happened, in the engine's words. */
  readonly stack?: string | undefined;
  /** Why it happened. */
  readonly cause?: ErrorRecord;
  /** The errors of a group. */
  readonly errors?: readonly ErrorRecord[];
  /** Whether it is a `DOMException`, of which a name tells the kinds apart. */
  readonly isDom?: true;
  /** What was thrown, and what it suppressed, of a `SuppressedError`. */
  readonly pair?: readonly [error: ErrorRecord, suppressed: ErrorRecord];
  /** The properties of its own that can be sent. */
  readonly own?: Readonly<Record<string, unknown>>;
}

type ErrorClass = new (message: string) => Error;

/** The classes that are made of a message alone. */
const PLAIN: Readonly<Record<string, ErrorClass>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  BrokenBarrierError,
  DeadlockError,
  InvalidStateError,
  JobLostError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  TimeoutError,
};

/** How deep causes and groups are followed: one may contain itself. */
const MOST_LEVELS = 8;
/** The most errors of a group: who is not to be trusted may send an empty list of billions. */
const MOST_ERRORS = 100_000;

/** Writes down what was thrown, even if it throws when it is looked at. */
export function recordError(thrown: unknown, level = 0): ErrorRecord {
  try {
    return readError(thrown, level);
  } catch {
    return {
      name: "RuntimeError",
      message: "Cannot read what the job has thrown: a part of it throws when it is read",
    };
  }
}

/** Reads what was thrown, part by part. */
function readError(thrown: unknown, level: number): ErrorRecord {
  if (!(thrown instanceof Error) || level > MOST_LEVELS) {
    const value = isCloneable(thrown) ? thrown : String(thrown);
    return { thrown: value, name: "", message: "" };
  }
  const { name, message, stack } = thrown;
  const own = recordOwn(thrown);
  const errors = (thrown as Partial<AggregateError>).errors;
  return {
    name: String(name),
    message: String(message),
    stack: typeof stack === "string" ? stack : undefined,
    ...("cause" in thrown ? { cause: recordError(thrown.cause, level + 1) } : {}),
    ...(Array.isArray(errors)
      ? { errors: errors.map((error) => recordError(error, level + 1)) }
      : {}),
    ...(thrown instanceof DOMException ? { isDom: true } : {}),
    ...(isSuppressedError(thrown)
      ? { pair: [recordError(thrown.error, level + 1), recordError(thrown.suppressed, level + 1)] }
      : {}),
    ...(Object.keys(own).length > 0 ? { own } : {}),
  };
}

/** Returns whether an error came while another was on its way; not all hosts have the class. */
function isSuppressedError(error: Error): error is SuppressedError {
  return error.name === "SuppressedError" && "error" in error && "suppressed" in error;
}

/** Keeps what can be sent of the properties that an error was given. */
function recordOwn(error: Error): Record<string, unknown> {
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(error)) {
    if (key in NOT_OWN || !isCloneable(value)) continue;
    own[key] = value;
  }
  return own;
}

const NOT_OWN = { name: 0, message: 0, stack: 0, cause: 0, errors: 0 };

/** Reduces a record to its words, which can be sent whatever the rest is. */
export function plainRecord(record: ErrorRecord): ErrorRecord {
  const { name, message, stack } = record;
  if ("thrown" in record) return { thrown: String(record.thrown), name, message };
  return { name, message, stack };
}

/** Makes what was thrown of its record. */
export function reviveError(record: ErrorRecord): unknown {
  if ("thrown" in record) return record.thrown;
  const error = construct(record);
  for (const [key, value] of Object.entries(record.own ?? {})) {
    // Without a toString() that works, an error could not even be logged.
    if (!(key in Error.prototype)) define(error, key, value, true);
  }
  if (record.stack !== undefined) define(error, "stack", record.stack);
  if (record.cause !== undefined) define(error, "cause", reviveError(record.cause));
  return error;
}

function construct(record: ErrorRecord): Error {
  const { name, message, own = {} } = record;
  if (record.isDom) return new DOMException(message, name);
  const errors = record.errors?.slice(0, MOST_ERRORS).map(reviveError);
  if (name === "AggregateError") return new AggregateError(errors ?? [], message);
  if (name === "ExceptionGroup" && errors?.length) return new ExceptionGroup(message, errors);
  if (name === "SuppressedError" && record.pair !== undefined) {
    const [error, suppressed] = record.pair.map(reviveError);
    return new SuppressedError(error, suppressed, message);
  }
  if (name === "IncompleteReadError" && own.partial instanceof Uint8Array) {
    return new IncompleteReadError(own.partial, own.expected as number | undefined);
  }
  if (name === "LimitOverrunError") return new LimitOverrunError(message, Number(own.consumed));
  // A CancelledError of its own is none of ours: as such it would pass for a cancelled task here.
  const kind = Object.hasOwn(PLAIN, name) ? PLAIN[name] : findHostClass(name);
  if (kind !== undefined) return new kind(message);
  const error = new RemoteError(name, message);
  if (errors !== undefined) define(error, "errors", errors);
  return error;
}

/** Finds a class of the host: one of `Deno.errors`. */
function findHostClass(name: string): ErrorClass | undefined {
  const { Deno } = globalThis as { Deno?: { errors: Record<string, ErrorClass> } };
  return Deno !== undefined && Object.hasOwn(Deno.errors, name) ? Deno.errors[name] : undefined;
}

function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}
