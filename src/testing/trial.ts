/**
 * Running one test: what it did, and what it left behind.
 *
 * @module
 */

import type { Clock } from "../engine/clock.ts";
import type { ExceptionContext } from "../engine/exception_context.ts";
import type { ScheduleOptions } from "../engine/schedule.ts";
import { DeadlockError, ExceptionGroup } from "../errors.ts";
import { Forgotten } from "../futures/forgotten.ts";
import { Runner } from "../futures/runner.ts";
import {
  type Body,
  callBody,
  checkAbove,
  checkBody,
  checkBoolean,
  checkOptions,
  type Coroutine,
  type InnerLoop,
  type InnerTask,
  isCancelled,
  requireTask,
  show,
  yieldNow,
} from "../lowlevel.ts";
import { CallSite } from "./call_site.ts";
import { toClock } from "./clock_option.ts";
import { Guard } from "./guard.ts";
import { findLeaks, LeakError } from "./leak_error.ts";
import { Random } from "./random.ts";
import { type StepHost, TestScope } from "./test_scope.ts";
import { UnhandledError } from "./unhandled_error.ts";

/** The body of a test: a generator function or an async function of its scope. */
export type TestBody<T = unknown> = Body<TestScope, T>;

/** The options of a run. */
export const RUN_OPTIONS: readonly string[] = [
  "clock",
  "start",
  "debug",
  "timeout",
  "schedule",
  "allowLeaks",
  "name",
];

/** Options of one run of a test. */
export interface RunTestOptions {
  /** The clock; unless given it is `"virtual"`, on which time passes only when everything waits. */
  clock?: "virtual" | "real" | Clock | undefined;
  /** The time at which a virtual clock starts; 0 unless given. */
  start?: number | undefined;
  /** Whether to check more, and to say where what was left behind was created. */
  debug?: boolean | undefined;
  /** How long it may take, in ms of the host's time: 30,000 unless given. */
  timeout?: number | undefined;
  /** Another order for what is ready together; the seed is that of the random choices, too. */
  schedule?: ScheduleOptions | undefined;
  /** Whether tasks, timers and callbacks may be left behind: they are cancelled. Errors still count. */
  allowLeaks?: boolean | undefined;
  /** The name of the task of the body; `"the test"` unless given. */
  name?: string | undefined;
}

/** How long, in ms of the host's time, a test may take that sets no bound. */
const LONGEST_TEST = 30_000;

/** How many turns what has just ended may take to settle: a task may never wait. */
const MOST_TURNS = 1000;

/** How often a test that is stuck is cancelled: it may be stuck for ever. */
const MOST_CANCELS = 100;

/**
 * Runs the body of a test on a loop and a clock of its own; returns what the body returns.
 *
 * It rejects with what the body throws; with a {@linkcode LeakError} that names each task, timer and
 * callback the body has left behind; with an {@linkcode UnhandledError} for each failure that nobody
 * retrieved and for all else that the loop's exception handler was told; with a `TimeoutError` that
 * says who waits on what if it takes too long. Several of these are an `ExceptionGroup`. What was
 * left behind is not reported if the body failed: that is a consequence.
 *
 * **Cancel safety.** A test that takes too long is cancelled, and given a second to clean up. One that
 * does not end even then is left alone.
 *
 * **Gotchas.** A body that never waits blocks the host, and no timeout can end it. Inside of a
 * running loop it rejects, as `run()` does.
 *
 * ```ts
 * import { createTask, sleep } from "@weft/weft";
 * import { LeakError, runTest } from "@weft/weft/testing.ts";
 *
 * await runTest(() => sleep(3_600_000)); // takes no time
 *
 * const failure = await runTest(async () => {
 *   createTask(() => sleep(1000), { name: "forgotten" });
 * }).catch((error) => error);
 * console.assert(failure instanceof LeakError);
 * console.assert(failure.message.includes("task forgotten waits on sleep(1000)"));
 * ```
 */
export function runTest<T>(body: TestBody<T>, options: RunTestOptions = {}): Promise<T> {
  return runAt(new CallSite(), body, options);
}

/** Runs the body of a test that is at a line of the user's code. */
export async function runAt<T>(
  site: CallSite,
  body: TestBody<T>,
  options: RunTestOptions,
  host?: StepHost,
): Promise<T> {
  checkBody(body);
  checkOptions("a test", options, RUN_OPTIONS);
  const { debug = false, schedule, timeout = LONGEST_TEST, allowLeaks = false } = options;
  checkAbove("timeout", timeout, 0);
  checkBoolean("allowLeaks", allowLeaks);
  if (schedule !== undefined) checkOptions("schedule", schedule, ["seed"]);
  const clock = clockOf(options);
  const reports: ExceptionContext[] = [];
  const onError = (context: ExceptionContext) => void reports.push(context);
  const random = new Random(schedule?.seed ?? 0);
  const runner = new Runner({ clock, debug, schedule, onError, signals: [] });
  const loop = runner.loop as InnerLoop;
  loop.forgotten ??= new Forgotten(loop);
  const scope = TestScope["make"]({ loop, clock, random, reports, host });
  const guard = new Guard(loop, timeout);
  const trial = new Trial({ runner, scope, guard, body, options, site });
  await Promise.race([trial.run(), guard.abandoned]);
  guard.stop();
  loop.endRemembering();
  return trial.conclude();
}

