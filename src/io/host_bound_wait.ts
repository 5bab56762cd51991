/**
 * Waiting in line for what the host will do.
 *
 * @module
 */

import type { EventLoop, Sleeper, Task } from "../lowlevel.ts";
import { Wait } from "../sync/wait_queue.ts";

/** Is a wait that counts as an operation of the host in flight: virtual time does not pass. */
export abstract class HostBoundWait<T> extends Wait<T> {
  /** Is the loop that was told that it waits. */
  #told: EventLoop | undefined = undefined;

  /** @internal Begins to wait. */
  override suspend(task: Sleeper): void {
    super.suspend(task);
    this.#told = (task as Task<unknown>).loop;
    this.#told.beginHostOperation();
  }

  /** @internal Wakes the task: what it waited for has happened. */
  override wake(): void {
    super.wake();
    this.#release();
  }

  /** @internal Wakes the task with a cancellation. */
  override cancel(message?: string): boolean {
    if (!super.cancel(message)) return false;
    this.#release();
    return true;
  }

  /** Tells the loop that it does not wait any more. */
  #release(): void {
    this.#told?.endHostOperation();
    this.#told = undefined;
  }
}
