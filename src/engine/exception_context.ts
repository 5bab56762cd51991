/**
 * Reports of errors that nobody else can handle.
 *
 * @module
 */

/** A report of an error, with asyncio's keys. */
export interface ExceptionContext {
  /** What happened, in words. */
  message: string;
  /** The error, if there is one. */
  exception?: unknown;
  /** More, by name. */
  [key: string]: unknown;
}
