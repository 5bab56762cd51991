/**
 * Waiting in line: what is fast enough for a lock.
 *
 * A wait is its own place in the line, so that it can leave at any time without a search. It stays in
 * line until its task has resumed, woken or cancelled: nobody can overtake a task that has been woken
 * and has not run yet. Which way of waking is for what:
 *
 * | Way               | Wakes                                  | Which then                 | Is for                                     |
 * | ----------------- | -------------------------------------- | -------------------------- | ------------------------------------------ |
 * | `wakeFirst()`     | the first, unless it was woken already | stays in line until it ran | one at a time: `Lock`                      |
 * | `wakeNext()`      | the first that still waits             | stays in line until it ran | what was handed over: `Semaphore`          |
 * | `wakeAll()`       | all that still wait                    | stay in line until they ran | news for everybody: `Event`               |
 * | `releaseNext()`   | the first that still waits             | leaves the line            | what it must look for again: `Queue`       |
 * | `wakeUpTo(count)` | from the front, until so many run      | keeps its place if in vain | what may be gone again: a `Channel`        |
 *
 * Newcomers see in `live` whether others wait: to go on in spite of them is to overtake them.
 *
 * @module
 */

import { newCancelledError, RuntimeError } from "../errors.ts";
import { DEFAULT_PRIORITY } from "../engine/loop.ts";
import {
  type Awaitable,
  Failure,
  finishWith,
  RESUMED,
  type Sleeper,
  suspendOn,
  type Suspension,
  type Waiter,
} from "./awaitable.ts";
import type { EventLoop } from "./event_loop.ts";
import { LazyAwaitable } from "./native_await.ts";
import { runningLoop } from "./running.ts";
import type { Scheduler } from "./scheduler.ts";

/**
 * The rules of waiting for a thing: when one goes on, with what, and what becomes of that.
 *
 * As they stand, one waits first and gets nothing. All waits are of one class, and only their rules
 * differ: what looks at them, at every turn, is as fast in a program that waits for many kinds of
 * things as in one that waits for one kind.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { Rules, Wait, WaitQueue } from "@weft/weft/lowlevel.ts";
 *
 * class Gate extends Rules<void> {
 *   isOpen = false;
 *   readonly line = new WaitQueue("a Gate");
 *   override attempt = (isFirst: boolean) => !isFirst || this.isOpen;
 *   override label = () => "Gate.pass()";
 *
 *   pass = () => new Wait(this.line, this);
 *   open() {
 *     this.isOpen = true;
 *     this.line.wakeAll();
 *   }
 * }
 *
 * await run(function* () {
 *   const gate = new Gate();
 *   gate.open();
 *   yield* gate.pass();
 * });
 * ```
 */
export abstract class Rules<T, A = undefined> {
  /** Names the call in dumps and errors. */
  abstract label(wait: Wait<T, A>): string;

  /** Describes for dumps why one waits, if there is more to say. */
  why(_wait: Wait<T, A>): string | undefined {
    return undefined;
  }

  /** Whether it takes something from others, as most waits do: an item, a permit, a turn. */
  get takes(): boolean {
    return true;
  }

  /** Goes on if it can; `isFirst` tells a new wait from one that was woken. */
  attempt(isFirst: boolean, _wait: Wait<T, A>): boolean {
    return !isFirst;
  }

  /** Notes that one waits, and how urgent that is. */
  begin(_priority: number): void {}

  /** Makes the result of a wait that went on: it has left the line. */
  result(_wait: Wait<T, A>): T {
    return undefined as T;
  }

  /** Hands on what a wait that was cancelled had been given: it has left the line. */
  giveUp(_wasWoken: boolean, _wait: Wait<T, A>): void {}

  /** Puts back what a wait that is over had taken: whoever waited does not want it after all. */
  undo(_value: T): void {}
}

