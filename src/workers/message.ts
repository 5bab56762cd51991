/**
 * What a pool and the places where its jobs run say to each other.
 *
 * @module
 */

import type { ErrorRecord } from "./error_record.ts";

/** Names a function: the URL of a module, and what the module exports. */
export interface FunctionName {
  /** Is the URL of the module. */
  readonly module: string;
  /** Is what it is exported as. */
  readonly name: string;
}

/**
 * Asks for a job to be run.
 *
 * It is kept short, since each byte counts in a round trip. Both sides number the functions of a seat
 * in the order in which they are first called, from 0, and the jobs, from 1.
 */
export interface CallMessage {
  /** Tells the kinds of messages apart. */
  readonly type: "call";
  /** Is the number of the function. */
  readonly fn: number;
  /** Names the function; only when it is called for the first time. */
  readonly first?: FunctionName;
  /** Are the arguments; of many calls, the only argument of each. */
  readonly args: readonly unknown[];
  /** Tells that the function is called once for each argument. */
  readonly isEach?: true;
}

/** Asks the job that runs to stop. */
export interface CancelMessage {
  /** Tells the kinds of messages apart. */
  readonly type: "cancel";
  /** Is the message of the cancellation. */
  readonly message: string | undefined;
}

/** Is what a pool says. */
export type ToSeat = CallMessage | CancelMessage;

/** Is what a job gives; a list of many calls. */
export interface ResultMessage {
  /** Tells the kinds of messages apart. */
  readonly type: "result";
  /** Is what was given. */
  readonly value: unknown;
}

/** Is what a job fails with. */
export interface ErrorMessage {
  /** Tells the kinds of messages apart. */
  readonly type: "error";
  /** Is the error. */
  readonly error: ErrorRecord;
}

/** Is what a job reports on its way. */
export interface ProgressMessage {
  /** Tells the kinds of messages apart. */
  readonly type: "progress";
  /** Is what was given. */
  readonly value: unknown;
}

/** Says that a worker is about to end by itself; with the error that nobody handled. */
export interface EndMessage {
  /** Tells the kinds of messages apart. */
  readonly type: "end";
  /** Is the error. */
  readonly error: ErrorRecord | undefined;
}

/** Says that a process is about to end by itself. */
export interface ExitMessage {
  /** Tells the kinds of messages apart. */
  readonly type: "exit";
  /** Counts the jobs that it has begun. */
  readonly begun: number;
}

/** Is what is said to a pool of a job. */
export type FromSeat = ResultMessage | ErrorMessage | ProgressMessage;
