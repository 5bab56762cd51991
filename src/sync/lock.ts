/**
 * One at a time.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  countWaiting,
  inLine,
  type InnerTask,
  requireTask,
  Rules,
  showInLine,
  Wait,
  WaitQueue,
} from "../lowlevel.ts";
import { heldBy } from "./holders.ts";
import { newPermit, type Permit, type Permitter, refuseAsPermit } from "./permit.ts";

/** Finds the state of a lock, which a condition shares. */
export let stateOf: (lock: Lock) => LockState;

/**
 * A lock: one task at a time is in a part of a program, in the order in which they asked.
 *
 * It has no owner: who acquired it need not be who releases it. A newcomer queues behind those who
 * wait, even if it has just been released. While a more urgent task waits, the one that is in runs at
 * that one's priority: nobody in between can keep both of them waiting.
 *
 * **Cancel safety.** A task cancelled while it waits leaves the line; one that had its turn already
 * passes it on.
 *
 * ```ts
 * import { gather, Lock, run, sleep } from "@weft/weft";
 *
 * const lock = new Lock();
 * const order: string[] = [];
 * await run(function* () {
 *   const enter = (name: string) =>
 *     function* () {
 *       using _permit = yield* lock.acquire();
 *       order.push(`${name} in`);
 *       yield* sleep(1);
 *       order.push(`${name} out`);
 *     };
 *   yield* gather([enter("a"), enter("b")]);
 * });
 * console.assert(order.join() === "a in,a out,b in,b out");
 * ```
 */
export class Lock {
  readonly #state = new LockState();

  // Not a static block: bundlers would keep the class of programs that do not use it.
  static readonly #shared: void = /* @__PURE__ */ (() => {
    showInLine(this);
    refuseAsPermit(this, "lock");
    stateOf = (lock) => lock.#state;
  })();

  /** Whether somebody is in. */
  get locked(): boolean {
    return this.#state.locked;
  }

  /** Waits for its turn, and gives the permit. */
  acquire(): Awaitable<Permit> {
    return new Wait(this.#state.line, this.#state);
  }

  /** Lets the next one in. */
  release(): void {
    this.#state.release();
  }

  /** Returns what it holds, at this moment. */
  statistics(): { readonly locked: boolean; readonly waiting: number } {
    const { locked, line } = this.#state;
    return Object.freeze({ locked, waiting: line.live });
  }

  /** Describes it in a line. */
  toString(): string {
    const { locked, line } = this.#state;
    return inLine("Lock", locked ? "locked" : "free", countWaiting(line.live));
  }
}

/** Who is in, and who waits. */
export class LockState extends Rules<Permit> implements Permitter {
  readonly line: WaitQueue = new WaitQueue("a Lock");
  locked = false;
  /** The permit of who is in: an older one releases nothing. */
  permit: Permit | undefined = undefined;
  /** The task that went in, while it is in. */
  #holder: InnerTask<unknown> | undefined = undefined;

  /** Lets the next one in. */
  release(): void {
    if (!this.locked) {
      throw new RuntimeError("Cannot release the lock: nobody has acquired it");
    }
    this.locked = false;
    this.permit = undefined;
    this.#holder?.takeBack(this);
    this.#holder = undefined;
    this.line.wakeFirst();
  }

  /** Lets the next one in, if the permit is that of who is in. */
  takeBack(permit: Permit): void {
    if (permit === this.permit) this.release();
  }

  override attempt(isFirst: boolean): boolean {
    return !isFirst || !this.locked && this.line.live === 0;
  }

  /** Makes who is in at least as urgent as one who begins to wait. */
  override begin(priority: number): void {
    if (this.#holder !== undefined && priority < this.#holder.priority) {
      this.#holder.lend(this, priority);
    }
  }

  override result(): Permit {
    this.locked = true;
    this.#holder = requireTask("Lock.acquire()");
    if (this.line.mostUrgentYet < this.#holder.priority) this.#inherit();
    return this.permit = newPermit(this);
  }

  /** Makes who is in as urgent as the most urgent who wait. */
  #inherit(): void {
    const most = this.line.mostUrgent();
    if (this.#holder !== undefined && most < this.#holder.priority) this.#holder.lend(this, most);
  }

  override giveUp(): void {
    if (!this.locked) this.line.wakeFirst();
  }

  override undo(permit: Permit): void {
    permit[Symbol.dispose]();
  }

  override label(): string {
    return "Lock.acquire()";
  }

  override why(): string {
    return heldBy(this.#holder === undefined ? [] : [this.#holder]);
  }
}
