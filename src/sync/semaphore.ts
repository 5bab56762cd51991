/**
 * So many at a time.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  checkWhole,
  countWaiting,
  inLine,
  showInLine,
  Wait,
  WaitQueue,
} from "../lowlevel.ts";
import { type Permit, refuseAsPermit } from "./permit.ts";
import { PermitRules } from "./permit_rules.ts";

/** Finds the state of a semaphore. */
let stateOf: (semaphore: Semaphore) => SemaphoreState;

/**
 * A number of permits, which tasks get in the order in which they asked: so many are in at a time.
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
  readonly #state: SemaphoreState;

  // Not a static block: bundlers would keep the class of programs that do not use it.
  static readonly #shared: void = /* @__PURE__ */ (() => {
    showInLine(this);
    refuseAsPermit(this, "semaphore");
    stateOf = (semaphore) => semaphore.#state;
  })();

  /** Makes a semaphore with a number of permits. */
  constructor(value = 1) {
    checkWhole("value", value, 0);
    this.#state = new SemaphoreState(value);
  }

  /** The number of permits that are free. */
  get value(): number {
    return this.#state.value;
  }

  /** Whether `acquire()` would wait. */
  get locked(): boolean {
    return this.#state.locked;
  }

  /** Waits for a permit. */
  acquire(): Awaitable<Permit> {
    return new Wait(this.#state.line, this.#state);
  }

  /** Gives a permit back, to the first who waits for one. */
  release(): void {
    this.#state.release();
  }

  /** Returns what it holds, at this moment. */
  statistics(): { readonly value: number; readonly waiting: number } {
    const { value, line } = this.#state;
    return Object.freeze({ value, waiting: line.live });
  }

  /** Describes it in a line. */
  toString(): string {
    const { value, line } = this.#state;
    return inLine(this.constructor.name, `value: ${value}`, countWaiting(line.live));
  }
}

/**
 * A semaphore that refuses to be released more often than it was acquired.
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
  /** Makes a semaphore with a number of permits. */
  constructor(value = 1) {
    super(value);
    stateOf(this).bound = value;
  }
}

/** The permits that are free, and who waits for one. */
class SemaphoreState extends PermitRules {
  readonly line = new WaitQueue("a Semaphore");
  value: number;
  /** The most permits that may be free. */
  bound = Infinity;

  constructor(value: number) {
    super();
    this.value = value;
  }

  get locked(): boolean {
    return this.value === 0 || this.line.live > 0;
  }

  /** Gives a permit back, to the first who waits for one. */
  release(): void {
    this.#release();
    this.holders.delete();
  }

  #release(): void {
    if (this.value >= this.bound) {
      throw new RuntimeError(
        `Cannot release the semaphore: all of its permits are free (${this.bound})`,
      );
    }
    this.value++;
    this.#wakeNext();
  }

  /** Releases a permit that was disposed. */
  override takeBack(permit: Permit): void {
    this.#release();
    this.holders.delete(permit);
  }

  #wakeNext(): boolean {
    if (!this.line.wakeNext()) return false;
    this.value--; // The permit is handed over: nobody can take it in between.
    return true;
  }

  /** Wakes as many as there are permits. */
  #settle(): void {
    while (this.value > 0 && this.#wakeNext());
  }

  override attempt(isFirst: boolean): boolean {
    if (!isFirst) {
      this.#settle();
      return true;
    }
    if (this.locked) return false;
    this.value--;
    return true;
  }

  /** Puts back a permit that was handed over. */
  override giveUp(wasWoken: boolean): void {
    if (wasWoken) this.value++;
    this.#settle();
  }

  override label(): string {
    return "Semaphore.acquire()";
  }

  override why(): string {
    return `${this.holders}` || "no permit is free";
  }
}
