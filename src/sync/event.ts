/**
 * Waiting for something to have happened.
 *
 * @module
 */

import {
  type Awaitable,
  countWaiting,
  inLine,
  Rules,
  showInLine,
  Wait,
  WaitQueue,
} from "../lowlevel.ts";

/**
 * A flag that tasks can wait for.
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
  static readonly #shown: void = /* @__PURE__ */ showInLine(this);

  readonly #line = new WaitQueue("an Event");
  #isSet = false;

  /** Whether it is set. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /** Sets it and wakes all who wait, even if `clear()` follows at once. */
  set(): void {
    if (this.#isSet) return;
    this.#isSet = true;
    this.#line.wakeAll();
  }

  /** Clears it: from now on, tasks wait again. */
  clear(): void {
    this.#isSet = false;
  }

  /** Waits until it is set. */
  wait(): Awaitable<true> {
    return new Wait(this.#line, WAKE, this);
  }

  /** Returns what it holds, at this moment. */
  statistics(): { readonly isSet: boolean; readonly waiting: number } {
    return Object.freeze({ isSet: this.#isSet, waiting: this.#line.live });
  }

  /** Describes it in a line. */
  toString(): string {
    return inLine("Event", this.#isSet ? "set" : "not set", countWaiting(this.#line.live));
  }
}

/** The rules of waiting for an event. */
class Wake extends Rules<true, Event> {
  override attempt(isFirst: boolean, { asked: event }: Wait<true, Event>): boolean {
    return !isFirst || event.isSet;
  }

  override result(): true {
    return true;
  }

  override get takes(): boolean {
    return false;
  }

  override label(): string {
    return "Event.wait()";
  }
}

const WAKE = /* @__PURE__ */ new Wake();
