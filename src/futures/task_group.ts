/**
 * Tasks that end together.
 *
 * @module
 */

import { CancelledError, ExceptionGroup, isCancelled, RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  type Body,
  type Coroutine,
  type CoroutineLike,
  isCoroutine,
  isGenerator,
} from "./awaitable.ts";
import { checkOptions } from "./check_options.ts";
import { leaveScope } from "./cancel_scope.ts";
import type { Future } from "./future.ts";
import { failureOf } from "./gather.ts";
import { callBody, checkBody } from "./inline.ts";
import { Limit } from "./limit.ts";
import { Operation } from "./operation.ts";
import { requireTask } from "./running.ts";
import { checkDelay } from "./sleep.ts";
import type { Task } from "./task.ts";
import type { TaskOptions } from "./task_options.ts";
import { Timeout } from "./timeout.ts";

/** Configures a task group. */
export interface TaskGroupOptions {
  /** Bounds how many of its tasks run at once; all of them unless given. */
  limit?: number | undefined;
  /** Ends it with a `TimeoutError` at a time of the loop's clock. */
  deadline?: number | undefined;
}

/**
 * Starts tasks and ends when all of them have.
 *
 * Made by `taskGroup()`, which gives it to the body. The first failure cancels the body and the
 * other tasks; then the group throws an `ExceptionGroup` of all failures.
 *
 * ```ts
 * import { ExceptionGroup, run, sleep, type TaskGroup, taskGroup } from "@weft/weft";
 *
 * const log: string[] = [];
 * function* job(name: string, ms: number) {
 *   yield* sleep(ms);
 *   if (name === "bad") throw new Error(name);
 *   log.push(name);
 * }
 * async function startAll(group: TaskGroup, names: string[]): Promise<void> {
 *   for (const name of names) group.createTask(job(name, 10 * names.indexOf(name)), { name });
 * }
 *
 * await run(() => taskGroup((group) => startAll(group, ["a", "b"])));
 * console.assert(log.join() === "a,b");
 *
 * const failure = await run(() => taskGroup((group) => startAll(group, ["bad", "c"])))
 *   .catch((error) => error);
 * console.assert(failure instanceof ExceptionGroup && log.join() === "a,b");
 * ```
 */
export class TaskGroup {
  readonly #tasks = new Set<Task<unknown>>();
  readonly #errors: unknown[] = [];
  #parent: Task<unknown> | undefined;
  #state: "created" | "entered" | "exiting" | "finished" = "created";
  #aborting = false;
  #parentCancelRequested = false;
  /** Is true once `cancel()` was called, which ends the group without an error. */
  #cancelCalled = false;
  #requests = 0;
  #owed = false;
  #allDone: Future<void> | undefined;
  readonly #limit: Limit | undefined;

  /** Makes a group; `taskGroup()` makes one and enters it. */
  constructor(options: TaskGroupOptions = {}) {
    checkOptions("taskGroup()", options, ["limit", "deadline"]);
    if (options.limit !== undefined) this.#limit = new Limit(options.limit);
  }

