/**
 * Waits for the host, and what they wait for in turn.
 *
 * A promise that a task waits for may be that of native code of its own, which waits for the library
 * at the side of the task. Then it is not the host that is waited for, and virtual time may pass.
 *
 * @module
 */

import type { Dependent } from "./dependence.ts";
import type { EventLoop } from "./event_loop.ts";
import { Future } from "./future.ts";

/** Is the future of what the host does. */
export class HostWait<T> extends Future<T> implements Dependent {
  readonly #label: string;
  /** Tells that whatever native code of its task waits for, this waits for. */
  readonly isForTask: boolean;
  #isOver = false;
  #isInFlight = false;
  /** Counts the waits at the side that it waits for. */
  #asides = 0;

  /** Makes a wait; virtual time does not pass from now on. */
  constructor(loop: EventLoop, label: string, isForTask: boolean) {
    super(loop);
    this.#label = label;
    this.isForTask = isForTask;
    this.#note();
  }

  override get label(): string {
    return this.#label;
  }

  /** Takes what the host gives, unless nobody waits any more. */
  settle(failed: boolean, outcome: unknown): void {
    if (!this.done && failed) this.fail(outcome);
    else if (!this.done) this.complete(outcome as T);
    this.release();
  }

  /** Lets virtual time pass again, for good. */
  release(): void {
    this.#isOver = true;
    this.#note();
  }

  /** Lets virtual time pass as long as native code that it waits for waits at the side. */
  beginAside(): void {
    this.#asides++;
    this.#note();
  }

  /** Says that such native code goes on. */
  endAside(): void {
    this.#asides--;
    this.#note();
  }

  /** Tells the loop whether it is the host that is waited for. */
  #note(): void {
    const isInFlight = !this.#isOver && this.#asides === 0;
    if (this.#isInFlight === isInFlight) return;
    this.#isInFlight = isInFlight;
    if (isInFlight) this.loop.beginHostOperation();
    else this.loop.endHostOperation();
  }
}
