/**
 * What a test got to know of by its loop's exception handler.
 *
 * @module
 */

import type { ExceptionContext } from "../engine/exception_context.ts";
import { Handle } from "../engine/handle.ts";
import { show } from "../lowlevel.ts";

/** Is thrown for an error that nobody retrieved, or that nobody could handle; that is its cause. */
export class UnhandledError extends Error {
  /** Names the class. */
  override readonly name = "UnhandledError";

  /** Makes the error of a report to the exception handler. */
  constructor(readonly context: ExceptionContext) {
    const { message, exception, ...rest } = context;
    const details = Object.entries(rest).map(([key, value]) =>
      `\n  ${key}: ${value instanceof Handle ? value.label : show(value)}`
    );
    super(
      `UNHANDLED: ${message}: ${show(exception)}${details.join("")}`,
      "exception" in context ? { cause: exception } : {},
    );
  }
}
