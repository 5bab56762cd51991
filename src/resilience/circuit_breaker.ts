/**
 * Leaving a service alone that has trouble.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  checkAbove,
  checkFunction,
  checkOptions,
  checkSpan,
  checkWhole,
  type Coroutine,
  type CoroutineResult,
  type EventLoop,
  inLine,
  isCancelled,
  Operation,
  outcomeOf,
  runningLoop,
  showInLine,
} from "../lowlevel.ts";
import { Ring } from "../sync/ring.ts";

/** What a circuit breaker does with calls: lets them through, refuses them, or tries a few. */
export type CircuitState = "closed" | "open" | "half-open";

/** Configures a circuit breaker. */
export interface CircuitBreakerOptions {
  /** How many calls must have failed; 5 unless given. */
  failures?: number | undefined;
  /** Of how many that have ended last: as many as must have failed, in a row, unless given. */
  window?: number | undefined;
  /** How long, in ms, a call counts; no bound unless given. */
  within?: number | undefined;
  /** How long, in ms, calls are refused before some are tried; 30,000 unless given. */
  cooldown?: number | undefined;
  /** How many are tried at once, and must succeed; 1 unless given. */
  trials?: number | undefined;
  /** Decides whether an error is a failure of the service; any is unless given. */
  when?: ((error: unknown) => boolean) | undefined;
  /** A function to call when it opens, is tried, and closes. */
  onChange?: ((state: CircuitState) => void) | undefined;
}

/** What a circuit breaker has seen. */
export interface CircuitStatistics {
  /** What it does with calls now. */
  readonly state: CircuitState;
  /** The number of calls that count. */
  readonly calls: number;
  /** The number of those that have failed. */
  readonly failures: number;
  /** The number of calls that were ever refused. */
  readonly refused: number;
}

const KNOWN = ["failures", "window", "within", "cooldown", "trials", "when", "onChange"];

