/**
 * A future that dumps call by what it is for.
 *
 * @module
 */

import type { EventLoop } from "./event_loop.ts";
import { InnerFuture } from "./future.ts";

/** A future of the library's own, which is called by its label while it is pending. */
export class LabeledFuture<T> extends InnerFuture<T> {
  readonly #label: string;

  /** Makes a pending future of a loop. */
  constructor(loop: EventLoop, label: string) {
    super(loop);
    this.#label = label;
  }

  override get label(): string {
    return this.#label;
  }

  /** Gives it its result, unless it is done: nobody waits any more. */
  succeed(value: T): void {
    if (!this.done) this.complete(value);
  }

  /** Makes it fail, unless it is done: nobody waits any more. */
  break(error: unknown): void {
    if (!this.done) this.fail(error);
  }

  override toString(): string {
    return this.done ? super.toString() : this.#label;
  }
}
