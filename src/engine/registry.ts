/**
 * What the ids of the core stand for.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { type Core, MOST_IDS, SLOT_MASK } from "./core.ts";
import { newCore, recycleCore } from "./core_pool.ts";

/** What an id of the core stands for. */
export interface Runnable {
  /** Runs one step; never throws. */
  run(): void;
  /** What it is called in reports. */
  readonly label: string;
  /** Drops it: the loop was closed before it was done. */
  drop?(): void;
}

/** The part of a loop that gives ids to callbacks and tasks, and schedules them. */
export abstract class Registry {
  /** The core, with the ready queue and the timers. */
  readonly core: Core = newCore();
  /** What the ids stand for, by slot. */
  protected readonly handlers: (Runnable | undefined)[] = [];
  /** Whether turns are due; it is false once the loop is idle. */
  protected awake = false;
  #closed = false;

  /** Makes sure that turns will be taken. */
  abstract wake(): void;

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Gives a runnable an id and queues it. */
  claimReady(runnable: Runnable, priority: number): number {
    return this.#keep(runnable, this.core.claimReady(priority));
  }

  /** Gives a runnable an id and arms it. */
  claimArmed(runnable: Runnable, priority: number, when: number): number {
    return this.#keep(runnable, this.core.claimArmed(priority, when));
  }

  /** Gives a runnable an id that is not scheduled. */
  claim(runnable: Runnable, priority: number): number {
    return this.#hold(runnable, this.core.claim(priority));
  }

  /** Changes the priority of an id. */
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
        `Cannot make another task or timer: there are ${MOST_IDS}, or the host has no memory left`,
      );
    }
    this.handlers[id & SLOT_MASK] = runnable;
    return id;
  }

  /** Makes an id stand for something else. */
  rename(id: number, runnable: Runnable): void {
    if (!this.#closed) this.handlers[id & SLOT_MASK] = runnable;
  }

  /** Gives an id back, scheduled or not. */
  forget(id: number): void {
    if (this.#closed) return; // Its core may serve another loop by now.
    if (this.core.release(id) !== 0) this.handlers[id & SLOT_MASK] = undefined;
  }

  /** Queues an id for the next turn. */
  push(id: number): void {
    if (this.#closed) return;
    this.core.push(id);
    if (!this.awake) this.wake();
  }

  /** Queues an id for the next turn, even if it is about to run in this one. */
  requeue(id: number): void {
    if (this.#closed) return;
    this.core.withdraw(id);
    this.push(id);
  }

  /** Arms an id. */
  arm(id: number, when: number): void {
    if (this.#closed) return;
    this.core.arm(id, when);
    if (!this.awake) this.wake();
  }

  /** Refuses what a closed loop cannot do. */
  checkOpen(): void {
    if (this.#closed) {
      throw new RuntimeError("Cannot use the loop: it is closed, start another with run()");
    }
  }

  /** Lists what has an id: tasks that are not done, and callbacks that are scheduled. */
  listRunnables(): Runnable[] {
    return this.handlers.filter((handler) => handler !== undefined);
  }

  /** Drops all that is scheduled. */
  protected drop(): void {
    this.#closed = true;
    const left = this.handlers.splice(0);
    recycleCore(this.core);
    for (const runnable of left) runnable?.drop?.();
  }
}
