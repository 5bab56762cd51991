/**
 * A resource of a pool, as long as somebody has it.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { countCancelledWaits, flowHere } from "../lowlevel.ts";

/** Who gives resources out, and takes them back. */
export interface Lessor<T> {
  /** Takes a resource back: one that is sound goes to the next, another is destroyed. */
  takeBack(lease: Lease<T>, isSound: boolean): void;
}

/** Makes a lease; its constructor is nobody else's business. */
export function newLease<T>(lessor: Lessor<T>, value: T): Lease<T> {
  return new (Lease as unknown as new (lessor: Lessor<T>, value: T) => Lease<T>)(lessor, value);
}

/** Ends a lease for its lessor, who does with the resource what it likes. */
export let endLease: (lease: Lease<unknown>) => void;

/**
 * A resource of a pool that nobody else has until it is given back. Made by `ResourcePool.acquire()`.
 *
 * The end of a `using` or `await using` gives it back, once, however often it is disposed. If a wait
 * of a task was cancelled meanwhile, by a request, a timeout or a scope, and that task has read
 * `value`, then the resource may be in the middle of something: it is destroyed, and not given to
 * another.
 *
 * **Gotchas.** A block cannot tell that it was left by an error: after one that leaves the resource
 * in doubt, call `discard()`, or let `ResourcePool.use()` see to it. So do where a branch of a
 * `select()` or a task of your own was using it and was called off.
 *
 * ```ts
 * import { type Lease, ResourcePool, run } from "@weft/weft";
 *
 * const pool = new ResourcePool({ create: () => ({ sent: 0 }), destroy: () => {}, max: 1 });
 * await run(async () => {
 *   await using _closing = pool;
 *   const lease: Lease<{ sent: number }> = await pool.acquire();
 *   lease.value.sent++;
 *   lease.discard();
 *   using other = await pool.acquire();
 *   console.assert(other.value.sent === 0); // another one
 * });
 * ```
 */
export class Lease<T> implements Disposable, AsyncDisposable {
  // Not a static block: bundlers would keep the class of programs that do not use it.
  static readonly #shared: void = /* @__PURE__ */ (() => {
    endLease = (lease) => void (lease.#lessor = undefined);
  })();

  #lessor: Lessor<T> | undefined;
  readonly #value: T;
  /** The tasks that have read the value, and how many waits of theirs had been cancelled by then. */
  readonly #readers = new Map<object, () => boolean>();

  private constructor(lessor: Lessor<T>, value: T) {
    this.#lessor = lessor;
    this.#value = value;
  }

  /** The resource; throws a `RuntimeError` once it was given back. */
  get value(): T {
    if (this.#lessor === undefined) {
      throw new RuntimeError("Cannot use the resource: its lease has ended, acquire another");
    }
    const task = flowHere()?.task;
    if (task !== undefined && !this.#readers.has(task)) {
      const before = countCancelledWaits(task);
      this.#readers.set(task, () => countCancelledWaits(task) === before);
    }
    return this.#value;
  }

  /** Gives it back to be destroyed, now. Harmless once it was given back. */
  discard(): void {
    this.#giveBack(false);
  }

  /** Gives it back, at the end of a `using`. */
  [Symbol.dispose](): void {
    this.#giveBack([...this.#readers.values()].every((isSound) => isSound()));
  }

  /** Gives it back, at the end of an `await using`; there is nothing to wait for. */
  [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    return Promise.resolve();
  }

  #giveBack(isSound: boolean): void {
    const lessor = this.#lessor;
    this.#lessor = undefined;
    lessor?.takeBack(this, isSound);
  }
}
