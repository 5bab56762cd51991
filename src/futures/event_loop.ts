/**
 * The event loop as programs see it.
 *
 * @module
 */

import { callIn, callWith, capture } from "../engine/async_context.ts";
import type { Clock } from "../engine/clock.ts";
import { Word } from "../engine/core.ts";
import { type Context, inheritContext } from "../engine/context.ts";
import type { Execution } from "../engine/current.ts";
import { type Handle, InnerHandle, InnerTimerHandle, type TimerHandle } from "../engine/handle.ts";
import type { ExceptionContext } from "../engine/exception_context.ts";
import { DEFAULT_PRIORITY, Loop, type LoopOptions } from "../engine/loop.ts";
import { listen, type Signal } from "../engine/signals.ts";
import { heedIfUnhandled } from "../engine/unhandled.ts";
import { checkFunction, checkNumber } from "../check.ts";
import { DeadlockError, RuntimeError } from "../errors.ts";
import { type Coroutine, type CoroutineLike, Failure, isCoroutine, show } from "./awaitable.ts";
import { describeWaits } from "./describe_waits.ts";
import { checkExecutor, type Executor, makeDefaultExecutor } from "./executor.ts";
import { Forgotten } from "./forgotten.ts";
import { type Future, InnerFuture } from "./future.ts";
import { type Metrics, readMetrics } from "./metrics.ts";
import { refusal } from "./refusal.ts";
import { InnerTask, type Task } from "./task.ts";
import type { TaskOptions } from "./task_options.ts";
import { Unretrieved } from "./unretrieved.ts";
import { userFrames } from "./user_frames.ts";

/** A function that handles errors nobody else can; one of a single parameter gets the report alone. */
export type ExceptionHandler =
  | ((loop: EventLoop, context: ExceptionContext) => void)
  | ((context: ExceptionContext) => void);

/** A function that makes the tasks of a loop. */
export type TaskFactory = <T>(
  loop: EventLoop,
  coroutine: CoroutineLike<T>,
  options: TaskOptions,
) => Task<T>;

/**
 * What runs callbacks and tasks. Made by `run()` and by `Runner`.
 *
 * ```ts
 * import { EventLoop, sleep, VirtualClock } from "@weft/weft";
 *
 * const loop = new EventLoop({ clock: new VirtualClock() });
 * loop.callLater(20, () => console.log("called"));
 * await loop.runUntilComplete(loop.createTask(() => sleep(50)));
 * console.assert(loop.time() === 50);
 * loop.close();
 * ```
 */
export interface EventLoop {
  /** Whether it is running. */
  readonly running: boolean;
  /** Whether it was closed. */
  readonly closed: boolean;
  /** The clock it goes by. */
  readonly clock: Clock;
  /** Whether it checks more, and remembers where things were created. */
  debug: boolean;
  /** How long a step may take, in ms, before debug mode reports it. */
  slowCallbackDuration: number;
  /** Returns the time, in ms; it never goes back. */
  time(): number;

