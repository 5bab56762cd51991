/**
 * The event loop as programs see it.
 *
 * @module
 */

import { type Context, inheritContext } from "../engine/context.ts";
import { Handle, TimerHandle } from "../engine/handle.ts";
import type { ExceptionContext } from "../engine/exception_context.ts";
import { DEFAULT_PRIORITY, Loop, type LoopOptions } from "../engine/loop.ts";
import { listen, type Signal } from "../engine/signals.ts";
import { DeadlockError, RuntimeError } from "../errors.ts";
import { type Coroutine, type CoroutineLike, explain, isCoroutine, show } from "./awaitable.ts";
import { checkExecutor, type Executor, makeDefaultExecutor } from "./executor.ts";
import { Future } from "./future.ts";
import { type Metrics, readMetrics } from "./metrics.ts";
import { checkDelay } from "./sleep.ts";
import { Task } from "./task.ts";
import type { TaskOptions } from "./task_options.ts";
import { Unretrieved } from "./unretrieved.ts";
import { wait } from "./wait.ts";

/** Handles errors that nobody else can; a handler of one parameter gets the report alone. */
export type ExceptionHandler =
  | ((loop: EventLoop, context: ExceptionContext) => void)
  | ((context: ExceptionContext) => void);

/** Makes the tasks of a loop. */
export type TaskFactory = <T>(
  loop: EventLoop,
  coroutine: CoroutineLike<T>,
  options: TaskOptions,
) => Task<T>;

