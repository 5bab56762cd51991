/**
 * A limit that can be changed while it is in use.
 *
 * @module
 */

import {
  type Awaitable,
  checkCount,
  countWaiting,
  inLine,
  showInLine,
  Wait,
  WaitQueue,
} from "../lowlevel.ts";
import { type Permit, refuseAsPermit } from "./permit.ts";
import { PermitRules } from "./permit_rules.ts";

/**
 * A limit on how many tasks are in at a time, which can change at any time.
 *
 * Lowering it disturbs nobody who is in: newcomers wait until enough have left.
 *
 * **Cancel safety.** A task cancelled while it waits leaves the line; a place it had been given
 * already goes to the next.
 *
 * ```ts
 * import { Limiter, run } from "@weft/weft";
 *
 * await run(async () => {
 *   const limiter = new Limiter(1);
 *   using _permit = await limiter.acquire();
 *   console.assert(limiter.available === 0);
 *   limiter.limit = 2;
 *   console.assert(limiter.available === 1);
 * });
 * ```
 */
export class Limiter {
  static readonly #shown: void = /* @__PURE__ */ (() => {
    showInLine(this);
    refuseAsPermit(this, "limiter");
  })();

  readonly #state: LimiterState;

  /** Makes a limiter that nobody is in. */
  constructor(limit: number) {
    checkCount("limit", limit, 0);
    this.#state = new LimiterState(limit);
  }

  /** The number that may be in. */
  get limit(): number {
    return this.#state.limit;
  }

  /** Changes the number; who waits goes in as far as there is room. */
  set limit(limit: number) {
    checkCount("limit", limit, 0);
    this.#state.limit = limit;
    this.#state.admit();
  }

  /** The number of those who are in. */
  get borrowed(): number {
    return this.#state.borrowed;
  }

  /** The number of those who could go in now. */
  get available(): number {
    return this.#state.available;
  }

  /** Goes in, when there is room. */
  acquire(): Awaitable<Permit> {
    return new Wait(this.#state.line, this.#state);
  }

  /** Returns what it holds, at this moment. */
  statistics(): {
    readonly limit: number;
    readonly borrowed: number;
    readonly waiting: number;
  } {
    const { limit, borrowed, line } = this.#state;
    return Object.freeze({ limit, borrowed, waiting: line.live });
  }

  /** Describes it in a line. */
  toString(): string {
    const { limit, borrowed, line } = this.#state;
    return inLine("Limiter", `borrowed: ${borrowed} of ${limit}`, countWaiting(line.live));
  }
}

/** How many are in and may be, and who waits. */
class LimiterState extends PermitRules {
  readonly line = new WaitQueue("a Limiter");
  limit: number;
  borrowed = 0;

  constructor(limit: number) {
    super();
    this.limit = limit;
  }

  get available(): number {
    return Math.max(0, this.limit - this.borrowed);
  }

  /** Takes back a permit that was disposed. */
  override takeBack(permit: Permit): void {
    this.holders.delete(permit);
    this.giveBack();
  }

  /** Gives a place back, as one that was given in vain. */
  giveBack(): void {
    this.borrowed--;
    this.admit();
  }

  /** Lets in as many as there is room for. */
  admit(): void {
    while (this.available > 0 && this.line.wakeNext()) this.borrowed++;
  }

  /** Goes in, if there is room and nobody waits. */
  override attempt(isFirst: boolean): boolean {
    if (!isFirst) {
      this.admit(); // Those who came while this one was on its way may go in beside it.
      return true;
    }
    if (this.available === 0 || this.line.live > 0) return false;
    this.borrowed++;
    return true;
  }

  override giveUp(wasWoken: boolean): void {
    if (wasWoken) this.giveBack();
  }

  override label(): string {
    return "Limiter.acquire()";
  }

  override why(): string {
    return `${this.holders}` || `${this.borrowed} of ${this.limit} are in`;
  }
}
