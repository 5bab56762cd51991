/**
 * Tasks that end together.
 *
 * @module
 */

import { checkNumber, checkOptions } from "../check.ts";
import { ExceptionGroup, isCancelled, RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  type Body,
  type Coroutine,
  type CoroutineLike,
  isCoroutine,
  isGenerator,
} from "./awaitable.ts";
import { placeHere } from "./forgotten.ts";
import type { Future } from "./future.ts";
import { failureOf } from "./gather.ts";
import { inLine, showInLine } from "../engine/inspection.ts";
import { callBody, checkBody } from "./inline.ts";
import { insist } from "./insist.ts";
import { LabeledFuture } from "./labeled_future.ts";
import { Limit } from "./limit.ts";
import { Operation } from "./operation.ts";
import {
  calm,
  deliverAgain,
  type Flow,
  isInterrupted,
  Region,
  requestCancel,
  requestsHere,
  uncancel,
} from "./flow.ts";
import { ignoreFailure, refuseBlocks } from "./refusal.ts";
import { loopOf, requireFlow } from "./running.ts";
import type { InnerTask, Task } from "./task.ts";
import type { TaskOptions } from "./task_options.ts";
import { Timeout } from "./timeout.ts";

/** Options of a task group. */
export interface TaskGroupOptions {
  /** The most of its tasks that run at once; all of them unless given. */
  limit?: number | undefined;
  /** The time at which it ends with a `TimeoutError`, by the loop's clock. */
  deadline?: number | undefined;
}

/**
 * A group of tasks that ends when all of them have.
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
  static readonly #shown: void = /* @__PURE__ */ (() => {
    showInLine(this);
    refuseBlocks(
      this,
      "write await taskGroup(async (group) => { … }), which sees the body's error",
    );
  })();

  readonly #tasks = new Set<Task<unknown>>();
  readonly #errors: unknown[] = [];
  /** The flow that it is a part of, once it was entered, and what it runs there. */
  #parent: Flow | undefined;
  #region: Region | undefined;
  #state: "created" | "entered" | "exiting" | "finished" = "created";
  #aborting = false;
  #parentCancelRequested = false;
  /** Whether `cancel()` was called, which ends the group without an error. */
  #cancelCalled = false;
  #requests = 0;
  #owed = false;
  #allDone: LabeledFuture<void> | undefined;
  readonly #limit: Limit | undefined;

  /** Makes a group; `taskGroup()` makes one and enters it. */
  constructor(options: TaskGroupOptions = {}) {
    checkOptions("taskGroup()", options, ["limit", "deadline"]);
    if (options.limit !== undefined) this.#limit = new Limit(options.limit);
  }

  /** Describes it in a line. */
  toString(): string {
    return inLine("TaskGroup", this.#state, `tasks: ${this.#tasks.size}`);
  }

  /** Starts a task in the group. */
  createTask<T>(coroutine: CoroutineLike<T>, options?: TaskOptions): Task<T> {
    if (this.#state === "created") {
      return this.#refuse(coroutine, "has not been entered, write taskGroup(body)");
    }
    if (this.#isFinished) return this.#refuse(coroutine, "has ended");
    if (this.#aborting) return this.#refuse(coroutine, "is shutting down");
    const parent = this.#parent!;
    const bounded = this.#limit && isCoroutine(coroutine)
      ? this.#limit.bound(coroutine)
      : coroutine;
    const task = loopOf(parent).createTask(bounded, options);
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
    ignoreFailure(coroutine);
    throw new RuntimeError(`Cannot start a task in the group: it ${why}`);
  }

  #abort(): void {
    this.#aborting = true;
    for (const task of this.#tasks) task.cancel();
  }

  #cancelParent(): void {
    if (this.#parentCancelRequested) return;
    this.#parentCancelRequested = true;
    requestCancel(this.#parent!, this.#region);
  }

  readonly #onTaskDone = (task: Future<unknown>): void => {
    this.#tasks.delete(task as Task<unknown>);
    if (this.#tasks.size === 0) this.#allDone?.succeed();
    if (task.cancelled) return;
    const failure = failureOf(task);
    if (failure === undefined) return;
    this.#errors.push(failure.error);
    const parent = this.#parent!;
    const home = parent.task as InnerTask<unknown>;
    if (home.done) {
      parent.loop.callExceptionHandler({
        message: `A task failed after the task of its group had ended: ${home.name}`,
        exception: failure.error,
        task,
      });
    } else if (!this.#aborting && !this.#parentCancelRequested) {
      this.#abort();
      this.#cancelParent();
    }
  };

  /** Runs the body, then waits for the tasks. */
  private *run<T>(body: Body<TaskGroup, T>): Coroutine<T> {
    if (this.#state !== "created") {
      throw new RuntimeError("Cannot enter a task group twice: make another");
    }
    const parent = this.#parent = requireFlow("taskGroup()");
    this.#state = "entered";
    this.#requests = requestsHere(parent);
    this.#owed = isInterrupted(parent);
    if (this.#cancelCalled) {
      this.#aborting = true;
      this.#cancelParent();
    }
    let result: T | undefined;
    let failure: { error: unknown } | undefined;
    let isClosed = true;
    const region = this.#region = new Region(parent);
    try {
      result = yield* callBody(body, this);
      isClosed = false;
    } catch (error) {
      failure = { error };
      isClosed = false;
    } finally {
      if (isClosed) this.#abort(); // By whoever iterated over the generator it is in.
      try {
        yield* this.#exit(failure);
      } finally {
        region.end();
      }
    }
    return result as T; // Nothing, only if `cancel()` ended the body.
  }

  /** Waits until no task is left; others may come meanwhile. */
  *#untilEmpty(): Coroutine<void> {
    while (this.#tasks.size > 0) {
      this.#allDone = new LabeledFuture(loopOf(this.#parent!), "the tasks of its group");
      yield* this.#allDone;
    }
  }

  /** Ends the group: follows CPython's `TaskGroup._aexit()` step by step. */
  *#exit(failure: { error: unknown } | undefined): Coroutine<void> {
    const parent = this.#parent!;
    this.#state = "exiting";
    let cancellation = failure !== undefined && isCancelled(failure.error)
      ? failure.error
      : undefined;
    if (failure !== undefined && !this.#aborting) this.#abort();
    if (!this.#aborting) {
      try {
        yield* this.#untilEmpty();
      } catch (error) {
        if (!isCancelled(error)) throw error;
        if (!this.#aborting) {
          cancellation = error;
          this.#abort();
        }
      }
    }
    // What cancels it now has done its part.
    if (this.#tasks.size > 0) yield* insist(() => this.#untilEmpty());
    this.#state = "finished";
    if (this.#parentCancelRequested) {
      const remaining = uncancel(parent);
      if (remaining === 0 || this.#cancelCalled && remaining <= this.#requests && !this.#owed) {
        cancellation = undefined;
        if (remaining > 0) calm(parent);
      }
    }
    if (cancellation !== undefined && this.#errors.length === 0) throw cancellation;
    if (failure !== undefined && !isCancelled(failure.error)) {
      this.#errors.push(failure.error);
    }
    if (this.#errors.length === 0) return;
    // A request from outside must not be lost: it is delivered again after the group's error.
    if (requestsHere(parent) > 0) deliverAgain(parent);
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
  if (deadline !== undefined) checkNumber("deadline", deadline);
  const place = placeHere();
  return new Operation("taskGroup()", () => {
    if (deadline === undefined) return group["run"](body);
    return Timeout["at"](deadline, place)["run"](() => group["run"](body));
  });
}
