/**
 * A limit that can be changed while it is in use.
 *
 * @module
 */

import { type Awaitable, checkCount } from "../lowlevel.ts";
import { Permit, Wait, WaitQueue } from "./wait_queue.ts";

/**
 * Lets a number of tasks at a time in, and the number can change at any time.
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
  readonly #line = new WaitQueue("a Limiter");
  #limit: number;
  #borrowed = 0;

  /** Makes a limiter that nobody is in. */
  constructor(limit: number) {
    checkCount("limit", limit, 0);
    this.#limit = limit;
  }

  /** Is the number that may be in. */
  get limit(): number {
    return this.#limit;
  }

  /** Changes the number; who waits goes in as far as there is room. */
  set limit(limit: number) {
    checkCount("limit", limit, 0);
    this.#limit = limit;
    this.admit();
  }

  /** Counts those who are in. */
  get borrowed(): number {
    return this.#borrowed;
  }

  /** Counts those who could go in now. */
  get available(): number {
    return Math.max(0, this.#limit - this.#borrowed);
  }

  /** Goes in, when there is room. */
  acquire(): Awaitable<Permit> {
    return new Acquire(this, this.#line);
  }

  /** @internal Goes in, if there is room and nobody waits. */
  tryEnter(): boolean {
    if (this.available === 0 || this.#line.live > 0) return false;
    this.#borrowed++;
    return true;
  }

  /** @internal Leaves. */
  leave(): void {
    this.#borrowed--;
    this.admit();
  }

  /** @internal Takes back a permit that was disposed. */
  takeBack(): void {
    this.leave();
  }

  /** @internal Lets in as many as there is room for. */
  admit(): void {
    while (this.available > 0 && this.#line.wakeNext()) this.#borrowed++;
  }

  /** Tells what it holds, at this moment. */
  statistics(): {
    readonly limit: number;
    readonly borrowed: number;
    readonly waiting: number;
  } {
    return Object.freeze({
      limit: this.#limit,
      borrowed: this.#borrowed,
      waiting: this.#line.live,
    });
  }
}

/** Is a wait for a place. */
class Acquire extends Wait<Permit> {
  readonly #limiter: Limiter;

  constructor(limiter: Limiter, line: WaitQueue) {
    super(line);
    this.#limiter = limiter;
  }

  protected attempt(isFirst: boolean): boolean {
    if (isFirst) return this.#limiter.tryEnter();
    this.#limiter.admit(); // Those who came while this one was on its way may go in beside it.
    return true;
  }

  protected result(): Permit {
    return new Permit(this.#limiter);
  }

  protected giveUp(wasWoken: boolean): void {
    if (wasWoken) this.#limiter.leave();
  }

  undo(permit: Permit): void {
    permit[Symbol.dispose]();
  }

  toString(): string {
    return "Limiter.acquire()";
  }
}
