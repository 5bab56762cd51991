/**
 * Reports of errors that nobody else can handle.
 *
 * @module
 */

/** Is what a report of an error says, with asyncio's keys. */
export interface ExceptionContext {
  /** Says what happened. */
  message: string;
  /** Is the error, if there is one. */
  exception?: unknown;
  /** Is more, by name. */
  [key: string]: unknown;
}