  /** Calls a function in the next turn, in the order of scheduling. */
  callSoon<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): Handle;
  /** Calls a function after a delay; one of 0 or less is due at once. */
  callLater<A extends unknown[]>(
    ms: number,
    callback: (...args: A) => unknown,
    ...args: A
  ): TimerHandle;
  /** Calls a function at a time of the loop's clock. */
  callAt<A extends unknown[]>(
    when: number,
    callback: (...args: A) => unknown,
    ...args: A
  ): TimerHandle;
  /**
   * Calls a function, once, as soon as nothing is ready: every other task waits.
   *
   * It comes before the loop rests and before virtual time jumps. What the host has in flight may
   * still make tasks ready later.
   */
  whenIdle<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): Handle;

  /** Makes a pending future. */
  createFuture<T>(): Future<T>;
  /** Makes a task; its first step runs in the next turn. */
  createTask<T>(coroutine: CoroutineLike<T>, options?: TaskOptions): Task<T>;
  /** Replaces what makes tasks; `undefined` restores the default. */
  setTaskFactory(factory: TaskFactory | undefined): void;
  /** Lists the tasks that are not done, in the order of their creation. */
  allTasks(): Set<Task<unknown>>;
  /** Returns what the loop has done and holds; reading it costs nothing elsewhere. */
  metrics(): Metrics;

  /** Runs until a future is done, and returns its result. */
  runUntilComplete<T>(future: Future<T>): Promise<T>;
  /** Runs until `stop()`. */
  runForever(): Promise<void>;
  /** Makes the loop stop at the end of the batch that is running. */
  stop(): void;
  /**
   * Reports the failures nobody looked at, and drops what is scheduled.
   *
   * The loop must have stopped. Harmless when done before.
   */
  close(): void;

  /**
   * Calls a function that a module exports in another thread or process, and gives its future.
   *
   * The executor is the loop's default one if it is `undefined`: what `setDefaultExecutor` was
   * given, or else the pool of threads of `workers.ts`, if the program imports that. It is asked at
   * once. The end of `run` waits for calls in the default executor, and cancels those in another.
   */
  runInExecutor<T = unknown>(
    executor: Executor | undefined,
    module: string | URL,
    name: string,
    ...args: readonly unknown[]
  ): Future<T>;
  /** Replaces the default executor; `run` closes the last one. */
  setDefaultExecutor(executor: Executor | undefined): void;

  /**
   * Calls a function in the loop when the process gets a signal, instead of what was set before; as
   * long as it is set, `run` leaves that signal alone.
   */
  addSignalHandler<A extends unknown[]>(
    signal: Signal,
    callback: (...args: A) => unknown,
    ...args: A
  ): void;
  /** Removes the handler of a signal; returns whether there was one. */
  removeSignalHandler(signal: Signal): boolean;

  /** Replaces the handler of errors nobody else can handle; `undefined` restores the default. */
  setExceptionHandler(handler: (context: ExceptionContext) => void): void;
  /** Replaces the handler; one of two parameters gets the loop, too. */
  setExceptionHandler(handler: ExceptionHandler | undefined): void;
  /** Hands an error to the exception handler; should that throw, to the default one. */
  callExceptionHandler(context: ExceptionContext): void;
  /** Writes a report to the console. */
  defaultExceptionHandler(context: ExceptionContext): void;
}

/** A loop, with what the library needs of it. */
export class InnerLoop extends Loop implements EventLoop {
  /** The failed futures that nobody has looked at. */
  readonly unretrieved: Unretrieved = new Unretrieved(this);
  /** What was never awaited: in debug mode, and in tests. */
  declare forgotten: Forgotten | undefined;
  #exceptionHandler: ExceptionHandler | undefined;
  #taskFactory: TaskFactory | undefined;
  #executor: Executor | undefined;
  /** The calls in the default executor that are not done: `run` waits for them. */
  readonly #calls = new Set<Future<unknown>>();
  readonly #signals = new Map<Signal, () => void>();

  /** Makes a loop that is not running. */
  constructor(options: LoopOptions & { onError?: ExceptionHandler | undefined } = {}) {
    super(options);
    this.setExceptionHandler(options.onError);
  }

  /** Remembers what is never awaited, in debug mode. */
  protected override noteDebug(debug: boolean): void {
    if (debug) this.forgotten ??= new Forgotten(this);
    else this.endRemembering();
  }

  /** Stops remembering what is never awaited. */
  endRemembering(): void {
    this.forgotten?.close();
    this.forgotten = undefined;
  }

