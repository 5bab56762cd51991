/**
 * Futures of the library's own, and what they are for.
 *
 * @module
 */

import type { EventLoop } from "./event_loop.ts";
import { InnerFuture } from "./future.ts";

/** What a future is for that users hold: how it is called, and what its cancellation means. */
export interface Purpose {
  /** What dumps call the future. */
  readonly label: string;
  /** Cancels what the future stands for, in its place; returns whether there was anything. */
  cancel?(message?: string): boolean;
}

/**
 * A future of the library's own.
 *
 * They are of one class, whatever they are for, so that V8 meets few kinds of futures.
 */
export class LabeledFuture<T> extends InnerFuture<T> {
  readonly #purpose: string | Purpose;

  /** Makes a pending future of a loop; a mere label is what it is called while somebody waits. */
  constructor(loop: EventLoop, purpose: string | Purpose) {
    super(loop);
    this.#purpose = purpose;
  }

  override get label(): string {
    const purpose = this.#purpose;
    return (purpose as Purpose).label ?? purpose;
  }

  /** Gives it its result, unless it is done: nobody waits any more. */
  succeed(value: T): void {
    if (!this.done) this.complete(value);
  }

  /** Makes it fail, unless it is done: nobody waits any more. */
  break(error: unknown): void {
    if (!this.done) this.fail(error);
  }

  override cancel(message?: string): boolean {
    const purpose = this.#purpose as Purpose;
    return purpose.cancel ? !this.done && purpose.cancel(message) : super.cancel(message);
  }

  override toString(): string {
    const purpose = this.#purpose;
    return this.done || (purpose as Purpose).label ? super.toString() : purpose as string;
  }
}
