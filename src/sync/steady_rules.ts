/**
 * Waiting in line for what may be gone again when it is one's turn.
 *
 * @module
 */

import { Rules, type Wait } from "../lowlevel.ts";

/** Rules by which those who were woken in vain keep their place: nobody is overtaken. */
export abstract class SteadyRules<T, A = undefined> extends Rules<T, A> {
  /** Decides whether one can go on, or must fail. */
  protected abstract isReady(): boolean;
  /** Wakes who can go on: somebody waits, or has left. */
  protected abstract settle(): void;

  /** Goes on at once only if nobody waits. */
  override attempt(isFirst: boolean, { line }: Wait<T, A>): boolean {
    return (!isFirst || line.live === 0) && this.isReady();
  }

  override begin(): void {
    this.settle();
  }

  override giveUp(): void {
    this.settle();
  }
}
