/**
 * Waiting for something to have happened.
 *
 * @module
 */

import type { Awaitable } from "../lowlevel.ts";
import { Wait, WaitQueue } from "./wait_queue.ts";

/**
 * Is a flag that tasks can wait for.
 *
 * **Cancel safety.** A task cancelled while it waits leaves the line.
 *
 * ```ts
 * import { createTask, Event, run, sleep } from "@weft/weft";
 *
 * const started = new Event();
 * await run(async () => {
 *   createTask(async () => {
 *     await sleep(1);
 *     started.set();
 *   });
 *   await started.wait();
 *   console.assert(started.isSet);
 * });
 * ```
 */
export class Event {
  readonly #line = new WaitQueue("an Event");
  #isSet = false;

  /** Tells whether it is set. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /** Sets it and wakes all who wait, even if `clear()` follows at once. */
  set(): void {
    if (this.#isSet) return;
    this.#isSet = true;
    while (this.#line.wakeNext());
  }

  /** Clears it: from now on, tasks wait again. */
  clear(): void {
    this.#isSet = false;
  }

  /** Waits until it is set. */
  wait(): Awaitable<true> {
    return new Wake(this, this.#line);
  }

  /** Tells what it holds, at this moment. */
  statistics(): { readonly isSet: boolean; readonly waiting: number } {
    return Object.freeze({ isSet: this.#isSet, waiting: this.#line.live });
  }
}

/** Is a wait for an event. */
class Wake extends Wait<true> {
  readonly #event: Event;

  constructor(event: Event, line: WaitQueue) {
    super(line);
    this.#event = event;
  }

  protected attempt(isFirst: boolean): boolean {
    return !isFirst || this.#event.isSet;
  }

  protected result(): true {
    return true;
  }

  protected giveUp(): void {}

  undo(): void {}

  toString(): string {
    return "Event.wait()";
  }
}
