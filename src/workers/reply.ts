/**
 * What comes back of a job.
 *
 * @module
 */

import { type EventLoop, Future } from "../lowlevel.ts";

/** Is the future of a job that runs elsewhere. */
export class Reply<T> extends Future<T> {
  readonly #label: string;

  /** Begins to wait. */
  constructor(loop: EventLoop, label: string) {
    super(loop);
    this.#label = label;
  }

  /** @internal Describes it for dumps. */
  override get label(): string {
    return this.#label;
  }

  /** Takes the result, unless nobody waits any more. */
  succeed(value: unknown): void {
    if (!this.done) this.complete(value as T);
  }

  /** Takes the failure, unless nobody waits any more. */
  break(error: unknown): void {
    if (!this.done) this.fail(error);
  }
}
