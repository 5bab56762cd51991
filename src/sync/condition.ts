/**
 * Waiting for a change of what a lock guards.
 *
 * @module
 */

import { isCancelled, RuntimeError } from "../errors.ts";
import { type Awaitable, type Coroutine, leaveScope, Operation } from "../lowlevel.ts";
import { Lock } from "./lock.ts";
import { type Permit, Wait, WaitQueue } from "./wait_queue.ts";

/**
 * Lets tasks that hold a lock wait for a change that another makes while it holds the lock.
 *
 * A wait may end without the change: look again, or use `waitFor()`.
 *
 * **Cancel safety.** A cancelled wait holds the lock again when it throws, and a notification it had
 * been given goes to another.
 *
 * ```ts
 * import { Condition, createTask, run } from "@weft/weft";
 *
 * const condition = new Condition();
 * const items: string[] = [];
 * await run(function* () {
 *   const consumer = createTask(function* () {
 *     using _permit = yield* condition.acquire();
 *     yield* condition.waitFor(() => items.length > 0);
 *     return items.pop();
 *   });
 *   {
 *     using _permit = yield* condition.acquire();
 *     items.push("item");
 *     condition.notify();
 *   }
 *   console.assert((yield* consumer) === "item");
 * });
 * ```
 */
export class Condition {
  readonly #lock: Lock;
  readonly #line = new WaitQueue("a Condition");

  /** Makes a condition of a lock, which several may share; of a new one unless given. */
  constructor(lock: Lock = new Lock()) {
    if (!(lock instanceof Lock)) throw new TypeError(`lock MUST BE A Lock: ${lock}`);
    this.#lock = lock;
  }

  /** Tells whether somebody holds its lock. */
  get locked(): boolean {
    return this.#lock.locked;
  }

  /** Acquires its lock. */
  acquire(): Awaitable<Permit> {
    return this.#lock.acquire();
  }

  /** Releases its lock. */
  release(): void {
    this.#lock.release();
  }

  /** Lets go of the lock, waits to be notified, and acquires the lock again. */
  wait(): Awaitable<true> {
    return new Operation("Condition.wait()", () => this.#wait());
  }

  *#wait(): Coroutine<true> {
    this.#checkLocked("WAIT");
    const { permit } = this.#lock;
    this.release();
    try {
      try {
        yield* new Notification(this.#line);
      } finally {
        yield* this.#acquireAgain(permit);
      }
    } catch (error) {
      this.#notify(1); // It may have been notified: somebody else must be, then.
      throw error;
    }
    return true;
  }

  /** Acquires the lock, whatever happens meanwhile; the last cancellation is thrown then. */
  *#acquireAgain(permit: Permit | undefined): Coroutine<void> {
    let cancellation: unknown;
    const restore = leaveScope(); // A cancelled scope would interrupt every attempt.
    for (;;) {
      try {
        yield* this.#lock.acquire();
        this.#lock.permit = permit; // The one given before the wait stays the one to dispose.
        break;
      } catch (error) {
        if (!isCancelled(error)) {
          restore();
          throw error;
        }
        cancellation = error;
      }
    }
    restore();
    if (cancellation !== undefined) throw cancellation;
  }

  /** Waits until a predicate, called with the lock held, is truthy, and returns what it gave. */
  waitFor<T>(predicate: () => T): Awaitable<T> {
    if (typeof predicate !== "function") {
      throw new TypeError(`PREDICATE MUST BE A FUNCTION: ${predicate}`);
    }
    return new Operation("Condition.waitFor()", () => this.#waitFor(predicate));
  }

  *#waitFor<T>(predicate: () => T): Coroutine<T> {
    let result = predicate();
    while (!result) {
      yield* this.#wait();
      result = predicate();
    }
    return result;
  }

  /** Wakes so many of those who wait; they go on one after the other, as they get the lock. */
  notify(n = 1): void {
    if (typeof n !== "number") throw new TypeError(`n MUST BE A NUMBER: ${n}`);
    if (Number.isNaN(n)) throw new RangeError("n MUST NOT BE NaN");
    this.#checkLocked("NOTIFY");
    this.#notify(n);
  }

  /** Wakes all who wait. */
  notifyAll(): void {
    this.notify(this.#line.size);
  }

  #notify(n: number): void {
    for (let left = n; left > 0 && this.#line.wakeNext(); left--);
  }

  #checkLocked(what: string): void {
    if (!this.locked) throw new RuntimeError(`CANNOT ${what} WITHOUT THE LOCK: ACQUIRE IT FIRST`);
  }

  /** Tells what it holds, at this moment. */
  statistics(): { readonly locked: boolean; readonly waiting: number } {
    return Object.freeze({ locked: this.locked, waiting: this.#line.live });
  }
}

/** Is a wait for a notification. */
class Notification extends Wait<void> {
  protected attempt(isFirst: boolean): boolean {
    return !isFirst;
  }

  protected result(): void {}

  protected giveUp(): void {}

  undo(): void {}

  toString(): string {
    return "Condition.wait()";
  }
}
