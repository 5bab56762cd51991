/**
 * One at a time.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { type Awaitable, requireTask, type Sleeper, type Task } from "../lowlevel.ts";
import { Permit, Wait, WaitQueue } from "./wait_queue.ts";

/**
 * Lets one task at a time into a part of a program, in the order in which they asked.
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
  readonly #line = new WaitQueue("a Lock");
  #locked = false;
  /** Is the task that went in, while it is in. */
  #holder: Task<unknown> | undefined;
  /** @internal Is the permit of who is in: an older one releases nothing. */
  permit: Permit | undefined;

  /** Tells whether somebody is in. */
  get locked(): boolean {
    return this.#locked;
  }

  /** Waits for its turn, and gives the permit. */
  acquire(): Awaitable<Permit> {
    return new Acquire(this, this.#line);
  }

  /** Lets the next one in. */
  release(): void {
    if (!this.#locked) throw new RuntimeError("CANNOT RELEASE A LOCK THAT IS NOT ACQUIRED");
    this.#locked = false;
    this.permit = undefined;
    this.#holder?.takeBack(this);
    this.#holder = undefined;
    this.#line.wakeFirst();
  }

  /** @internal Makes who is in at least as urgent as one who begins to wait. */
  heed(priority: number): void {
    if (this.#holder !== undefined && priority < this.#holder.priority) {
      this.#holder.lend(this, priority);
    }
  }

  /** @internal Makes who is in as urgent as the most urgent who wait. */
  inherit(): void {
    const most = this.#line.mostUrgent();
    if (this.#holder !== undefined && most < this.#holder.priority) this.#holder.lend(this, most);
  }

  /** @internal Goes in. */
  enter(): Permit {
    this.#locked = true;
    this.#holder = requireTask("Lock.acquire()");
    if (this.#line.mostUrgentYet < this.#holder.priority) this.inherit();
    return this.permit = new Permit(this);
  }

  /** @internal Lets the next one in, if the permit is that of who is in. */
  takeBack(permit: Permit): void {
    if (permit === this.permit) this.release();
  }

  /** Tells what it holds, at this moment. */
  statistics(): { readonly locked: boolean; readonly waiting: number } {
    return Object.freeze({ locked: this.#locked, waiting: this.#line.live });
  }
}

/** Is a wait for a lock. */
class Acquire extends Wait<Permit> {
  readonly #lock: Lock;

  constructor(lock: Lock, line: WaitQueue) {
    super(line);
    this.#lock = lock;
  }

  override suspend(task: Sleeper): void {
    super.suspend(task);
    this.#lock.heed(task.priority);
  }

  protected attempt(isFirst: boolean): boolean {
    return !isFirst || !this.#lock.locked && this.home.live === 0;
  }

  protected result(): Permit {
    return this.#lock.enter();
  }

  protected giveUp(): void {
    if (!this.#lock.locked) this.home.wakeFirst();
  }

  undo(permit: Permit): void {
    permit[Symbol.dispose]();
  }

  toString(): string {
    return "Lock.acquire()";
  }
}
