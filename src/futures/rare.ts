/**
 * What few tasks need, kept apart so that a million sleeping ones stay small.
 *
 * @module
 */

import type { Context } from "../engine/context.ts";
import type { CancelScope } from "./cancel_scope.ts";
import type { Future } from "./future.ts";

/** Holds what few tasks need. */
export interface Rare {
  name?: string;
  /** Is its context, once that has values. */
  context?: Context | undefined;
  /** Is the message of the cancellation that is to be thrown. */
  message?: string | undefined;
  /** Is the innermost cancel scope it is in. */
  scope?: CancelScope | undefined;
  /** Is its priority while others lend it theirs. */
  ownPriority?: number | undefined;
  /** Are the priorities that others lend it. */
  lent?: Map<object, number>;
  controller?: AbortController;
  unlisten?: () => void;
  /** Are the waits of native code that waits for several things of the library at once. */
  aside?: Set<Future<unknown>>;
}
