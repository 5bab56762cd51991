/**
 * Running a program from its first task to the last cleanup.
 *
 * @module
 */

import type { Clock } from "../engine/clock.ts";
import { type Context, copyContext } from "../engine/context.ts";
import type { ScheduleOptions } from "../engine/schedule.ts";
import type { Instrument } from "../engine/instrument.ts";
import { exit, EXIT_STATUS, exitIfUnhandled, listen, type Signal } from "../engine/signals.ts";
import { isCancelled, RuntimeError } from "../errors.ts";
import { type CoroutineLike, show } from "./awaitable.ts";
import { checkBoolean, checkOptions } from "./check_options.ts";
import { EventLoop, type ExceptionHandler } from "./event_loop.ts";
import { failureOf, gather } from "./gather.ts";
import { findRunningLoop } from "./running.ts";
import type { Task } from "./task.ts";

const KNOWN = ["clock", "debug", "instrument", "schedule", "onError", "signals", "grace"];

/** Configures a runner. */
export interface RunnerOptions {
  /** Tells the time; the host's clock unless given. */
  clock?: Clock | undefined;
  /** Checks more and remembers where things were created. */
  debug?: boolean | undefined;
  /** Is told what the loop does. */
  instrument?: Instrument | undefined;
  /** Shuffles what is ready together, for tests; first come, first served unless given. */
  schedule?: ScheduleOptions | undefined;
  /** Handles errors that nobody else can. */
  onError?: ExceptionHandler | undefined;
  /** Are the signals that cancel the main task; `["SIGINT", "SIGTERM"]` unless given. */
  signals?: readonly Signal[] | undefined;
  /** Bounds, in ms, how long cleanup may take after a signal before the process ends. */
  grace?: number | undefined;
}

/** Configures one run. */
export interface RunOptions extends RunnerOptions {
  /** Names the main task. */
  name?: string | undefined;
  /** Says how urgent the main task is: 0 (most) to 7. */
  priority?: number | undefined;
  /** Cancels the main task when aborted. */
  signal?: AbortSignal | undefined;
  /** Runs the main task in this context. */
  context?: Context | undefined;
}

/**
 * Runs several main tasks, one after the other, on one loop and in one context.
 *
 * ```ts
 * import { Runner, sleep } from "@weft/weft";
 *
 * await using runner = new Runner();
 * await runner.run(() => sleep(1));
 * await runner.run(() => sleep(1));
 * ```
 */
export class Runner implements AsyncDisposable {
  readonly #options: RunnerOptions;
  #loop: EventLoop | undefined;
  #context: Context | undefined;
  #state: "open" | "closing" | "closed" = "open";
  #isRunning = false;
  #interruption: Interruption | undefined;

  /** Makes a runner; its loop is made when it is first needed. */
  constructor(options: RunnerOptions = {}) {
    checkOptions("A RUNNER", options, KNOWN);
    const { debug, grace, signals } = options;
    if (debug !== undefined) checkBoolean("debug", debug);
    if (grace !== undefined && !(typeof grace === "number" && grace >= 0)) {
      throw new RangeError(`grace MUST BE 0 OR MORE: ${show(grace)}`);
    }
    const areSignals = signals === undefined ||
      Array.isArray(signals) && signals.every((signal) => typeof signal === "string");
    if (!areSignals) throw new TypeError(`signals MUST BE AN ARRAY OF NAMES: ${show(signals)}`);
    this.#options = options;
  }