/**
 * Runs callbacks and tasks. Made by `run()` and by `Runner`.
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
export class EventLoop extends Loop {
  /** @internal Holds the failed futures that nobody has looked at. */
  readonly unretrieved: Unretrieved = new Unretrieved(this);
  /** @internal Holds the async generators that have begun and have not ended. */
  readonly generators: Set<{ close(): Coroutine<unknown> }> = new Set();
  #exceptionHandler: ExceptionHandler | undefined;
  #taskFactory: TaskFactory | undefined;
  #executor: Executor | undefined;
  /** Are the calls in the default executor that are not done: `run` waits for them. */
  readonly #calls = new Set<Future<unknown>>();
  readonly #signals = new Map<Signal, () => void>();

  /** Makes a loop that is not running. */
  constructor(options: LoopOptions & { onError?: ExceptionHandler | undefined } = {}) {
    super(options);
    this.setExceptionHandler(options.onError);
  }

  /** Calls a function in the next turn, in the order of scheduling. */
  callSoon<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): Handle {
    checkCallback(callback);
    const given = args.length > 0 ? args : undefined;
    return this.callSoonIn(DEFAULT_PRIORITY, inheritContext(), callback, given);
  }

  /** Calls a function after a delay; one of 0 or less is due at once. */
  callLater<A extends unknown[]>(
    ms: number,
    callback: (...args: A) => unknown,
    ...args: A
  ): TimerHandle {
    checkDelay("ms", ms);
    return this.callAt(this.time() + ms, callback, ...args);
  }

  /** Calls a function at a time of the loop's clock. */
  callAt<A extends unknown[]>(
    when: number,
    callback: (...args: A) => unknown,
    ...args: A
  ): TimerHandle {
    checkDelay("when", when);
    checkCallback(callback);
    return this.callAtIn(DEFAULT_PRIORITY, when, callback, args);
  }

  /**
   * Calls a function, once, as soon as nothing is ready: every other task waits.
   *
   * It comes before the loop rests and before virtual time jumps. What the host has in flight may
   * still make tasks ready later.
   */
  whenIdle<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): Handle {
    checkCallback(callback);
    this.checkOpen();
    const handle = new Handle(this, callback, args, inheritContext());
    handle.id = this.claim(handle, DEFAULT_PRIORITY);
    this.pushWhenIdle(handle.id);
    this.wake();
    return handle;
  }

  /** @internal Calls back at a priority, in a context. */
  callSoonIn<A extends unknown[]>(
    priority: number,
    context: Context | undefined,
    callback: (...args: A) => unknown,
    args: A | undefined,
  ): Handle {
    this.checkOpen();
    const handle = new Handle(this, callback, args, context);
    handle.id = this.claimReady(handle, priority);
    return handle;
  }

  /** @internal Calls back at a time and a priority. */
  callAtIn<A extends unknown[]>(
    priority: number,
    when: number,
    callback: (...args: A) => unknown,
    args: A | undefined,
  ): TimerHandle {
    this.checkOpen();
    const handle = new TimerHandle(this, when, callback, args, inheritContext());
    handle.id = this.claimArmed(handle, priority, when);
    return handle;
  }

  /** Makes a pending future. */
  createFuture<T>(): Future<T> {
    return new Future<T>(this);
  }

  /** Makes a task; its first step runs in the next turn. */
  createTask<T>(coroutine: CoroutineLike<T>, options: TaskOptions = {}): Task<T> {
    this.checkOpen();
    if (!isCoroutine(coroutine)) {
      throw new TypeError(
        `A TASK NEEDS A COROUTINE OR A FUNCTION, PASS THE FUNCTION OR USE until(): ${
          explain(coroutine)
        }`,
      );
    }
    if (this.#taskFactory === undefined) return new Task(this, coroutine, options);
    const task = this.#taskFactory(this, coroutine, options);
    if (task instanceof Task) return task;
    throw new TypeError(`THE TASK FACTORY MUST RETURN A TASK, IT RETURNED: ${show(task)}`);
  }

  /** Replaces what makes tasks; `undefined` restores the default. */
  setTaskFactory(factory: TaskFactory | undefined): void {
    if (factory !== undefined && typeof factory !== "function") {
      throw new TypeError(`TASK FACTORY MUST BE A FUNCTION: ${show(factory)}`);
    }
    this.#taskFactory = factory;
  }

  /** Runs until a future is done, and returns its result. */
  async runUntilComplete<T>(future: Future<T>): Promise<T> {
    const stop = () => this.stop();
    future.addDoneCallback(stop);
    try {
      await this.runForever();
    } finally {
      future.removeDoneCallback(stop);
    }
    if (!future.done) {
      throw new RuntimeError(`THE LOOP WAS STOPPED BEFORE IT WAS DONE: ${future.label}`);
    }
    return future.result();
  }

  /** Lists the tasks that are not done, in the order of their creation. */
  allTasks(): Set<Task<unknown>> {
    return new Set(this.listTasks().filter((task) => !this.#calls.has(task)));
  }

  /** @internal Lists them and the calls in the default executor, which `run` does not cancel. */
  listTasks(): Task<unknown>[] {
    const tasks = this.listRunnables().filter((handler) => handler instanceof Task);
    return tasks.sort((a, b) => a.serial - b.serial);
  }

  /** Tells what the loop has done and holds; reading it costs nothing elsewhere. */
  metrics(): Metrics {
    return readMetrics(this.core, this.iterations);
  }

  // Other threads and processes.

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
  ): Future<T> {
    checkExecutor(executor);
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

  /** Replaces the default executor; `run` closes the last one. */
  setDefaultExecutor(executor: Executor | undefined): void {
    checkExecutor(executor);
    this.#executor = executor;
  }

  /** @internal Closes the default executor, once it has done what it was asked for. */
  *closeExecutor(): Coroutine<void> {
    if (this.#calls.size > 0) yield* wait(this.#calls);
    if (this.#executor !== undefined) yield* this.#executor.close();
    this.#executor = undefined;
  }

  // Signals.

  /**
   * Calls a function in the loop when the process gets a signal, instead of what was set before; as
   * long as it is set, `run` leaves that signal alone.
   */
  addSignalHandler<A extends unknown[]>(
    signal: Signal,
    callback: (...args: A) => unknown,
    ...args: A
  ): void {
    checkCallback(callback);
    this.checkOpen();
    this.removeSignalHandler(signal);
    const stop = listen(signal, () => this.callSoon(callback, ...args));
    if (stop === undefined) throw new RuntimeError(`THE HOST HAS NO SUCH SIGNAL: ${signal}`);
    this.#signals.set(signal, stop);
  }

  /** Removes the handler of a signal; returns whether there was one. */
  removeSignalHandler(signal: Signal): boolean {
    this.#signals.get(signal)?.();
    return this.#signals.delete(signal);
  }

  /** @internal Tells whether a signal has a handler. */
  hasSignalHandler(signal: Signal): boolean {
    return this.#signals.has(signal);
  }

  // Errors.

  /** Replaces the handler of errors nobody else can handle; `undefined` restores the default. */
  setExceptionHandler(handler: (context: ExceptionContext) => void): void;
  /** Replaces the handler; one of two parameters gets the loop, too. */
  setExceptionHandler(handler: ExceptionHandler | undefined): void;
  setExceptionHandler(handler: ExceptionHandler | undefined): void {
    if (handler !== undefined && typeof handler !== "function") {
      throw new TypeError(`EXCEPTION HANDLER MUST BE A FUNCTION: ${show(handler)}`);
    }
    this.#exceptionHandler = handler;
  }

  /** Hands an error to the exception handler; should that throw, to the default one. */
  override callExceptionHandler(context: ExceptionContext): void {
    const handler = this.#exceptionHandler as
      | ((...args: unknown[]) => void)
      | undefined;
    try {
      if (handler === undefined) this.defaultExceptionHandler(context);
      else if (handler.length === 1) handler(context);
      else handler(this, context);
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

  /** Writes a report to the console. */
  defaultExceptionHandler(context: ExceptionContext): void {
    const { message, exception, ...rest } = context;
    const lines = Object.entries(rest).map(([key, value]) => `\n${key}: ${show(value)}`);
    console.error(message + lines.join(""), ...("exception" in context ? [exception] : []));
  }

  /** @internal Ends the async generators that were abandoned half-way. */
  *closeGenerators(): Coroutine<void> {
    for (const generator of this.generators) {
      try {
        yield* generator.close();
      } catch (exception) {
        const message = "an error occurred during closing of asynchronous generator";
        this.callExceptionHandler({ message, exception, asyncgen: generator });
      }
    }
  }

  /** Reports the failures nobody looked at, and drops what is scheduled. */
  override close(): void {
    if (this.closed) return;
    if (!this.running) {
      this.unretrieved.reportAll();
      for (const signal of this.#signals.keys()) this.removeSignalHandler(signal);
    }
    super.close();
  }

  /** Says which tasks wait for what cannot come. */
  protected override describeDeadlock(): Error {
    const lines = this.listTasks().map((task) =>
      `\n  ${task.name} waits on ${task.waitingOn ?? "a step of its own"}`
    );
    return new DeadlockError(
      `DEADLOCK: NOTHING IS READY, NO TIMER IS ARMED, NO OPERATION OF THE HOST IS IN FLIGHT${
        lines.join("")
      }`,
    );
  }
}

/** Refuses what cannot be called. */
function checkCallback(callback: unknown): void {
  if (typeof callback !== "function") {
    throw new TypeError(`CALLBACK MUST BE A FUNCTION: ${show(callback)}`);
  }
}