/** An awaitable that goes on at once, or waits in a line until it is woken; its rules say which. */
export class Wait<T, A = undefined> extends LazyAwaitable<T>
  implements Iterator<Suspension, T, unknown>, Waiter {
  /** The line that it waits in, if it must. */
  readonly line: WaitQueue;
  /** What it came with: an item to put, say. */
  readonly asked: A;
  readonly #rules: Rules<T, A>;
  /** How far it has come. */
  progress: "new" | "waiting" | "woken" | "cancelled" | "over" = "new";
  /** Whether it stands in its line. */
  private isInLine = false;
  /** The wait before it in line. */
  private before: Wait<unknown, unknown> | undefined = undefined;
  /** The wait behind it in line. */
  private after: Wait<unknown, unknown> | undefined = undefined;
  #sleeper: Sleeper | undefined = undefined;
  #message: string | undefined = undefined;

  /** Makes a wait that has not begun. */
  constructor(line: WaitQueue, rules: Rules<T>);
  /** Makes one that comes with something. */
  constructor(line: WaitQueue, rules: Rules<T, A>, asked: A);
  constructor(line: WaitQueue, rules: Rules<T, A>, asked?: A) {
    super();
    this.line = line;
    this.#rules = rules;
    this.asked = asked as A;
  }

  /** Whether somebody has come to wait. */
  override get hasBegun(): boolean {
    return this.progress !== "new";
  }

  /** Whether it takes something from others. */
  get takes(): boolean {
    return this.#rules.takes;
  }

  /** Goes on, or waits; one that was woken in vain keeps its place, if it still has one. */
  next(token?: unknown): IteratorResult<Suspension, T> {
    const isFirst = this.progress === "new";
    if (!isFirst) {
      if (token !== RESUMED) throw this.#awaitedAgain();
      this.line.woken--;
    }
    let goesOn: boolean;
    try {
      goesOn = this.#rules.attempt(isFirst, this);
      if (!goesOn) this.line["keep"](this as Wait<unknown, unknown>);
    } catch (error) {
      this.#leave();
      throw error;
    }
    if (!goesOn) return suspendOn(this);
    this.#leave();
    return finishWith(this.#rules.result(this));
  }

  #awaitedAgain(): RuntimeError {
    return new RuntimeError(`Cannot await ${this} a second time: call what made it again`);
  }

  /** Ends with an error where it waits. */
  throw(error: unknown): IteratorResult<Suspension, T> {
    const { progress } = this;
    if (progress === "woken") this.line.woken--;
    this.#leave();
    if (progress === "waiting") this.#tellHost();
    this.#rules.giveUp(progress === "woken", this);
    throw error;
  }

  #leave(): void {
    if (this.isInLine) this.line["remove"](this as Wait<unknown, unknown>);
    this.progress = "over";
  }

  /** Begins to wait. */
  suspend(task: Sleeper): void {
    this.#sleeper = task;
    const { line } = this;
    if (task.priority < line.mostUrgentYet) line.mostUrgentYet = task.priority;
    if (line.isForHost) loopOf(task).beginHostOperation();
    this.#rules.begin(task.priority);
  }

  /** How urgent its task is. */
  get priority(): number {
    return this.#sleeper?.priority ?? DEFAULT_PRIORITY;
  }

  /** Wakes the task: it is its turn. */
  wake(): void {
    this.progress = "woken";
    this.line.woken++;
    this.#sleeper!.wake();
    this.#tellHost();
  }

  /** Wakes the task with a cancellation. */
  cancel(message?: string): boolean {
    if (this.progress !== "waiting") return false;
    this.progress = "cancelled";
    this.line.live--;
    this.#message = message;
    this.#sleeper!.wake();
    this.#tellHost();
    return true;
  }

  /** Ends the operation of the host that the loop was told of. */
  #tellHost(): void {
    if (this.line.isForHost) loopOf(this.#sleeper!).endHostOperation();
  }

  /** Gives the cancellation, if it is cancelled. */
  take(): Failure | undefined {
    return this.progress === "cancelled"
      ? new Failure(newCancelledError(this.#message))
      : undefined;
  }

  /** Puts back what it had taken: whoever waited does not want it after all. */
  undo(value: T): void {
    this.#rules.undo(value);
  }

  /** Waits in a generator coroutine. */
  override [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return this;
  }

  /** Describes it for dumps: by its call and, while it waits, by the reason. */
  override toString(): string {
    const label = this.#rules.label(this);
    const why = this.progress === "waiting" ? this.#rules.why(this) : undefined;
    return why ? `${label} (${why})` : label;
  }
}

function loopOf(sleeper: Sleeper): Scheduler {
  return (sleeper as Sleeper & { readonly loop: Scheduler }).loop;
}

/**
 * A line of waits, first come, first served. It belongs to the loop that first waits in it.
 *
 * ```ts
 * import { createTask, run, sleep } from "@weft/weft";
 * import { WaitQueue } from "@weft/weft/lowlevel.ts";
 *
 * await run(async () => {
 *   const line = new WaitQueue("an example");
 *   const first = createTask(() => line.wait("a turn"), { name: "first" });
 *   const second = createTask(() => line.wait("a turn"), { name: "second" });
 *   await sleep(0);
 *   console.assert(line.live === 2 && line.wakeNext());
 *   await first;
 *   console.assert(!second.done && line.wakeNext());
 *   await second;
 * });
 * ```
 */
export class WaitQueue {
  /** The number of those in line that were not cancelled. */
  live = 0;
  /** The number of all in line. */
  size = 0;
  /** The number of those who were woken and have not gone on yet. */
  woken = 0;
  /** The priority of the most urgent who joined since it was last empty. */
  mostUrgentYet: number = Infinity;
  /** What it belongs to, for errors. */
  readonly owner: string;
  /** Whether the host is waited for, and not another task: virtual time stands still meanwhile. */
  readonly isForHost: boolean;
  #loop: EventLoop | undefined;
  #first: Wait<unknown, unknown> | undefined;
  #last: Wait<unknown, unknown> | undefined;
  /** Where the search for one that waits begins: all before it were woken or cancelled. */
  #waiting: Wait<unknown, unknown> | undefined;

  /** Makes an empty line. */
  constructor(owner: string, options: { isForHost?: boolean } = {}) {
    this.owner = owner;
    this.isForHost = options.isForHost ?? false;
  }

  /**
   * Waits in line until it is woken: for what need not be fast, and takes nothing by itself.
   *
   * `giveUp` is called where a wait is cancelled that had been woken already: wake another then.
   */
  wait(label: string, giveUp?: () => void): Awaitable<void> {
    return new Wait(this, TURN, { label, giveUp });
  }

  /** Lets a wait stand where it stands, or else at the end. */
  private keep(wait: Wait<unknown, unknown>): void {
    if (wait["isInLine"]) this.#waiting = this.#first; // It was woken in vain, and waits on.
    else this.#add(wait);
    wait.progress = "waiting";
  }

  /** Puts a wait at the end. */
  #add(wait: Wait<unknown, unknown>): void {
    const loop = runningLoop();
    if (this.#loop !== loop) {
      if (this.#loop !== undefined && !this.#loop.closed) {
        throw new RuntimeError(
          `Cannot wait for ${this.owner} here: another loop, which is still open, waits for it`,
        );
      }
      this.#loop = loop;
    }
    wait["isInLine"] = true;
    wait["before"] = this.#last;
    if (this.#last === undefined) this.#first = wait;
    else this.#last["after"] = wait;
    this.#last = wait;
    this.#waiting ??= wait;
    this.size++;
    this.live++;
  }

  /** Takes a wait out, wherever it stands. */
  private remove(wait: Wait<unknown, unknown>): void {
    const before = wait["before"];
    const after = wait["after"];
    if (before === undefined) this.#first = after;
    else before["after"] = after;
    if (after === undefined) this.#last = before;
    else after["before"] = before;
    if (this.#waiting === wait) this.#waiting = after;
    wait["before"] = wait["after"] = undefined;
    wait["isInLine"] = false;
    if (--this.size === 0) this.mostUrgentYet = Infinity;
    if (wait.progress !== "cancelled") this.live--;
  }

  /** Finds the priority of the most urgent task in line. */
  mostUrgent(): number {
    let most = Infinity;
    for (let wait = this.#first; wait !== undefined; wait = wait["after"]) {
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
      this.#waiting = wait["after"];
      if (wait.progress !== "waiting") continue;
      wait.wake();
      return true;
    }
    return false;
  }

  /** Wakes all that still wait, and leaves them in line. */
  wakeAll(): void {
    while (this.wakeNext());
  }

  /** Wakes from the front, until so many are on their way. */
  wakeUpTo(count: number): void {
    while (this.woken < count && this.wakeNext());
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

/** What somebody comes with who waits in line as it is. */
interface Asked {
  readonly label: string;
  readonly giveUp: (() => void) | undefined;
}

/** The rules of waiting in line as it is. */
class Turn extends Rules<void, Asked> {
  override label({ asked }: Wait<void, Asked>): string {
    return asked.label;
  }

  override giveUp(wasWoken: boolean, { asked }: Wait<void, Asked>): void {
    if (wasWoken) asked.giveUp?.();
  }

  override get takes(): boolean {
    return false;
  }
}

const TURN = /* @__PURE__ */ new Turn();