  callSoon<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): InnerHandle {
    checkFunction("callback", callback);
    const given = args.length > 0 ? args : undefined;
    return this.callSoonIn(DEFAULT_PRIORITY, inheritContext(), callback, given).inherit();
  }

  callLater<A extends unknown[]>(
    ms: number,
    callback: (...args: A) => unknown,
    ...args: A
  ): InnerTimerHandle {
    checkNumber("ms", ms);
    return this.callAt(this.time() + ms, callback, ...args);
  }

  callAt<A extends unknown[]>(
    when: number,
    callback: (...args: A) => unknown,
    ...args: A
  ): InnerTimerHandle {
    checkNumber("when", when);
    checkFunction("callback", callback);
    return this.callAtIn(DEFAULT_PRIORITY, when, callback, args).inherit();
  }

  whenIdle<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): InnerHandle {
    checkFunction("callback", callback);
    this.checkOpen();
    const handle = new InnerHandle(this, callback, args, inheritContext()).inherit();
    handle.id = this.claim(handle, DEFAULT_PRIORITY);
    this.pushWhenIdle(handle.id);
    this.wake();
    return handle;
  }

  /** Calls back at a priority, in a context. */
  callSoonIn<A extends unknown[]>(
    priority: number,
    context: Context | undefined,
    callback: (...args: A) => unknown,
    args: A | undefined,
  ): InnerHandle {
    this.checkOpen();
    const handle = new InnerHandle(this, callback, args, context);
    handle.id = this.claimReady(handle, priority);
    return handle;
  }

  /** Calls back at a time and a priority. */
  callAtIn<A extends unknown[]>(
    priority: number,
    when: number,
    callback: (...args: A) => unknown,
    args: A | undefined,
  ): InnerTimerHandle {
    this.checkOpen();
    const handle = new InnerTimerHandle(this, when, callback, args, inheritContext());
    handle.id = this.claimArmed(handle, priority, when);
    return handle;
  }

  createFuture<T>(): InnerFuture<T> {
    return new InnerFuture<T>(this);
  }

  createTask<T>(coroutine: CoroutineLike<T>, options: TaskOptions = {}): InnerTask<T> {
    this.checkOpen();
    if (!isCoroutine(coroutine)) throw refusal("createTask(() => f())", coroutine);
    if (this.#taskFactory === undefined) return new InnerTask(this, coroutine, options);
    const task = this.#taskFactory(this, coroutine, options);
    if (task instanceof InnerTask) return task;
    throw new TypeError(`The task factory must return a task: ${show(task)}`);
  }

  setTaskFactory(factory: TaskFactory | undefined): void {
    if (factory !== undefined) checkFunction("the task factory", factory);
    this.#taskFactory = factory;
  }

  async runUntilComplete<T>(future: Future<T>): Promise<T> {
    const inner = future as InnerFuture<T>;
    const stop = () => this.stop();
    future.addDoneCallback(stop);
    try {
      await this.runForever();
    } finally {
      future.removeDoneCallback(stop);
    }
    if (!future.done) {
      throw new RuntimeError(`The loop was stopped before the ${inner.label} was done`);
    }
    const outcome = inner.take();
    if (!(outcome instanceof Failure)) return outcome;
    heedIfUnhandled(outcome.error);
    throw outcome.error;
  }

  allTasks(): Set<InnerTask<unknown>> {
    return new Set(this.listTasks().filter((task) => !this.#calls.has(task)));
  }

  /** Lists them and the calls in the default executor, which `run` does not cancel. */
  listTasks(): InnerTask<unknown>[] {
    const tasks = new Set<InnerTask<unknown>>();
    for (const runnable of this.listRunnables()) {
      // A task, or a strand of one.
      const { task } = runnable as Partial<Execution>;
      if (task instanceof InnerTask && !task.done) tasks.add(task);
    }
    return [...tasks].sort((a, b) => a.serial - b.serial);
  }

  metrics(): Metrics {
    return readMetrics(this.core, this.iterations);
  }

  // Other threads and processes.

  runInExecutor<T = unknown>(
    executor: Executor | undefined,
    module: string | URL,
    name: string,
    ...args: readonly unknown[]
  ): Future<T> {
    refuseFunction(typeof executor === "function" ? executor : module);
    checkExecutor(executor);
    if (typeof module === "function") {
      const called = `"${(module as { name: string }).name || "NAME"}"`;
      throw new TypeError(
        "Cannot send a function to another thread or process: export it, and write " +
          `runInExecutor(${executor && "executor"}, import.meta.url, ${called}, …)`,
      );
    }
    const chosen = executor ?? (this.#executor ??= makeDefaultExecutor());
    const call = this.createTask<T>(() => chosen.run<T>(module, name, ...args), {
      name,
      eager: true,
    });
    if (executor === undefined) {
      this.#calls.add(call);
      call.addDoneCallback(() => this.#calls.delete(call));
    }
    return call;
  }

  setDefaultExecutor(executor: Executor | undefined): void {
    checkExecutor(executor);
    this.#executor = executor;
  }

  /** Whether nothing is scheduled in it, and no executor is to be closed. */
  get isClean(): boolean {
    return this.core.words[Word.LIVE] === 0 && this.#executor === undefined;
  }

  /** The calls in the default executor that are not done. */
  get callsInExecutor(): ReadonlySet<Future<unknown>> {
    return this.#calls;
  }

  /** Closes the default executor, which has done what it was asked for. */
  *closeExecutor(): Coroutine<void> {
    if (this.#executor !== undefined) yield* this.#executor.close();
    this.#executor = undefined;
  }

  // Signals.

  addSignalHandler<A extends unknown[]>(
    signal: Signal,
    callback: (...args: A) => unknown,
    ...args: A
  ): void {
    checkFunction("callback", callback);
    this.checkOpen();
    this.removeSignalHandler(signal);
    // The host calls with other values: it may have listened for somebody else before.
    const values = capture();
    const schedule = () => this.callSoon(callback, ...args);
    const stop = listen(signal, () => void callWith(values, schedule, undefined));
    if (stop === undefined) {
      throw new RuntimeError(`Cannot listen to ${signal}: the host has no such signal`);
    }
    this.#signals.set(signal, stop);
    this.hold(); // A program may live by signals alone.
  }

  removeSignalHandler(signal: Signal): boolean {
    this.#signals.get(signal)?.();
    const isRemoved = this.#signals.delete(signal);
    if (isRemoved) this.letGo();
    return isRemoved;
  }

  /** Returns whether a signal has a handler. */
  hasSignalHandler(signal: Signal): boolean {
    return this.#signals.has(signal);
  }

  // Errors.

  setExceptionHandler(handler: ExceptionHandler | undefined): void {
    if (handler !== undefined) checkFunction("the exception handler", handler);
    this.#exceptionHandler = handler;
  }

  override callExceptionHandler(context: ExceptionContext): void {
    const handler = this.#exceptionHandler as
      | ((...args: unknown[]) => void)
      | undefined;
    const call = () => {
      if (handler === undefined) this.defaultExceptionHandler(context);
      else if (handler.length === 1) handler(context);
      else handler(this, context);
    };
    // It sees the values of what it is told about.
    const about = context.task ?? context.future ?? context.handle;
    try {
      if (about instanceof InnerTask || about instanceof InnerHandle) {
        about.context.run(() => callIn(about, call, undefined, undefined));
      } else call();
    } catch (exception) {
      try {
        if (handler === undefined) throw exception;
        this.defaultExceptionHandler({
          message: "Unhandled error in exception handler",
          exception,
        });
        this.defaultExceptionHandler(context); // What it was to handle is not lost.
      } catch (last) {
        console.error(`Exception in default exception handler: ${show(last)}`);
      }
    }
  }

  defaultExceptionHandler(context: ExceptionContext): void {
    const { message, exception, ...rest } = context;
    const lines = Object.entries(rest).map(([key, value]) => `\n${key}: ${show(value)}`);
    console.error(message + lines.join(""), ...("exception" in context ? [exception] : []));
  }

  override close(): void {
    if (this.closed) return;
    if (!this.running) {
      this.unretrieved.reportAll();
      this.forgotten?.report();
      this.endRemembering();
      for (const signal of this.#signals.keys()) this.removeSignalHandler(signal);
    }
    super.close();
  }

  /** Whether a task waits on something of the library. */
  override get hasWaits(): boolean {
    return this.listTasks().some(({ waits }) => waits.length > 0);
  }

  /** Makes the error of a run that is stuck: who waits on what, and where it began. */
  override describeDeadlock(began?: Error): Error {
    const hint = ", or native code awaits a promise of the host without until()";
    const error = new DeadlockError(
      "Every task waits for what cannot come: no timer is set, and the host has nothing to do" +
        (this.isNative ? hint : "") + describeWaits(this),
    );
    error.stack = [String(error), ...userFrames(began?.stack)].join("\n");
    return error;
  }
}

/** The class of loops, to make one that is not running. */
export const EventLoop = InnerLoop as new (
  options?: LoopOptions & { onError?: ExceptionHandler | undefined },
) => EventLoop;

/** Refuses a function in the place of a module: it has to be found where it is to run. */
function refuseFunction(given: unknown): void {
  if (typeof given !== "function" || "run" in given) return;
  const call = `runInExecutor(undefined, import.meta.url, "${given.name || "NAME"}", …)`;
  throw new TypeError(
    `Cannot send a function to another thread or process: export it, and write ${call}`,
  );
}
