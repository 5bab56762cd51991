/**
 * Calling a function later, and once for several calls.
 *
 * @module
 */

import {
  type Awaitable,
  callWith,
  capture,
  type Context,
  copyContext,
  type Coroutine,
  type EventLoop,
  type HostContext,
  isCancelled,
  Operation,
  outcomeOf,
  runningLoop,
  type TimerHandle,
  WaitQueue,
} from "../lowlevel.ts";

/** A function that is called later, once for several calls: with the arguments of the last. */
export interface PacedFunction<A extends readonly unknown[]> {
  /** Asks for a call. */
  (...args: A): void;
  /** Whether a call was asked for and has not begun. */
  readonly pending: boolean;
  /** Calls off what was asked for and has not begun. */
  cancel(): void;
  /**
   * Begins at once what was asked for, and waits until nothing is to be done.
   *
   * **Cancel safety.** A cancelled wait changes nothing.
   */
  flush(): Awaitable<void>;
}

/** What decides when a call is due. */
export interface Pace {
  /**
   * Decides when a call that is asked for now is due, in the loop's time; `undefined` leaves it out.
   *
   * `asked` is when the first of those that it stands for was asked for, `begun` when the last one
   * began, if any did.
   */
  (now: number, asked: number, begun: number | undefined): number | undefined;
}

/** Makes a function that calls another at a pace. */
export function paced<A extends readonly unknown[]>(
  label: string,
  fn: (...args: A) => unknown,
  pace: Pace,
): PacedFunction<A> {
  const call = new PacedCall(label, fn, pace);
  const given = (...args: A) => call.ask(args);
  Object.defineProperty(given, "pending", { get: () => call.pending });
  return Object.assign(given as PacedFunction<A>, {
    cancel: () => call.cancel(),
    flush: () => call.flush(),
  });
}

/** A call that waits for its time; one at a time goes on. */
class PacedCall<A extends readonly unknown[]> {
  readonly #label: string;
  readonly #fn: (...args: A) => unknown;
  readonly #pace: Pace;
  readonly #line: WaitQueue;
  #loop: EventLoop | undefined;
  /** The arguments of the last that was asked for and has not begun. */
  #args: A | undefined;
  /** The values of who asked for that. */
  #values: HostContext;
  #context: Context | undefined;
  #askedAt = 0;
  #dueAt = 0;
  #begunAt: number | undefined;
  #timer: TimerHandle | undefined;
  #isRunning = false;

  constructor(label: string, fn: (...args: A) => unknown, pace: Pace) {
    this.#label = label;
    this.#fn = fn;
    this.#pace = pace;
    this.#line = new WaitQueue(label);
  }

  get pending(): boolean {
    return this.#args !== undefined;
  }

  ask(args: A): void {
    const loop = runningLoop();
    if (this.#loop !== loop) this.#enter(loop);
    const now = loop.time();
    const askedAt = this.pending ? this.#askedAt : now;
    const due = this.#pace(now, askedAt, this.#begunAt);
    if (due === undefined) return;
    this.#args = args;
    this.#values = capture();
    this.#context = copyContext();
    this.#askedAt = askedAt;
    this.#dueAt = due;
    this.#arm();
  }

  /** Begins anew in another loop: what was asked for in one that has ended is lost with it. */
  #enter(loop: EventLoop): void {
    this.#loop = loop;
    this.#args = this.#begunAt = this.#timer = undefined;
    this.#isRunning = false;
  }

  /** Sees to it that what is asked for begins when it is due, and nothing goes on any more. */
  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#isRunning || !this.pending) return;
    if (this.#dueAt <= this.#loop!.time()) this.#begin();
    else this.#timer = this.#loop!.callAt(this.#dueAt, () => this.#begin());
  }

  #begin(): void {
    const loop = this.#loop!;
    const args = this.#args!;
    this.#args = this.#timer = undefined;
    this.#begunAt = loop.time();
    this.#isRunning = true;
    const options = { name: this.#label, context: this.#context };
    const begin = () => loop.createTask(() => this.#run(args), options);
    const task = callWith(this.#values, begin, undefined);
    this.#values = this.#context = undefined;
    task.addDoneCallback(() => {
      if (this.#loop !== loop) return;
      this.#isRunning = false;
      this.#arm();
      this.#line.wakeAll();
    });
  }

  *#run(args: A): Coroutine<void> {
    try {
      yield* outcomeOf(this.#fn(...args));
    } catch (exception) {
      if (isCancelled(exception)) throw exception;
      runningLoop().callExceptionHandler({ message: `A call of ${this.#label} failed`, exception });
    }
  }

  cancel(): void {
    this.#args = undefined;
    if (this.#loop !== undefined) this.#arm();
    this.#line.wakeAll();
  }

  flush(): Awaitable<void> {
    return new Operation(`flush() of ${this.#label}`, () => this.#flush());
  }

  *#flush(): Coroutine<void> {
    if (this.#loop !== runningLoop()) return;
    while (this.pending || this.#isRunning) {
      this.#dueAt = this.#loop.time();
      this.#arm();
      yield* this.#line.wait(`the end of ${this.#label}`);
    }
  }
}
