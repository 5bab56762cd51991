/**
 * Running a program from its first task to the last cleanup.
 *
 * @module
 */

import type { Clock } from "../engine/clock.ts";
import { type Context, copyContext } from "../engine/context.ts";
import type { ScheduleOptions } from "../engine/schedule.ts";
import type { Instrument } from "../engine/instrument.ts";
import type { Signal } from "../engine/signals.ts";
import { checkAtLeast, checkBoolean, checkOptions, checkStrings } from "../check.ts";
import { RuntimeError } from "../errors.ts";
import { type Coroutine, type CoroutineLike, isCoroutine } from "./awaitable.ts";
import { closeAll, hasOpen } from "./close_at_end.ts";
import { type EventLoop, type ExceptionHandler, InnerLoop } from "./event_loop.ts";
import { failureOf, gather } from "./gather.ts";
import { Interruption } from "./interruption.ts";
import { refusal } from "./refusal.ts";
import { findRunningLoop } from "./running.ts";
import type { InnerTask } from "./task.ts";
import { wait } from "./wait.ts";

const KNOWN = ["clock", "debug", "instrument", "schedule", "onError", "signals", "grace"];

/** Options of a runner. */
export interface RunnerOptions {
  /** The clock; the host's unless given. */
  clock?: Clock | undefined;
  /** Whether to check more, and to remember where things were created. */
  debug?: boolean | undefined;
  /** An observer of what the loop does. */
  instrument?: Instrument | undefined;
  /** Another order for what is ready together, for tests; first come, first served unless given. */
  schedule?: ScheduleOptions | undefined;
  /** A function that handles errors nobody else can. */
  onError?: ExceptionHandler | undefined;
  /**
   * The signals that cancel the main task; `["SIGINT", "SIGTERM"]` unless given.
   *
   * A program that handles signals itself gives `[]`. On Node and Bun, the default leaves out those
   * that the program listens to already when the run begins; Deno does not say who listens.
   */
  signals?: readonly Signal[] | undefined;
  /**
   * How long, in ms, the program may take to end after a signal; 10,000 unless given.
   *
   * Then the process ends, and says which tasks wait on what. `Infinity` waits for as long as it takes.
   */
  grace?: number | undefined;
}

/** Options of one run. */
export interface RunOptions extends RunnerOptions {
  /** The name of the main task. */
  name?: string | undefined;
  /** How urgent the main task is: 0 (most) to 7. */
  priority?: number | undefined;
  /** A signal that cancels the main task when it is aborted. */
  signal?: AbortSignal | undefined;
  /** The context that the main task runs in. */
  context?: Context | undefined;
}

/** A function that notes with a runner that close() follows its first run at once. */
let markClosedNext: (runner: Runner) => void;

