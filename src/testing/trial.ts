/**
 * Running one test: what it did, and what it left behind.
 *
 * @module
 */

import { type Clock, hostClock, VirtualClock } from "../engine/clock.ts";
import type { ExceptionContext } from "../engine/exception_context.ts";
import type { ScheduleOptions } from "../engine/schedule.ts";
import { DeadlockError, ExceptionGroup } from "../errors.ts";
import { Runner } from "../futures/runner.ts";
import {
  type Body,
  callBody,
  checkBody,
  checkBoolean,
  checkOptions,
  type Coroutine,
  type EventLoop,
  isCancelled,
  requireTask,
  show,
  type Task,
  yieldNow,
} from "../lowlevel.ts";
import { CallSite } from "./call_site.ts";
import { Guard } from "./guard.ts";
import { findLeaks, LeakError } from "./leak_error.ts";
import { Random } from "./random.ts";
import { type StepHost, TestScope } from "./test_scope.ts";
import { UnhandledError } from "./unhandled_error.ts";

/** Is the body of a test: a generator function or an async function of its scope. */
export type TestBody<T = unknown> = Body<TestScope, T>;

/** Lists the options of a run. */
export const RUN_OPTIONS: readonly string[] = [
  "clock",
  "start",
  "debug",
  "timeout",
  "schedule",
  "allowLeaks",
  "name",
];

/** Configures one run of a test. */
export interface RunTestOptions {
  /** Is `"virtual"` unless given: time passes only when everything waits. */
  clock?: "virtual" | "real" | Clock | undefined;
  /** Is the time at which a virtual clock starts; 0 unless given. */
  start?: number | undefined;
  /** Checks more, and says where what was left behind was created. */
  debug?: boolean | undefined;
  /** Bounds, in ms of the host's time, how long it may take: 30,000 unless given. */
  timeout?: number | undefined;
  /** Shuffles what is ready together; the seed is that of the random choices too. */
  schedule?: ScheduleOptions | undefined;
  /** Lets tasks, timers and callbacks be left behind: they are cancelled. Errors still count. */
  allowLeaks?: boolean | undefined;
  /** Names the task of the body. */
  name?: string | undefined;
}

/** Bounds, in ms of the host's time, a test that sets no bound. */
const LONGEST_TEST = 30_000;

/** Bounds how many turns what has just ended may take to settle: a task may never wait. */
const MOST_TURNS = 1000;

/** Bounds how often a test that is stuck is cancelled: it may be stuck for ever. */
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
  checkOptions("A TEST", options, RUN_OPTIONS);
  const { debug = false, schedule, timeout = LONGEST_TEST, allowLeaks = false } = options;
  checkTimeout(timeout);
  checkBoolean("allowLeaks", allowLeaks);
  if (schedule !== undefined) checkOptions("schedule", schedule, ["seed"]);
  const clock = clockOf(options);
  const reports: ExceptionContext[] = [];
  const onError = (context: ExceptionContext) => void reports.push(context);
  const random = new Random(schedule?.seed ?? 0);
  const runner = new Runner({ clock, debug, schedule, onError, signals: [] });
  const { loop } = runner;
  const scope = new TestScope({ loop, clock, random, reports, host });
  const guard = new Guard(loop, timeout);
  const trial = new Trial({ runner, scope, guard, body, options, site });
  await Promise.race([trial.run(), guard.abandoned]);
  guard.stop();
  return trial.conclude();
}

/** Is what a test consists of. */
interface Parts<T> {
  readonly runner: Runner;
  readonly scope: TestScope;
  readonly guard: Guard;
  readonly body: TestBody<T>;
  readonly options: RunTestOptions;
  readonly site: CallSite;
}

/** Is one test while it runs. */
class Trial<T> {
  readonly #parts: Parts<T>;
  readonly #loop: EventLoop;
  readonly #errors: unknown[] = [];
  #result: T | undefined;
  #task: Task<unknown> | undefined;
  /** Is true once it waited for what could never come. */
  #isStuck = false;

  /** Puts a test together. */
  constructor(parts: Parts<T>) {
    this.#parts = parts;
    this.#loop = parts.runner.loop;
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
    this.#task = requireTask("A TEST");
    try {
      return yield* callBody(body, scope);
    } finally {
      for (const error of yield* scope.close()) {
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
      const { pending } = scope;
      this.#isStuck = true;
      task.cancel();
      try {
        await this.#loop.runUntilComplete(task);
      } catch (error) {
        const isNew = task.done || scope.pending < pending; // Else it is stuck where it was.
        if (isNew && !isCancelled(error)) this.#errors.push(this.#place(error));
      }
    }
  }

  /** Throws what was left behind, unless that is a consequence of another failure. */
  #checkLeaks(): void {
    const { options, scope } = this.#parts;
    if (options.allowLeaks || this.#errors.length > 0) return;
    const steps = scope.forgottenSteps.map((name) => `step ${name} was never awaited`);
    const leaks = [...findLeaks(this.#loop), ...steps];
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
    throw site.mark(new ExceptionGroup(`THE TEST FAILED, ERRORS: ${errors.length}`, errors));
  }
}

/** Lets what has just ended run its callbacks, until nothing is ready. */
function* settle(loop: EventLoop): Coroutine<void> {
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    yield* yieldNow();
    if (loop.metrics().ready === 0) return;
  }
}

/** Chooses the clock. */
function clockOf({ clock = "virtual", start }: RunTestOptions): Clock {
  if (clock === "virtual") return new VirtualClock(start);
  if (start !== undefined) {
    throw new TypeError(`start IS FOR THE CLOCK "virtual" ALONE: ${show(clock)}`);
  }
  if (clock === "real") return hostClock;
  if (typeof clock?.now === "function") return clock;
  throw new TypeError(`clock MUST BE "virtual", "real" OR A CLOCK: ${show(clock)}`);
}

/** Refuses what is no bound on the host's time. */
function checkTimeout(ms: unknown): void {
  if (typeof ms !== "number") throw new TypeError(`timeout MUST BE A NUMBER: ${show(ms)}`);
  if (!(ms > 0)) throw new RangeError(`timeout MUST BE MORE THAN 0: ${ms}`);
}
