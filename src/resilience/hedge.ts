/**
 * Asking once more when an answer is late.
 *
 * @module
 */

import {
  type Awaitable,
  callBody,
  checkAtLeast,
  checkCount,
  checkFunction,
  checkOptions,
  type Coroutine,
  type CoroutineResult,
  isCancelled,
  Operation,
  runningLoop,
  type Task,
  WaitQueue,
} from "../lowlevel.ts";
import { ended } from "../sync/ended.ts";
import { type Allowance, checkAllowance } from "../sync/retry.ts";

/** Configures `hedge()`. */
export interface HedgeOptions {
  /** How long, in ms, an answer is waited for before another attempt is begun beside. */
  after: number;
  /** How many attempts there are, at most; 2 unless given. */
  attempts?: number | undefined;
  /** Pays for each attempt but the first, for all calls that share it; see `RetryBudget`. */
  budget?: Allowance | undefined;
}

/**
 * Calls a function, and once more each time that no answer has come for a while: the first answer
 * counts, and the other attempts are cancelled.
 *
 * It makes the few slow calls quicker, and costs a few more calls: give as `after` what nine of ten
 * calls take less than. An attempt that fails leaves it to those that are under way; if there are
 * none, its error is thrown, and so is the first of several. It begins no attempt because one has
 * failed: that is for `retry()`.
 *
 * **Cancel safety.** Cancelling it cancels all attempts, and waits for their ends; so does the first
 * answer. The error of one that fails then goes to the loop's exception handler.
 *
 * **Gotchas.** Both attempts may take effect: hedge what does no harm twice.
 *
 * ```ts
 * import { run, sleep, VirtualClock } from "@weft/weft";
 * import { hedge } from "@weft/weft/resilience.ts";
 *
 * const clock = new VirtualClock();
 * await run(async () => {
 *   const ask = (attempt: number) => sleep(attempt === 1 ? 5000 : 30, attempt);
 *   console.assert(await hedge(ask, { after: 100 }) === 2 && clock.now() === 130);
 * }, { clock });
 * ```
 */
export function hedge<T>(
  fn: (attempt: number) => CoroutineResult<T>,
  options: HedgeOptions,
): Awaitable<T> {
  checkFunction("fn", fn);
  checkOptions("hedge()", options, ["after", "attempts", "budget"]);
  const { after, attempts = 2, budget } = options;
  checkAtLeast("after", after, 0);
  checkCount("attempts", attempts, 1);
  if (budget !== undefined) checkAllowance(budget);
  return new Operation("hedge()", () => new Hedge(fn, after, attempts, budget).run());
}

/** Attempts beside each other. */
class Hedge<T> {
  readonly #fn: (attempt: number) => CoroutineResult<T>;
  readonly #after: number;
  readonly #attempts: number;
  readonly #budget: Allowance | undefined;
  readonly #loop = runningLoop();
  readonly #running = new Set<Task<T>>();
  readonly #line = new WaitQueue("hedge()");
  #begun = 0;
  /** When another attempt may begin. */
  #nextAt = 0;
  #answer: { readonly value: T } | undefined;
  #failure: { readonly error: unknown } | undefined;
  /** Whether nobody waits for an attempt any more. */
  #isOver = false;

  constructor(
    fn: (attempt: number) => CoroutineResult<T>,
    after: number,
    attempts: number,
    budget: Allowance | undefined,
  ) {
    this.#fn = fn;
    this.#after = after;
    this.#attempts = attempts;
    this.#budget = budget;
  }

  *run(): Coroutine<T> {
    this.#budget?.earn();
    let cancellation: unknown;
    try {
      this.#begin();
      while (this.#answer === undefined && this.#running.size > 0) yield* this.#goOn();
    } finally {
      this.#isOver = true;
      for (const task of this.#running) task.cancel();
      cancellation = yield* ended(this.#running, "hedge()");
    }
    if (cancellation !== undefined) throw cancellation;
    if (this.#answer !== undefined) return this.#answer.value;
    throw this.#failure!.error;
  }

  /** Begins another attempt. */
  #begin(): void {
    const attempt = ++this.#begun;
    this.#nextAt = this.#loop.time() + this.#after;
    const task = this.#loop.createTask(() => this.#call(attempt), { name: `hedge() ${attempt}` });
    this.#running.add(task);
    task.addDoneCallback(() => {
      this.#running.delete(task);
      try {
        const value = task.result();
        this.#answer ??= { value };
      } catch (error) {
        this.#fail(error);
      }
      this.#line.wakeAll();
    });
  }

  *#call(attempt: number): Coroutine<T> {
    return yield* callBody(this.#fn, attempt);
  }

  #fail(error: unknown): void {
    if (!this.#isOver && this.#answer === undefined) this.#failure ??= { error };
    else if (!isCancelled(error)) {
      const message = "An attempt of hedge() failed, and nobody waited for it";
      this.#loop.callExceptionHandler({ message, exception: error });
    }
  }

  /** Waits until an attempt has ended, or begins another one when it is time. */
  *#goOn(): Coroutine<void> {
    let isLate = false;
    const beLate = () => {
      isLate = true;
      this.#line.wakeAll();
    };
    const mayBegin = this.#begun < this.#attempts;
    const timer = mayBegin ? this.#loop.callAt(this.#nextAt, beLate) : undefined;
    try {
      yield* this.#line.wait("an attempt of hedge()");
    } finally {
      timer?.cancel();
    }
    if (!isLate || this.#answer !== undefined) return;
    if (this.#budget?.spend() ?? true) this.#begin();
    else this.#nextAt = this.#loop.time() + this.#after;
  }
}