  /** Tells its loop. */
  get loop(): EventLoop {
    if (this.#state !== "open") throw new RuntimeError("THE RUNNER IS CLOSED: MAKE ANOTHER");
    this.#context ??= copyContext();
    return this.#loop ??= new EventLoop(this.#options);
  }

  /** Runs a main task and returns its result. */
  async run<T>(
    main: CoroutineLike<T>,
    options: Omit<RunOptions, keyof RunnerOptions> = {},
  ): Promise<T> {
    if (findRunningLoop() !== undefined) {
      throw new RuntimeError(
        "run() INSIDE A RUNNING LOOP: AWAIT THE COROUTINE, OR USE createTask()",
      );
    }
    const { loop } = this;
    if (this.#isRunning) throw new RuntimeError("THE RUNNER RUNS ALREADY: MAKE ANOTHER");
    this.#isRunning = true;
    try {
      const task = loop.createTask(main, { context: this.#context, ...options });
      this.#interruption?.release();
      this.#interruption = new Interruption(task, this.#options); // It lasts until close().
      try {
        return await loop.runUntilComplete(task);
      } catch (error) {
        this.#interruption.explain(error);
        throw error;
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** Cancels what is left, waits for it, and closes the loop. Harmless when done before. */
  async close(): Promise<void> {
    if (this.#state !== "open") return;
    if (this.#isRunning) throw new RuntimeError("CLOSE THE RUNNER AFTER ITS run() HAS ENDED");
    this.#state = "closing";
    const loop = this.#loop;
    try {
      if (loop === undefined) return;
      await cancelAll(loop);
      await loop.runUntilComplete(loop.createTask(loop.closeGenerators()));
      await loop.runUntilComplete(loop.createTask(loop.closeExecutor()));
      for (const task of loop.allTasks()) { // What the cleanup of others has started.
        loop.callExceptionHandler({ message: "Task was destroyed but it is pending!", task });
      }
    } finally {
      loop?.close();
      this.#interruption?.release();
      this.#state = "closed";
    }
  }

  /** Closes it at the end of an `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Cancels all tasks together, waits for all of them, and reports their errors. */
async function cancelAll(loop: EventLoop): Promise<void> {
  const tasks = [...loop.allTasks()];
  if (tasks.length === 0) return;
  for (const task of tasks) task.cancel();
  await loop.runUntilComplete(gather(tasks, { returnExceptions: true }));
  for (const task of tasks) {
    const failure = task.cancelled ? undefined : failureOf(task);
    if (failure === undefined) continue;
    loop.callExceptionHandler({
      message: "unhandled exception during run() shutdown",
      exception: failure.error,
      task,
    });
  }
}

/** Cancels the main task at the first signal, and ends the process at the second. */
class Interruption {
  readonly #stops: (() => void)[] = [];
  #grace: ReturnType<typeof setTimeout> | undefined;
  /** Is what the process ends with, once it was interrupted. */
  #status: number | undefined;

  constructor(task: Task<unknown>, options: RunnerOptions) {
    const { signals = ["SIGINT", "SIGTERM"], grace } = options;
    for (const signal of signals) {
      const status = EXIT_STATUS[signal] ?? 1;
      const stop = listen(signal, () => {
        if (task.loop.hasSignalHandler(signal)) return; // It is the program's own affair.
        if (this.#status !== undefined || task.done) return exit(status);
        this.#status = status;
        task.cancel(signal);
        if (grace !== undefined) this.#grace = setTimeout(() => exit(status), grace);
      });
      if (stop) this.#stops.push(stop);
    }
  }

  /** Makes the cancellation it caused, if nobody handles it, end the process as a signal does. */
  explain(error: unknown): void {
    if (this.#status !== undefined && isCancelled(error)) exitIfUnhandled(error, this.#status);
  }

  release(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#grace);
  }
}

/**
 * Runs a program: starts a loop, runs `main` to its end, and cleans up.
 *
 * SIGINT and SIGTERM cancel `main`, which may clean up; a second one ends the process at once. A
 * program that lets the cancellation pass ends with the status that shells expect: 130 or 143.
 *
 * On the way out it cancels every task that is left, waits for all of them, and reports what they
 * and others failed with. Several may be in progress at once, each on a loop of its own.
 *
 * ```ts
 * import { run, sleep } from "@weft/weft";
 *
 * const answer = await run(function* () {
 *   yield* sleep(5);
 *   return 42;
 * });
 * console.assert(answer === 42);
 * ```
 */
export async function run<T>(main: CoroutineLike<T>, options: RunOptions = {}): Promise<T> {
  checkOptions("run()", options, [...KNOWN, "name", "priority", "signal", "context"]);
  const { name, priority, signal, context, ...rest } = options;
  const runner = new Runner(rest);
  try {
    return await runner.run(main, { name, priority, signal, ...(context ? { context } : {}) });
  } finally {
    await runner.close();
  }
}