/** What a test consists of. */
interface Parts<T> {
  readonly runner: Runner;
  readonly scope: TestScope;
  readonly guard: Guard;
  readonly body: TestBody<T>;
  readonly options: RunTestOptions;
  readonly site: CallSite;
}

/** One test while it runs. */
class Trial<T> {
  readonly #parts: Parts<T>;
  readonly #loop: InnerLoop;
  readonly #errors: unknown[] = [];
  #result: T | undefined;
  #task: InnerTask<unknown> | undefined;
  /** Whether it has waited for what could never come. */
  #isStuck = false;

  /** Puts a test together. */
  constructor(parts: Parts<T>) {
    this.#parts = parts;
    this.#loop = parts.runner.loop as InnerLoop;
  }

  /** Runs the body, looks at what it leaves behind, and closes the loop; never rejects. */
  async run(): Promise<void> {
    const { runner, guard, options } = this.#parts;
    const { name = "the test" } = options;
    try {
      this.#result = await runner.run(() => this.#main(), { name, signal: guard.signal });
      await runner.run(settle(this.#loop));
      this.#checkLeaks();
    } catch (error) {
      if (guard.error === undefined) this.#errors.unshift(this.#place(error));
    }
    this.#loop.endRemembering();
    await this.#unstick();
    try {
      if (guard.isAbandoned) this.#loop.close(); // What is left would hang it again.
      else await runner.close();
    } catch (error) {
      this.#errors.push(this.#place(error));
    }
  }

  /** Runs the body and what it deferred. */
  *#main(): Coroutine<T> {
    const { body, scope, guard } = this.#parts;
    this.#task = requireTask("A test");
    try {
      return yield* callBody(body, scope);
    } finally {
      for (const error of yield* scope["close"]()) {
        const isConsequence = isCancelled(error) && (this.#isStuck || guard.error !== undefined);
        if (!isConsequence) this.#errors.push(error);
      }
    }
  }

  /** Cancels where it is stuck the body, and then each part of what it deferred. */
  async #unstick(): Promise<void> {
    const { guard, scope } = this.#parts;
    const task = this.#task;
    for (let cancels = 0; task?.done === false && cancels < MOST_CANCELS; cancels++) {
      if (guard.isAbandoned) return;
      const pending = scope["pending"];
      this.#isStuck = true;
      task.cancel();
      try {
        await this.#loop.runUntilComplete(task);
      } catch (error) {
        const isNew = task.done || scope["pending"] < pending; // Else it is stuck where it was.
        if (isNew && !isCancelled(error)) this.#errors.push(this.#place(error));
      }
    }
  }

  /** Throws what was left behind, unless that is a consequence of another failure. */
  #checkLeaks(): void {
    const { options } = this.#parts;
    const forgotten = this.#loop.forgotten?.take() ?? [];
    if (options.allowLeaks || this.#errors.length > 0) return;
    const leaks = [...findLeaks(this.#loop), ...forgotten];
    if (leaks.length > 0) throw new LeakError(leaks, this.#loop.debug);
  }

  /** Makes an error that no line of the user's code has thrown point at the test. */
  #place(error: unknown): unknown {
    const isOurs = error instanceof LeakError || error instanceof DeadlockError;
    return isOurs ? this.#parts.site.mark(error) : error;
  }

  /** Returns what the body returned, or throws all that went wrong. */
  conclude(): T {
    const { scope, guard, site } = this.#parts;
    const unhandled = scope.reports.map((report) => site.mark(new UnhandledError(report)));
    const errors = [...this.#errors, ...unhandled];
    if (guard.error !== undefined) errors.unshift(site.mark(guard.error));
    if (errors.length === 0) return this.#result as T;
    if (errors.length === 1) throw errors[0];
    throw site.mark(new ExceptionGroup(`The test failed with ${errors.length} errors`, errors));
  }
}

/** Lets what has just ended run its callbacks, until nothing is ready. */
function* settle(loop: InnerLoop): Coroutine<void> {
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    yield* yieldNow();
    if (loop.metrics().ready === 0) return;
  }
}

/** Chooses the clock. */
function clockOf({ clock = "virtual", start }: RunTestOptions): Clock {
  if (clock !== "virtual" && start !== undefined) {
    throw new TypeError(
      `Cannot set the start of the clock ${show(clock)}, leave it out: only "virtual" has one`,
    );
  }
  return toClock(clock, start);
}