  /** Starts a task in the group. */
  createTask<T>(coroutine: CoroutineLike<T>, options?: TaskOptions): Task<T> {
    if (this.#state === "created") return this.#refuse(coroutine, "HAS NOT BEEN ENTERED");
    if (this.#isFinished) return this.#refuse(coroutine, "IS FINISHED");
    if (this.#aborting) return this.#refuse(coroutine, "IS SHUTTING DOWN");
    const parent = this.#parent!;
    const bounded = this.#limit && isCoroutine(coroutine)
      ? this.#limit.bound(coroutine)
      : coroutine;
    const task = parent.loop.createTask(bounded, options);
    this.#tasks.add(task);
    if (this.#aborting) task.cancel(); // Its eager first step has cancelled the group.
    task.addDoneCallback(this.#onTaskDone as (task: Future<T>) => void, {
      priority: parent.priority,
    });
    return task;
  }

  /**
   * Ends the group early and without an error: cancels its body and its tasks.
   *
   * Harmless when the group has ended; before it began, it ends at once.
   */
  cancel(): void {
    if (this.#isFinished || this.#cancelCalled) return;
    this.#cancelCalled = true;
    if (this.#state === "created") return;
    if (!this.#aborting) this.#abort();
    this.#cancelParent();
  }

  get #isFinished(): boolean {
    return this.#state === "finished" || this.#state === "exiting" && this.#tasks.size === 0;
  }

  #refuse(coroutine: unknown, why: string): never {
    if (isGenerator(coroutine)) coroutine.return(undefined);
    throw new RuntimeError(`CANNOT START A TASK, THE GROUP ${why}: START IT ELSEWHERE`);
  }

  #abort(): void {
    this.#aborting = true;
    for (const task of this.#tasks) task.cancel();
  }

  #cancelParent(): void {
    if (this.#parentCancelRequested) return;
    this.#parentCancelRequested = true;
    this.#parent!.cancel();
  }

  readonly #onTaskDone = (task: Future<unknown>): void => {
    this.#tasks.delete(task as Task<unknown>);
    if (this.#tasks.size === 0 && this.#allDone?.done === false) this.#allDone.setResult();
    if (task.cancelled) return;
    const failure = failureOf(task);
    if (failure === undefined) return;
    this.#errors.push(failure.error);
    const parent = this.#parent!;
    if (parent.done) {
      parent.loop.callExceptionHandler({
        message: `A task failed after the task of its group had ended: ${parent.name}`,
        exception: failure.error,
        task,
      });
    } else if (!this.#aborting && !this.#parentCancelRequested) {
      this.#abort();
      this.#cancelParent();
    }
  };

  /** @internal Runs the body, then waits for the tasks. */
  *run<T>(body: Body<TaskGroup, T>): Coroutine<T> {
    if (this.#state !== "created") throw new RuntimeError("A TASK GROUP CAN BE ENTERED ONCE");
    const parent = this.#parent = requireTask("taskGroup()");
    this.#state = "entered";
    this.#requests = parent.cancelling;
    this.#owed = parent.interrupted;
    if (this.#cancelCalled) {
      this.#aborting = true;
      this.#cancelParent();
    }
    let result: T | undefined;
    let failure: { error: unknown } | undefined;
    let isClosed = true;
    try {
      result = yield* callBody(body, this);
      isClosed = false;
    } catch (error) {
      failure = { error };
      isClosed = false;
    } finally {
      if (isClosed) this.#abort(); // By whoever iterated over the generator it is in.
      yield* this.#exit(failure);
    }
    return result as T; // Nothing, only if `cancel()` ended the body.
  }

  /** Ends the group: follows CPython's `TaskGroup._aexit()` step by step. */
  *#exit(failure: { error: unknown } | undefined): Coroutine<void> {
    const parent = this.#parent!;
    this.#state = "exiting";
    let cancellation = failure !== undefined && isCancelled(failure.error)
      ? failure.error
      : undefined;
    if (failure !== undefined && !this.#aborting) this.#abort();
    // The wait can be cancelled more than once.
    while (this.#tasks.size > 0) {
      this.#allDone = parent.loop.createFuture<void>();
      // A cancelled scope has done its part: it would interrupt this wait without end.
      const restore = this.#aborting ? leaveScope() : undefined;
      try {
        yield* this.#allDone;
      } catch (error) {
        if (!isCancelled(error)) throw error;
        if (!this.#aborting) {
          cancellation = error;
          this.#abort();
        }
      } finally {
        restore?.();
      }
      this.#allDone = undefined;
    }
    this.#state = "finished";
    if (this.#parentCancelRequested) {
      const remaining = parent.uncancel();
      if (remaining === 0 || this.#cancelCalled && remaining <= this.#requests && !this.#owed) {
        cancellation = undefined;
        if (remaining > 0) parent.calm();
      }
    }
    if (cancellation !== undefined && this.#errors.length === 0) throw cancellation;
    if (failure !== undefined && !(failure.error instanceof CancelledError)) {
      this.#errors.push(failure.error);
    }
    if (this.#errors.length === 0) return;
    if (parent.cancelling > 0) {
      // A request from outside must not be lost: it is delivered again after the group's error.
      parent.uncancel();
      parent.cancel();
    }
    throw new ExceptionGroup("unhandled errors in a task group", this.#errors);
  }
}

/**
 * Runs a body in the current task, and ends when all tasks it started in the group have ended.
 *
 * The first failure cancels the body and the other tasks; when they have ended, the failures are
 * thrown as an {@linkcode ExceptionGroup}. Cancelling the task cancels all of them.
 *
 * **Gotchas.** A body that `group.cancel()` ends early has no result: `undefined` is returned then,
 * whatever its type says.
 *
 * ```ts
 * import { run, sleep, taskGroup } from "@weft/weft";
 *
 * await run(async () => {
 *   const total = await taskGroup(async (group) => {
 *     const one = group.createTask(() => sleep(2, 1));
 *     const two = group.createTask(() => sleep(1, 2));
 *     return await one + await two;
 *   });
 *   console.assert(total === 3);
 * });
 * ```
 */
export function taskGroup<T>(
  body: Body<TaskGroup, T>,
  options: TaskGroupOptions = {},
): Awaitable<T> {
  checkBody(body);
  const group = new TaskGroup(options);
  const { deadline } = options;
  if (deadline !== undefined) checkDelay("deadline", deadline);
  return new Operation("taskGroup()", () => {
    if (deadline === undefined) return group.run(body);
    return new Timeout(deadline).run(() => group.run(body));
  });
}
