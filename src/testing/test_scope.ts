/**
 * What the body of a test is given.
 *
 * @module
 */

import { type Clock, VirtualClock } from "../engine/clock.ts";
import type { ExceptionContext } from "../engine/exception_context.ts";
import { RuntimeError } from "../errors.ts";
import { until } from "../futures/until.ts";
import {
  type Awaitable,
  callBody,
  checkBody,
  checkFunction,
  checkString,
  type Coroutine,
  type CoroutineResult,
  type EventLoop,
  Operation,
  outcomeOf,
  show,
} from "../lowlevel.ts";
import type { Random } from "./random.ts";

/** What ends something that a test has set up: a coroutine function, or any other. */
export type Cleanup = () => unknown;

/** What reports the steps of a test: a `Deno.TestContext`. */
export interface StepHost {
  /** Begins a step, which lasts until `fn` has settled. */
  step(definition: {
    name: string;
    fn: () => Promise<void>;
    sanitizeOps: boolean;
    sanitizeResources: boolean;
    sanitizeExit: boolean;
  }): Promise<unknown>;
}

/** What a scope consists of. */
interface ScopeParts {
  readonly loop: EventLoop;
  readonly clock: Clock;
  readonly random: Random;
  readonly reports: ExceptionContext[];
  readonly host: StepHost | undefined;
}

/**
 * What the body of a test is given: its loop, its clock, and more.
 *
 * ```ts
 * import { sleep } from "@weft/weft";
 * import { runTest } from "@weft/weft/testing.ts";
 *
 * const log: string[] = [];
 * await runTest(function* ({ clock, defer }) {
 *   defer(() => void log.push("closed"));
 *   yield* sleep(1000);
 *   console.assert(clock.now() === 1000);
 *   log.push("used");
 * });
 * console.assert(log.join() === "used,closed");
 * ```
 */
export class TestScope {
  /** The loop of the test, which no other test has used. */
  readonly loop: EventLoop;
  /** A source of random choices, the same ones for the same seed. */
  readonly random: Random;
  /** The reports to the exception handler; a test that expects one takes it out. */
  readonly reports: ExceptionContext[];
  readonly #clock: Clock;
  readonly #host: StepHost | undefined;
  readonly #cleanups: Cleanup[] = [];
  #isClosed = false;

  private constructor(parts: ScopeParts) {
    this.loop = parts.loop;
    this.#clock = parts.clock;
    this.random = parts.random;
    this.reports = parts.reports;
    this.#host = parts.host;
  }

  /** Puts one together. */
  private static make(parts: ScopeParts): TestScope {
    return new TestScope(parts);
  }

  /** The virtual clock of the test; a test on another clock has none. */
  get clock(): VirtualClock {
    if (this.#clock instanceof VirtualClock) return this.#clock;
    throw new RuntimeError("Cannot use clock: the test is not on a virtual one, use loop.time()");
  }

  /**
   * Calls a function, which may await, when the body has ended, with or without an error.
   *
   * What was deferred last is called first. An error in one of them fails the test, and keeps no
   * other from being called.
   */
  readonly defer = (cleanup: Cleanup): void => {
    checkFunction("cleanup", cleanup);
    if (this.#isClosed) throw new RuntimeError("Cannot defer a cleanup: the test has ended");
    this.#cleanups.push(cleanup);
  };

  /**
   * Disposes of a resource when the body has ended, and returns it: `using` for both front ends.
   *
   * A generator cannot hold `await using`, so that this is how it disposes of what needs to await.
   */
  readonly use = <R extends Disposable | AsyncDisposable>(resource: R): R => {
    const held = resource as Partial<Disposable & AsyncDisposable> | undefined;
    const dispose = held?.[Symbol.asyncDispose] ?? held?.[Symbol.dispose];
    if (typeof dispose !== "function") {
      throw new TypeError(
        `resource must have a method [Symbol.dispose] or [Symbol.asyncDispose]: ${show(resource)}`,
      );
    }
    this.defer(() => dispose.call(resource));
    return resource;
  };

  /**
   * Runs a part of the body as a step, which the test runner reports by name; returns its result.
   *
   * A step that fails fails the test there. Without a runner to report it, it is run all the same. One
   * that is never awaited does not begin, and fails the test.
   *
   * **Cancel safety.** A cancellation reaches the body, and is reported as the step's failure.
   */
  readonly step = <T>(name: string, body: () => CoroutineResult<T>): Awaitable<T> => {
    checkString("name", name);
    checkBody(body);
    return new Operation(`step(${name})`, () => this.#step(name, body));
  };

  /** Runs a step while the host waits for it. */
  *#step<T>(name: string, body: () => CoroutineResult<T>): Coroutine<T> {
    if (this.#host === undefined) return yield* callBody(body, undefined);
    let settle: (outcome: void | Promise<never>) => void;
    const ended = new Promise<void>((resolve) => settle = resolve);
    const reported = this.#host.step({
      name,
      fn: () => ended,
      // The test itself is checked; a step that was could not overlap with another.
      sanitizeOps: false,
      sanitizeResources: false,
      sanitizeExit: false,
    });
    try {
      const result = yield* callBody(body, undefined);
      settle!();
      return result;
    } catch (error) {
      settle!(Promise.reject(error));
      throw error;
    } finally {
      yield* until(reported, { label: `the report of step ${name}` });
    }
  }

  /** The number of cleanups that were not called yet. */
  private get pending(): number {
    return this.#cleanups.length;
  }

  /** Calls what was deferred, the last first; returns what failed. */
  private *close(): Coroutine<unknown[]> {
    const errors: unknown[] = [];
    for (let next = this.#cleanups.pop(); next !== undefined; next = this.#cleanups.pop()) {
      try {
        yield* outcomeOf(next());
      } catch (error) {
        errors.push(error);
      }
    }
    this.#isClosed = true;
    return errors;
  }
}
