/**
 * The errors of jobs.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";

/** An error that a job threw and whose class is not known here; its stack is the one over there. */
export class RemoteError extends Error {
  /** The name that it had. */
  override readonly name: string;
  /** Makes an error that bears the name it had. */
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** The error of a job whose worker or process ended before it. */
export class JobLostError extends RuntimeError {
  /** The name of the class. */
  override readonly name = "JobLostError";
  /** The status that a process ended with. */
  readonly code: number | undefined;
  /** The signal that a process was ended by. */
  readonly signal: string | undefined;
  /** The bound of its pool that a process has gone beyond: on its memory, or on what it writes. */
  readonly reason: "memory" | "output" | undefined;
  /** The last lines that a process wrote to its standard error. */
  readonly stderr: string | undefined;
  /** Makes the error of a job, with what is known of the end. */
  constructor(
    message: string,
    options: ErrorOptions & {
      code?: number;
      signal?: string;
      reason?: "memory" | "output";
      stderr?: string;
    } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : {});
    this.code = options.code;
    this.signal = options.signal;
    this.reason = options.reason;
    this.stderr = options.stderr;
  }
}
