/**
 * So many at a time.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { type Awaitable, show } from "../lowlevel.ts";
import { Permit, Wait, WaitQueue } from "./wait_queue.ts";

/**
 * Lets a number of tasks at a time into a part of a program, in the order in which they asked.
 *
 * **Cancel safety.** A task cancelled while it waits leaves the line; a permit it had been given
 * already goes to the next.
 *
 * ```ts
 * import { gather, run, Semaphore, sleep } from "@weft/weft";
 *
 * const semaphore = new Semaphore(2);
 * let most = 0;
 * let inside = 0;
 * await run(async () => {
 *   await gather([1, 2, 3, 4].map(() => async () => {
 *     using _permit = await semaphore.acquire();
 *     most = Math.max(most, ++inside);
 *     await sleep(1);
 *     inside--;
 *   }));
 * });
 * console.assert(most === 2);
 * ```
 */
export class Semaphore {
  readonly #line = new WaitQueue("a Semaphore");
  #value: number;

  /** Makes a semaphore with a number of permits. */
  constructor(value = 1) {
    if (typeof value !== "number") throw new TypeError(`value MUST BE A NUMBER: ${show(value)}`);
    if (!Number.isInteger(value) || value < 0) {
      throw new RangeError(`value MUST BE A WHOLE NUMBER OF 0 OR MORE: ${value}`);
    }
    this.#value = value;
  }

  /** Counts the permits that are free. */
  get value(): number {
    return this.#value;
  }

  /** Tells whether `acquire()` would wait. */
  get locked(): boolean {
    return this.#value === 0 || this.#line.live > 0;
  }

  /** Waits for a permit. */
  acquire(): Awaitable<Permit> {
    return new Acquire(this, this.#line);
  }

  /** Gives a permit back, to the first who waits for one. */
  release(): void {
    this.#value++;
    this.#wakeNext();
  }

  /** @internal Releases a permit that was disposed. */
  takeBack(): void {
    this.release();
  }

  #wakeNext(): boolean {
    if (!this.#line.wakeNext()) return false;
    this.#value--; // The permit is handed over: nobody can take it in between.
    return true;
  }

  /** @internal Takes a permit that is free. */
  take(): void {
    this.#value--;
  }

  /** @internal Puts back a permit that was handed over, and wakes as many as there are permits. */
  settle(handedBack: boolean): void {
    if (handedBack) this.#value++;
    while (this.#value > 0 && this.#wakeNext());
  }

  /** Tells what it holds, at this moment. */
  statistics(): { readonly value: number; readonly waiting: number } {
    return Object.freeze({ value: this.#value, waiting: this.#line.live });
  }
}

/**
 * Is a semaphore that refuses to be released more often than it was acquired.
 *
 * Use it where a release too many would be a bug of the program.
 *
 * ```ts
 * import { BoundedSemaphore, run, RuntimeError } from "@weft/weft";
 *
 * await run(async () => {
 *   const semaphore = new BoundedSemaphore(1);
 *   {
 *     using _permit = await semaphore.acquire();
 *     console.assert(semaphore.locked);
 *   }
 *   try {
 *     semaphore.release();
 *     console.assert(false, "not reached");
 *   } catch (error) {
 *     console.assert(error instanceof RuntimeError);
 *   }
 * });
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number;

  /** Makes a semaphore with a number of permits. */
  constructor(value = 1) {
    super(value);
    this.#bound = value;
  }

  /** Gives a permit back, to the first who waits for one. */
  override release(): void {
    if (this.value >= this.#bound) {
      throw new RuntimeError(`RELEASED MORE OFTEN THAN ACQUIRED, THE BOUND IS: ${this.#bound}`);
    }
    super.release();
  }
}

/** Is a wait for a permit. */
class Acquire extends Wait<Permit> {
  readonly #semaphore: Semaphore;

  constructor(semaphore: Semaphore, line: WaitQueue) {
    super(line);
    this.#semaphore = semaphore;
  }

  protected attempt(isFirst: boolean): boolean {
    if (!isFirst) {
      this.#semaphore.settle(false);
      return true;
    }
    if (this.#semaphore.locked) return false;
    this.#semaphore.take();
    return true;
  }

  protected result(): Permit {
    return new Permit(this.#semaphore);
  }

  protected giveUp(wasWoken: boolean): void {
    this.#semaphore.settle(wasWoken);
  }

  undo(permit: Permit): void {
    permit[Symbol.dispose]();
  }

  toString(): string {
    return "Semaphore.acquire()";
  }
}
