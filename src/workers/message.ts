/**
 * What a pool and the places where its jobs run say to each other.
 *
 * @module
 */

import type { ErrorRecord } from "./error_record.ts";

/** The name of a function: the URL of a module, and what the module exports. */
export interface FunctionName {
  /** The URL of the module. */
  readonly module: string;
  /** The name that it is exported under. */
  readonly name: string;
}

/**
 * The request to run a job.
 *
 * It is kept short, since each byte counts in a round trip. Both sides number the functions of a seat
 * in the order in which they are first called, from 0, and the jobs, from 1.
 */
export interface CallMessage {
  /** The kind of message. */
  readonly type: "call";
  /** The number of the function. */
  readonly fn: number;
  /** The name of the function; only when it is called for the first time. */
  readonly first?: FunctionName;
  /** The arguments; of many calls, the only argument of each. */
  readonly args: readonly unknown[];
  /** Whether the function is called once for each argument. */
  readonly isEach?: true;
  /** What a kind of pool has added to the job. */
  readonly terms?: unknown;
  /** What ties it to the trace of its caller. */
  readonly trace?: Readonly<Record<string, string>>;
}

/** The request to the job that runs to stop. */
export interface CancelMessage {
  /** The kind of message. */
  readonly type: "cancel";
  /** The message of the cancellation. */
  readonly message: string | undefined;
}

/** What a function of the caller has given to the job that called it. */
export interface AnswerMessage {
  /** The kind of message. */
  readonly type: "answer";
  /** The number of the job. */
  readonly job: number;
  /** The number of its call. */
  readonly id: number;
  /** What was given. */
  readonly value?: unknown;
  /** What the function has failed with, if it has. */
  readonly error?: ErrorRecord;
}

/** What a pool says. */
export type ToSeat = CallMessage | CancelMessage | AnswerMessage;

/** What a job gives; a list of many calls. */
export interface ResultMessage {
  /** The kind of message. */
  readonly type: "result";
  /** What was given. */
  readonly value: unknown;
}

/** What a job fails with. */
export interface ErrorMessage {
  /** The kind of message. */
  readonly type: "error";
  /** The error. */
  readonly error: ErrorRecord;
}

/** What a job reports on its way. */
export interface ProgressMessage {
  /** The kind of message. */
  readonly type: "progress";
  /** What was given. */
  readonly value: unknown;
}

/** The request of a job to call a function of its caller. */
export interface AskMessage {
  /** The kind of message. */
  readonly type: "ask";
  /** The number of the call, among those of the job. */
  readonly id: number;
  /** The name of the function. */
  readonly name: string;
  /** The arguments. */
  readonly args: readonly unknown[];
}

/** The word of a job that it waits for an answer no more. */
export interface WithdrawMessage {
  /** The kind of message. */
  readonly type: "withdraw";
  /** The number of the call. */
  readonly id: number;
}

/** A failure of what a job had left running when it ended. */
export interface StrayMessage {
  /** The kind of message. */
  readonly type: "stray";
  /** The name of the job's function. */
  readonly name: string;
  /** The error, which nobody handled. */
  readonly error: ErrorRecord;
}

/** The last words of a worker that ends by itself, with the error that nobody handled. */
export interface EndMessage {
  /** The kind of message. */
  readonly type: "end";
  /** The error. */
  readonly error: ErrorRecord | undefined;
  /** The number of jobs that it has begun. */
  readonly begun: number;
}

/** The last words of a process that ends by itself. */
export interface ExitMessage {
  /** The kind of message. */
  readonly type: "exit";
  /** The number of jobs that it has begun. */
  readonly begun: number;
}

/** What a worker is told first. */
export interface WorkerStart {
  /** The kind of message. */
  readonly type: "start";
  /** What the worker begins each message with: its jobs, which may post others, do not know it. */
  readonly key: number;
  /** The memory that holds the number of the last job that was cancelled. */
  readonly cancelled: SharedArrayBuffer;
}

/** What a worker says. */
export type FromWorker = readonly [key: number, message: FromSeat | EndMessage];

/** What is said to a pool of a job. */
export type FromSeat =
  | ResultMessage
  | ErrorMessage
  | ProgressMessage
  | AskMessage
  | WithdrawMessage
  | StrayMessage;
