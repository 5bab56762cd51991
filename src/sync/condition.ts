/**
 * Waiting for a change of what a lock guards.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  checkFunction,
  checkInstance,
  checkNumber,
  type Coroutine,
  countWaiting,
  inLine,
  insist,
  Operation,
  Rules,
  showInLine,
  Wait,
  WaitQueue,
} from "../lowlevel.ts";
import { type Permit, refuseAsPermit } from "./permit.ts";
import { Lock, stateOf } from "./lock.ts";

/**
 * A place where tasks that hold a lock wait for a change that another makes while it holds it.
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
  static readonly #shown: void = /* @__PURE__ */ (() => {
    showInLine(this);
    refuseAsPermit(this, "condition");
  })();

  readonly #lock: Lock;
  readonly #line = new WaitQueue("a Condition");
  /** A function that says what dumps call its waits. */
  private label = () => "Condition.wait()";

  /** Makes a condition of a lock, which several may share; of a new one unless given. */
  constructor(lock: Lock = new Lock()) {
    checkInstance("lock", lock, Lock);
    this.#lock = lock;
  }

  /** Whether somebody holds its lock. */
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
    this.#checkLocked("wait for the condition");
    const { permit } = stateOf(this.#lock);
    this.release();
    try {
      try {
        yield* new Wait(this.#line, NOTIFICATION, this.label);
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
    const cancellation = yield* insist(() => this.#lock.acquire());
    stateOf(this.#lock).permit = permit; // The one given before the wait stays the one to dispose.
    if (cancellation !== undefined) throw cancellation;
  }

  /** Waits until a predicate, called with the lock held, is truthy, and returns what it gave. */
  waitFor<T>(predicate: () => T): Awaitable<T> {
    checkFunction("predicate", predicate);
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
    checkNumber("n", n);
    this.#checkLocked("notify those who wait");
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
    if (!this.locked) throw new RuntimeError(`Cannot ${what} without the lock: acquire it first`);
  }

  /** Returns what it holds, at this moment. */
  statistics(): { readonly locked: boolean; readonly waiting: number } {
    return Object.freeze({ locked: this.locked, waiting: this.#line.live });
  }

  /** Describes it in a line. */
  toString(): string {
    return inLine("Condition", this.locked ? "locked" : "free", countWaiting(this.#line.live));
  }
}

/** The rules of waiting for a notification; each comes with what says what it is for. */
class Notification extends Rules<void, () => string> {
  override label({ asked }: Wait<void, () => string>): string {
    return asked();
  }
}

const NOTIFICATION = /* @__PURE__ */ new Notification();