/** The error of a call that a circuit breaker has refused: nothing was called. */
export class CircuitOpenError extends RuntimeError {
  /** The name of the class. */
  override readonly name = "CircuitOpenError";
  /** How long, in ms, calls will be refused yet; 0 while some are tried. */
  readonly retryAfter: number;
  /** Makes the error of a call that was refused. */
  constructor(message: string, retryAfter: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** A call that has ended. */
interface Outcome {
  readonly at: number;
  readonly hasFailed: boolean;
}

/**
 * Calls a service while it works, and refuses to call it while it does not.
 *
 * It is closed as long as calls come through. When `failures` of the last `window` calls have failed,
 * it opens: for `cooldown` ms each call fails at once, with a {@linkcode CircuitOpenError}, and the
 * service is left alone. Then it is half-open: `trials` calls are let through. When all of them have
 * succeeded, it closes; the first that fails opens it again.
 *
 * **Cancel safety.** A call that is cancelled counts as neither; a trial makes room for another.
 *
 * **Gotchas.** What comes too late must fail to be seen: put the `timeout()` inside. A `retry()` goes
 * around it, with a `when` that lets a `CircuitOpenError` pass.
 *
 * ```ts
 * import { run, sleep, VirtualClock } from "@weft/weft";
 * import { CircuitBreaker, CircuitOpenError } from "@weft/weft/resilience.ts";
 *
 * await run(async () => {
 *   const breaker = new CircuitBreaker({ failures: 2, cooldown: 1000 });
 *   let isUp = false;
 *   const ask = async () => {
 *     if (!isUp) throw new Error("down");
 *     return "up";
 *   };
 *   for (let call = 0; call < 2; call++) await breaker.run(ask).catch(() => {});
 *   const refusal = await breaker.run(ask).catch((error) => error);
 *   console.assert(refusal instanceof CircuitOpenError && refusal.retryAfter === 1000);
 *   isUp = true;
 *   await sleep(1000);
 *   console.assert(breaker.state === "half-open" && await breaker.run(ask) === "up");
 *   console.assert(breaker.state === "closed");
 * }, { clock: new VirtualClock() });
 * ```
 */
export class CircuitBreaker {
  static readonly #shown: void = /* @__PURE__ */ showInLine(this);

  readonly #failures: number;
  readonly #window: number;
  readonly #within: number;
  readonly #cooldown: number;
  readonly #trials: number;
  readonly #when: (error: unknown) => boolean;
  readonly #onChange: ((state: CircuitState) => void) | undefined;
  #loop: EventLoop | undefined;
  #state: CircuitState = "closed";
  /** Changes with the state: what was begun before does not count any more. */
  #era = 0;
  #openedAt = 0;
  /** The calls that count, while it is closed. */
  readonly #outcomes = new Ring<Outcome>();
  /** The number of calls that are tried, and of those that have succeeded. */
  #trying = 0;
  #succeeded = 0;
  #refused = 0;

  /** Makes a breaker that is closed. */
  constructor(options: CircuitBreakerOptions = {}) {
    checkOptions("a CircuitBreaker", options, KNOWN);
    const { failures = 5, window = failures, within = Infinity, cooldown = 30_000 } = options;
    const { trials = 1, when = () => true, onChange } = options;
    checkWhole("failures", failures, 1);
    checkWhole("window", window, failures);
    checkAbove("within", within, 0);
    checkSpan("cooldown", cooldown);
    checkWhole("trials", trials, 1);
    checkFunction("when", when);
    if (onChange !== undefined) checkFunction("onChange", onChange);
    this.#failures = failures;
    this.#window = window;
    this.#within = within;
    this.#cooldown = cooldown;
    this.#trials = trials;
    this.#when = when;
    this.#onChange = onChange;
  }

  /** What it does with calls now. */
  get state(): CircuitState {
    return this.#state === "open" && this.#left <= 0 ? "half-open" : this.#state;
  }

  /** How long, in ms, calls will be refused yet. */
  get #left(): number {
    return this.#openedAt + this.#cooldown - this.#loop!.time();
  }

  /**
   * Calls a function, unless the service is left alone: then it throws a {@linkcode CircuitOpenError}.
   *
   * **Cancel safety.** Cancelling it cancels the call.
   */
  run<T>(fn: () => CoroutineResult<T> | T): Awaitable<T> {
    checkFunction("fn", fn);
    return new Operation("CircuitBreaker.run()", () => this.#run(fn));
  }

  *#run<T>(fn: () => CoroutineResult<T> | T): Coroutine<T> {
    this.#enter();
    const era = this.#era;
    const isTrial = this.#state === "half-open";
    if (isTrial) this.#trying++;
    let hasFailed: boolean | undefined;
    try {
      const result = yield* outcomeOf<T>(fn());
      hasFailed = false;
      return result;
    } catch (error) {
      if (!isCancelled(error)) hasFailed = this.#when(error);
      throw error;
    } finally {
      if (era === this.#era) {
        if (isTrial) this.#trying--;
        if (hasFailed !== undefined) this.#note(hasFailed);
      }
    }
  }

  /** Lets a call through, or throws. */
  #enter(): void {
    const loop = runningLoop();
    const isOtherClock = this.#loop !== undefined && this.#loop.clock !== loop.clock;
    this.#loop = loop;
    if (isOtherClock) this.#change("closed"); // Times of two clocks cannot be compared.
    if (this.state === "half-open" && this.#state === "open") this.#change("half-open");
    if (this.#state === "closed") return;
    if (this.#state === "half-open" && this.#trying + this.#succeeded < this.#trials) return;
    this.#refused++;
    const left = this.#state === "open" ? this.#left : 0;
    const why = this.#state === "open"
      ? `the circuit is open, try again in ${Math.ceil(left)} ms`
      : "the circuit is half-open, and others are trying it";
    throw new CircuitOpenError(`Cannot call the service: ${why}`, left);
  }

  /** Counts a call that has ended. */
  #note(hasFailed: boolean): void {
    if (this.#state === "half-open") {
      if (hasFailed) this.#open();
      else if (++this.#succeeded === this.#trials) this.#change("closed");
      return;
    }
    this.#outcomes.push({ at: this.#loop!.time(), hasFailed });
    if (this.#outcomes.size > this.#window) this.#outcomes.shift();
    if (hasFailed && this.#countFailures() >= this.#failures) this.#open();
  }

  /** Counts the failures among the calls that count, and forgets the others. */
  #countFailures(): number {
    const now = this.#outcomes.size > 0 ? this.#loop!.time() : 0;
    while (this.#outcomes.size > 0 && this.#outcomes.at(0).at + this.#within <= now) {
      this.#outcomes.shift();
    }
    let failures = 0;
    for (let at = 0; at < this.#outcomes.size; at++) {
      if (this.#outcomes.at(at).hasFailed) failures++;
    }
    return failures;
  }

  #open(): void {
    this.#openedAt = this.#loop!.time();
    this.#change("open");
  }

  #change(state: CircuitState): void {
    const isNew = state !== this.#state;
    this.#state = state;
    this.#era++;
    this.#trying = this.#succeeded = 0;
    while (this.#outcomes.size > 0) this.#outcomes.shift();
    if (!isNew) return;
    try {
      this.#onChange?.(state);
    } catch (exception) {
      const message = "The onChange of a CircuitBreaker failed";
      this.#loop!.callExceptionHandler({ message, exception });
    }
  }

  /** Returns what it has seen. */
  statistics(): CircuitStatistics {
    const failures = this.#countFailures();
    const { state } = this;
    return Object.freeze({ state, calls: this.#outcomes.size, failures, refused: this.#refused });
  }

  /** Describes it in a line. */
  toString(): string {
    return inLine("CircuitBreaker", this.state);
  }
}
