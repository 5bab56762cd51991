/**
 * What a test got to know of by its loop's exception handler.
 *
 * @module
 */

import type { ExceptionContext } from "../engine/exception_context.ts";
import { show } from "../lowlevel.ts";

/** The error of a report to the exception handler; what nobody handled is its cause. */
export class UnhandledError extends Error {
  /** The name of the class. */
  override readonly name = "UnhandledError";

  readonly #context: ExceptionContext;

  /** Makes the error of a report. */
  constructor(context: ExceptionContext) {
    const { message, exception, ...rest } = context;
    const details = Object.entries(rest).map(([key, value]) => `\n  ${key}: ${show(value)}`);
    const isFailure = "exception" in context;
    super(
      `${message}${isFailure ? `: ${show(exception)}` : ""}${details.join("")}`,
      isFailure ? { cause: exception } : {},
    );
    this.#context = context;
  }

  /** The report. */
  get context(): ExceptionContext {
    return this.#context;
  }
}
