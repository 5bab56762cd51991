/**
 * Waiting in line: what every primitive of this floor is made of.
 *
 * A wait is its own place in the line, so that it can leave at any time without a search. It stays
 * in line until its task has resumed, woken or cancelled: nobody can overtake a task that has been
 * woken and has not run yet.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Coroutine,
  DEFAULT_PRIORITY,
  type EventLoop,
  Failure,
  finishWith,
  LazyAwaitable,
  newCancelledError,
  RESUMED,
  runningLoop,
  type Settle,
  type Sleeper,
  suspendOn,
  type Suspension,
  type Task,
  type Waiter,
} from "../lowlevel.ts";

/** Tells how far a wait has come. */
type Progress = "new" | "waiting" | "woken" | "cancelled" | "over";

/** Is an awaitable that goes on at once, or waits in line until it is woken. */
export abstract class Wait<T> extends LazyAwaitable<T>
  implements Iterator<Suspension, T, unknown>, Waiter {
  /** @internal Is the wait before it in line. */
  before: Wait<unknown> | undefined = undefined;
  /** @internal Is the wait behind it in line. */
  after: Wait<unknown> | undefined = undefined;
  /** @internal Is the line it stands in. */
  line: WaitQueue | undefined = undefined;
  /** @internal Tells how far it has come. */
  progress: Progress = "new";
  /** Is where it waits, if it must. */
  protected readonly home: WaitQueue;
  #task: Sleeper | undefined = undefined;
  #message: string | undefined = undefined;

  constructor(home: WaitQueue) {
    super();
    this.home = home;
  }

  /** Goes on if it can; `isFirst` tells a new wait from one that was woken. */
  protected abstract attempt(isFirst: boolean): boolean;
  /** Makes the result of a wait that went on. */
  protected abstract result(): T;
  /** Hands on what a wait that was cancelled had been given: it has left the line. */
  protected abstract giveUp(wasWoken: boolean): void;
  /** Puts back what a wait that is over had taken: whoever waited does not want it after all. */
  abstract undo(value: T): void;
  /** @internal Goes on, or waits. */
  next(token?: unknown): IteratorResult<Suspension, T> {
    const isFirst = this.progress === "new";
    if (!isFirst) {
      if (token !== RESUMED) throw this.#awaitedAgain();
      this.line?.remove(this);
    }
    this.progress = "over"; // Until it is known to wait.
    if (this.attempt(isFirst)) return finishWith(this.result());
    this.home.add(this);
    return suspendOn(this);
  }

  #awaitedAgain(): RuntimeError {
    return new RuntimeError(`AWAITED A SECOND TIME: ${this}`);
  }

  /** @internal Is cancelled where it waits. */
  throw(error: unknown): IteratorResult<Suspension, T> {
    const wasWoken = this.progress === "woken";
    this.line?.remove(this);
    this.progress = "over";
    this.giveUp(wasWoken);
    throw error;
  }

  /** @internal Begins to wait. */
  suspend(task: Sleeper): void {
    this.#task = task;
    const line = this.line!;
    if (task.priority < line.mostUrgentYet) line.mostUrgentYet = task.priority;
  }

  /** @internal Tells how urgent its task is. */
  get priority(): number {
    return this.#task?.priority ?? DEFAULT_PRIORITY;
  }

  /** @internal Wakes the task: it is its turn. */
  wake(): void {
    this.progress = "woken";
    this.#task!.wake();
  }

  /** @internal Wakes the task with a cancellation. */
  cancel(message?: string): boolean {
    if (this.progress !== "waiting") return false;
    this.progress = "cancelled";
    this.line!.live--;
    this.#message = message;
    this.#task!.wake();
    return true;
  }

  /** @internal Gives the cancellation, if it is cancelled. */
  take(): Failure | undefined {
    return this.progress === "cancelled"
      ? new Failure(newCancelledError(this.#message))
      : undefined;
  }

  /** Waits in a generator coroutine. */
  override [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return this;
  }

  protected override awaitIn(task: Task<unknown>, resolve: Settle, reject: Settle): void {
    if (this.progress !== "new") return reject(this.#awaitedAgain());
    task.operateNatively(this as unknown as Coroutine<unknown>, resolve, reject);
  }
}

/** Is a line of waits, first come, first served. It belongs to the loop that first waits in it. */
export class WaitQueue {
  /** Counts those in line that were not cancelled. */
  live = 0;
  /** Counts all those in line. */
  size = 0;
  /** Is the priority of the most urgent who joined since it was last empty. */
  mostUrgentYet: number = Infinity;
  /** Names what it belongs to, for errors. */
  readonly owner: string;
  #loop: EventLoop | undefined;
  #first: Wait<unknown> | undefined;
  #last: Wait<unknown> | undefined;
  /** Is where the search for one that waits begins: all before it were woken or cancelled. */
  #waiting: Wait<unknown> | undefined;

  /** Makes an empty line. */
  constructor(owner: string) {
    this.owner = owner;
  }

  /** Puts a wait at the end. */
  add(wait: Wait<unknown>): void {
    const loop = runningLoop();
    if (this.#loop !== loop) {
      if (this.#loop !== undefined && !this.#loop.closed) {
        throw new RuntimeError(`USED IN ANOTHER LOOP WHILE ITS OWN IS OPEN: ${this.owner}`);
      }
      this.#loop = loop;
    }
    wait.progress = "waiting";
    wait.line = this;
    wait.before = this.#last;
    if (this.#last === undefined) this.#first = wait;
    else this.#last.after = wait;
    this.#last = wait;
    this.#waiting ??= wait;
    this.size++;
    this.live++;
  }

  /** Takes a wait out, wherever it stands. */
  remove(wait: Wait<unknown>): void {
    const { before, after } = wait;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    if (this.#waiting === wait) this.#waiting = after;
    wait.before = wait.after = wait.line = undefined;
    if (--this.size === 0) this.mostUrgentYet = Infinity;
    if (wait.progress !== "cancelled") this.live--;
  }

  /** Makes a wait that was woken in vain wait again, where it stands. */
  waitOn(wait: Wait<unknown>): void {
    wait.progress = "waiting";
    this.#waiting = this.#first;
  }

  /** Tells the priority of the most urgent task in line. */
  mostUrgent(): number {
    let most = Infinity;
    for (let wait = this.#first; wait !== undefined; wait = wait.after) {
      if (wait.progress !== "cancelled") most = Math.min(most, wait.priority);
    }
    this.mostUrgentYet = most;
    return most;
  }

  /** Wakes the first in line, unless it was woken or cancelled already. */
  wakeFirst(): void {
    if (this.#first?.progress === "waiting") this.#first.wake();
  }

  /** Wakes the first that still waits, and leaves it in line; returns whether there was one. */
  wakeNext(): boolean {
    while (this.#waiting !== undefined) {
      const wait = this.#waiting;
      this.#waiting = wait.after;
      if (wait.progress !== "waiting") continue;
      wait.wake();
      return true;
    }
    return false;
  }

  /** Wakes the first that still waits, and takes it out of the line with all before it. */
  releaseNext(): boolean {
    while (this.#first !== undefined) {
      const wait = this.#first;
      this.remove(wait);
      if (wait.progress !== "waiting") continue;
      wait.wake();
      return true;
    }
    return false;
  }
}

/** Is what gives permits. */
export interface Permitter {
  /** @internal Takes a permit back. */
  takeBack(permit: Permit): void;
}

/**
 * Is a right that was acquired, and is released once, however often it is disposed.
 *
 * `using` releases it at the end of its block. On a host without `using`, call the
 * `release()` of the lock in a `finally`.
 *
 * ```ts
 * import { Lock, type Permit, run } from "@weft/weft";
 *
 * await run(async () => {
 *   const lock = new Lock();
 *   const permit: Permit = await lock.acquire();
 *   console.assert(lock.locked);
 *   permit[Symbol.dispose]();
 *   permit[Symbol.dispose](); // harmless
 *   console.assert(!lock.locked);
 * });
 * ```
 */
export class Permit implements Disposable {
  #giver: Permitter | undefined;

  /** @internal */
  constructor(giver: Permitter) {
    this.#giver = giver;
  }

  /** Releases it, at the end of a `using`. */
  [Symbol.dispose](): void {
    const giver = this.#giver;
    this.#giver = undefined;
    giver?.takeBack(this);
  }
}