/**
 * What runs several main tasks, one after the other, on one loop and in one context.
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
  #loop: InnerLoop | undefined;
  #context: Context | undefined;
  #state: "open" | "closing" | "closed" = "open";
  #isRunning = false;
  /** What signals do to the last run; close() goes on with it. */
  #interruption: Interruption | undefined;
  #hasFailed = false;
  /** Whether close() follows at once: then the interruption goes on. */
  #isClosedNext = false;

  static {
    markClosedNext = (runner) => void (runner.#isClosedNext = true);
  }

  /** Makes a runner; its loop is made when it is first needed. */
  constructor(options: RunnerOptions = {}) {
    checkOptions("a Runner", options, KNOWN);
    const { debug, grace, signals } = options;
    if (debug !== undefined) checkBoolean("debug", debug);
    if (grace !== undefined) checkAtLeast("grace", grace, 0);
    if (signals !== undefined) checkStrings("signals", signals);
    this.#options = options;
  }

  /** Its loop. */
  get loop(): EventLoop {
    return this.#openLoop;
  }

  get #openLoop(): InnerLoop {
    if (this.#state !== "open") throw new RuntimeError("The runner is closed: make another");
    this.#context ??= copyContext();
    return this.#loop ??= new InnerLoop(this.#options);
  }

  /** Runs a main task and returns its result. */
  async run<T>(
    main: CoroutineLike<T>,
    options: Omit<RunOptions, keyof RunnerOptions> = {},
  ): Promise<T> {
    if (!isCoroutine(main)) throw refusal("run(() => f())", main);
    if (findRunningLoop() !== undefined) {
      throw new RuntimeError(
        "Cannot call run() inside of a running loop: await the coroutine, or use createTask()",
      );
    }
    const loop = this.#openLoop;
    if (this.#isRunning) throw new RuntimeError("The runner runs already: make another");
    this.#isRunning = true;
    try {
      const task = loop.createTask(main, { context: this.#context, ...options });
      const interruption = this.#interruption = new Interruption(loop, this.#options);
      this.#hasFailed = false;
      interruption.beginMain(task);
      try {
        return await loop.runUntilComplete(task);
      } catch (error) {
        this.#hasFailed = true;
        interruption.explain(error);
        throw error;
      } finally {
        if (!this.#isClosedNext) interruption.end();
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** Cancels what is left, waits for it, and closes the loop. Harmless when done before. */
  async close(): Promise<void> {
    if (this.#state !== "open") return;
    if (this.#isRunning) {
      throw new RuntimeError("Cannot close the runner before its run() has ended");
    }
    this.#state = "closing";
    const loop = this.#loop;
    if (loop === undefined) return void (this.#state = "closed");
    const interruption = this.#interruption ?? new Interruption(loop, this.#options);
    interruption.beginClosing();
    try {
      if (loop.debug) loop.forgotten?.reportLeftBehind();
      if (!loop.isClean || hasOpen(loop)) await endAll(loop);
    } finally {
      loop.close();
      interruption.end();
      this.#state = "closed";
    }
    if (!this.#hasFailed) interruption.throwIfLate();
  }

  /** Closes it at the end of an `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Ends all that a loop has left, in asyncio's order. */
async function endAll(loop: InnerLoop): Promise<void> {
  await cancelAll(loop);
  await loop.runUntilComplete(loop.createTask(closeAll(loop)));
  await loop.runUntilComplete(loop.createTask(closeExecutor(loop)));
  await cancelLeftBehind(loop);
  for (const task of loop.allTasks()) { // What the cleanup of others has started.
    loop.callExceptionHandler({ message: "Task was destroyed but it is pending!", task });
  }
}

/** Closes the default executor of a loop, once it has done what it was asked for. */
function* closeExecutor(loop: InnerLoop): Coroutine<void> {
  if (loop.callsInExecutor.size > 0) yield* wait(loop.callsInExecutor);
  yield* loop.closeExecutor();
}

/** Cancels all tasks together, waits for all of them, and reports their errors. */
async function cancelAll(loop: InnerLoop): Promise<void> {
  await cancelTasks(loop, [...loop.allTasks()]);
  await cancelLeftBehind(loop);
}

/** Cancels what tasks left behind as they ended, until nothing of that is there any more. */
async function cancelLeftBehind(loop: InnerLoop): Promise<void> {
  for (let left = leftBehind(loop); left.length > 0; left = leftBehind(loop)) {
    await cancelTasks(loop, left);
  }
}

function leftBehind(loop: InnerLoop): InnerTask<unknown>[] {
  return [...loop.allTasks()].filter((task) => task.isLeftBehind);
}

async function cancelTasks(loop: InnerLoop, tasks: readonly InnerTask<unknown>[]): Promise<void> {
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

/**
 * Runs a program: starts a loop, runs `main` to its end, and cleans up.
 *
 * SIGINT and SIGTERM cancel `main`, which may clean up for as long as its `grace` lasts; a second one
 * ends the process at once. A program that lets the cancellation pass ends with the status that
 * shells expect: 130 or 143. The first signal cancels `main` of every run in progress. One that has
 * ended and is cleaning up goes on with that, and throws a {@linkcode CancelledError} then.
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
  markClosedNext(runner);
  try {
    return await runner.run(main, { name, priority, signal, ...(context ? { context } : {}) });
  } finally {
    await runner.close();
  }
}
