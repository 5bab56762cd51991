/**
 * What the ids of the core stand for.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { type Core, MOST_IDS, SLOT_MASK } from "./core.ts";
import { newCore, recycleCore } from "./core_pool.ts";

/** Is what an id of the core stands for. */
export interface Runnable {
  /** Runs one step; never throws. */
  run(): void;
  /** Describes it in reports. */
  readonly label: string;
}

/** Gives ids to callbacks and tasks, and schedules them. */
export abstract class Registry {
  /** @internal Holds ready queue and timers. */
  readonly core: Core = newCore();
  /** Holds, by slot, what the ids stand for. */
  protected readonly handlers: (Runnable | undefined)[] = [];
  /** Is true from the moment turns are due until the loop is idle. */
  protected awake = false;
  #closed = false;

  /** @internal Makes sure that turns will be taken. */
  abstract wake(): void;

  /** Tells whether it was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** @internal Gives a runnable an id and queues it. */
  claimReady(runnable: Runnable, priority: number): number {
    return this.#keep(runnable, this.core.claimReady(priority));
  }

  /** @internal Gives a runnable an id and arms it. */
  claimArmed(runnable: Runnable, priority: number, when: number): number {
    return this.#keep(runnable, this.core.claimArmed(priority, when));
  }

  /** @internal Gives a runnable an id that is not scheduled. */
  claim(runnable: Runnable, priority: number): number {
    return this.#hold(runnable, this.core.claim(priority));
  }

  /** @internal Changes the priority of an id. */
  setLevel(id: number, priority: number): void {
    if (!this.#closed) this.core.setLevel(id, priority);
  }

  #keep(runnable: Runnable, id: number): number {
    this.#hold(runnable, id);
    if (!this.awake) this.wake();
    return id;
  }

  #hold(runnable: Runnable, id: number): number {
    if (id <= 0) {
      throw new RuntimeError(
        `TOO MANY TASKS AND TIMERS, OR OUT OF MEMORY, THE LIMIT IS: ${MOST_IDS}`,
      );
    }
    this.handlers[id & SLOT_MASK] = runnable;
    return id;
  }

  /** @internal Gives an id back, scheduled or not. */
  forget(id: number): void {
    if (this.#closed) return; // Its core may serve another loop by now.
    if (this.core.release(id) !== 0) this.handlers[id & SLOT_MASK] = undefined;
  }

  /** @internal Queues an id for the next turn. */
  push(id: number): void {
    if (this.#closed) return;
    this.core.push(id);
    if (!this.awake) this.wake();
  }

  /** @internal Queues an id for the next turn, even if it is about to run in this one. */
  requeue(id: number): void {
    if (this.#closed) return;
    this.core.withdraw(id);
    this.push(id);
  }

  /** @internal Arms an id. */
  arm(id: number, when: number): void {
    if (this.#closed) return;
    this.core.arm(id, when);
    if (!this.awake) this.wake();
  }

  /** @internal Refuses what a closed loop cannot do. */
  checkOpen(): void {
    if (this.#closed) throw new RuntimeError("THE LOOP IS CLOSED: START ANOTHER WITH run()");
  }

  /** @internal Lists what has an id: tasks that are not done, and callbacks that are scheduled. */
  listRunnables(): Runnable[] {
    return this.handlers.filter((handler) => handler !== undefined);
  }

  /** Drops all that is scheduled. */
  protected drop(): void {
    this.#closed = true;
    this.handlers.length = 0;
    recycleCore(this.core);
  }
}
