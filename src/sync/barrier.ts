/**
 * Meeting before going on.
 *
 * @module
 */

import { BrokenBarrierError } from "../errors.ts";
import {
  type Awaitable,
  checkWhole,
  type Coroutine,
  inLine,
  Operation,
  showInLine,
} from "../lowlevel.ts";
import { Condition } from "./condition.ts";

/**
 * A place where tasks wait until a number of them have come, and then all go on.
 *
 * Who comes while a group leaves waits for the next group.
 *
 * **Cancel safety.** A task cancelled while it waits leaves; the others go on waiting.
 *
 * ```ts
 * import { Barrier, gather, run } from "@weft/weft";
 *
 * const barrier = new Barrier(2);
 * const places = await run(() => gather([() => barrier.wait(), () => barrier.wait()]));
 * console.assert(places.join() === "0,1");
 * ```
 */
export class Barrier {
  static readonly #shown: void = /* @__PURE__ */ showInLine(this);

  readonly #parties: number;
  readonly #changed = new Condition();
  #state: "filling" | "draining" | "resetting" | "broken" = "filling";
  #count = 0;

  /** Makes a barrier for a number of tasks. */
  constructor(parties: number) {
    checkWhole("parties", parties, 1);
    this.#parties = parties;
    this.#changed["label"] = () => `Barrier.wait() (${this.#count} of ${parties} are there)`;
  }

  /** The number of tasks that it takes. */
  get parties(): number {
    return this.#parties;
  }

  /** The number of tasks that wait for the others. */
  get nWaiting(): number {
    return this.#state === "filling" ? this.#count : 0;
  }

  /** Whether it was aborted. */
  get broken(): boolean {
    return this.#state === "broken";
  }

  /** Waits for the others; returns how many waited already when it came. */
  wait(): Awaitable<number> {
    return new Operation("Barrier.wait()", () => this.#wait());
  }

  *#wait(): Coroutine<number> {
    using _permit = yield* this.#changed.acquire();
    yield* this.#changed.waitFor(() => this.#state !== "draining" && this.#state !== "resetting");
    this.#checkUnbroken();
    try {
      const place = this.#count++;
      if (place + 1 === this.#parties) {
        this.#state = "draining";
        this.#changed.notifyAll();
      } else {
        yield* this.#changed.waitFor(() => this.#state !== "filling");
        this.#checkUnbroken();
      }
      return place;
    } finally {
      this.#count--;
      this.#leave();
    }
  }

  #checkUnbroken(): void {
    if (this.#state === "broken" || this.#state === "resetting") {
      throw new BrokenBarrierError(
        `Cannot wait at the barrier: it was ${this.#state === "broken" ? "aborted" : "reset"}`,
      );
    }
  }

  #leave(): void {
    if (this.#count > 0) return;
    if (this.#state === "resetting" || this.#state === "draining") this.#state = "filling";
    this.#changed.notifyAll();
  }

  /** Throws a `BrokenBarrierError` to those who wait, and makes the barrier as new. */
  reset(): Awaitable<void> {
    return this.#change(() => this.#count > 0 ? "resetting" : "filling");
  }

  /** Throws a `BrokenBarrierError` to those who wait or will come, until `reset()`. */
  abort(): Awaitable<void> {
    return this.#change(() => "broken");
  }

  #change(next: () => "filling" | "resetting" | "broken"): Awaitable<void> {
    return new Operation("a change of a Barrier", () => this.#changeTo(next));
  }

  *#changeTo(next: () => "filling" | "resetting" | "broken"): Coroutine<void> {
    using _permit = yield* this.#changed.acquire();
    this.#state = next();
    this.#changed.notifyAll();
  }

  /** Returns what it holds, at this moment. */
  statistics(): {
    readonly parties: number;
    readonly waiting: number;
    readonly broken: boolean;
  } {
    const { parties, nWaiting: waiting, broken } = this;
    return Object.freeze({ parties, waiting, broken });
  }

  /** Describes it in a line. */
  toString(): string {
    const waiting = `waiting: ${this.nWaiting} of ${this.parties}`;
    return inLine("Barrier", waiting, this.broken && "broken");
  }
}
