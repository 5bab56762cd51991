/**
 * What a pool and the places where its jobs run say to each other.
 *
 * @module
 */

import type { ErrorRecord } from "./error_record.ts";

/** Names a function: the URL of a module, and what the module exports. */
export interface FunctionName {
  readonly module: string;
  readonly name: string;
}

/**
 * Asks for a job to be run.
 *
 * It is kept short, since each byte counts in a round trip. Both sides number the functions of a seat
 * in the order in which they are first called, from 0, and the jobs, from 1.
 */
export interface CallMessage {
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
  readonly type: "cancel";
  readonly message: string | undefined;
}

/** Is what a pool says. */
export type ToSeat = CallMessage | CancelMessage;

/** Is what a job gives; a list of many calls. */
export interface ResultMessage {
  readonly type: "result";
  readonly value: unknown;
}

/** Is what a job fails with. */
export interface ErrorMessage {
  readonly type: "error";
  readonly error: ErrorRecord;
}

/** Is what a job reports on its way. */
export interface ProgressMessage {
  readonly type: "progress";
  readonly value: unknown;
}

/** Says that a worker is about to end by itself; with the error that nobody handled. */
export interface EndMessage {
  readonly type: "end";
  readonly error: ErrorRecord | undefined;
}

/** Is what is said to a pool of a job. */
export type FromSeat = ResultMessage | ErrorMessage | ProgressMessage;
