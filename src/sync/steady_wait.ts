/**
 * Waiting in line for what may be gone again when it is one's turn.
 *
 * @module
 */

import { RESUMED, type Sleeper, suspendOn, type Suspension } from "../lowlevel.ts";
import { Wait, WaitQueue } from "./wait_queue.ts";

/** Is a line whose waits keep their place when they were woken in vain: nobody is overtaken. */
export class SteadyQueue extends WaitQueue {
  /** Counts those who were woken and have not gone on yet. */
  woken = 0;

  /** Wakes from the front, until so many are on their way. */
  wakeUpTo(count: number): void {
    while (this.woken < count && this.wakeNext()) this.woken++;
  }
}

/** Is a wait in such a line. */
export abstract class SteadyWait<T> extends Wait<T> {
  readonly #line: SteadyQueue;

  constructor(line: SteadyQueue) {
    super(line);
    this.#line = line;
  }

  /** Tells whether it can go on, or must fail. */
  protected abstract isReady(): boolean;
  /** Wakes who can go on: somebody waits, or has left. */
  protected abstract settle(): void;

  /** Goes on at once only if nobody waits. */
  protected attempt(isFirst: boolean): boolean {
    return !isFirst || this.#line.live === 0 && this.isReady();
  }

  /** @internal Goes on, or waits on in its place. */
  override next(token?: unknown): IteratorResult<Suspension, T> {
    if (this.progress === "woken" && token === RESUMED) {
      this.#line.woken--;
      if (!this.isReady()) {
        this.#line.waitOn(this);
        return suspendOn(this);
      }
    }
    return super.next(token);
  }

  /** @internal Begins to wait. */
  override suspend(task: Sleeper): void {
    super.suspend(task);
    this.settle();
  }

  protected giveUp(wasWoken: boolean): void {
    if (wasWoken) this.#line.woken--;
    this.settle();
  }
}
