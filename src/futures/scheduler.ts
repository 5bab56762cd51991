/**
 * The loop as what it runs knows it.
 *
 * The loop knows tasks and futures; these know of it only what stands here.
 *
 * @module
 */

import type { Context } from "../engine/context.ts";
import { active, currentExecution, type Execution } from "../engine/current.ts";
import type { ExceptionContext } from "../engine/exception_context.ts";
import type { Handle, TimerHandle } from "../engine/handle.ts";
import type { Stepping } from "../engine/loop.ts";
import { RuntimeError } from "../errors.ts";

/** What may be awaited, once. */
export interface Awaited {
  /** Whether somebody has awaited it. */
  readonly hasBegun: boolean;
}

/** What remembers, for a loop, all that is made in it and was not awaited yet. */
export interface Memory {
  /** Remembers what was made just now. */
  add(made: Awaited): void;
  /** Remembers a generator that native code awaits as it is. */
  addGenerator(generator: object): void;
  /** Forgets what is in the hands of something else that was made, or has run. */
  delete(made: object): void;
}

/** A task, as far as reports say what it waits on. */
export interface WaitingTask {
  readonly name: string;
  /** What it waits on, or is about to; `undefined` if that is a step of its own. */
  readonly waitingOn: object | undefined;
  /** All that it waits on. */
  readonly waits: readonly object[];
  /** The stack of its creation: debug mode only. */
  readonly createdAt: string | undefined;
  /** Whether it does nothing but keep what another task has left behind. */
  readonly isLeftBehind: boolean;
}

/** A loop, as far as flows, their waits and reports need it. */
export interface Scheduler {
  /** Whether it is in debug mode. */
  readonly debug: boolean;
  /** Whether it was closed. */
  readonly closed: boolean;
  /** Whether its time is a test's, which passes only when nothing else is on its way. */
  readonly isVirtual: boolean;
  /** What was made in it and never awaited: in debug mode, and in tests. */
  readonly forgotten: Memory | undefined;
  /** Returns the time of its clock, in ms. */
  time(): number;

  /** Queues an id for the next turn. */
  push(id: number): void;
  /** Queues an id for the next turn, even if it is about to run in this one. */
  requeue(id: number): void;
  /** Arms the timer of an id. */
  arm(id: number, when: number): void;

  /** Calls back at a priority, in a context. */
  callSoonIn<A extends unknown[]>(
    priority: number,
    context: Context | undefined,
    callback: (...args: A) => unknown,
    args: A | undefined,
  ): Handle;
  /** Calls back at a time and a priority. */
  callAtIn<A extends unknown[]>(
    priority: number,
    when: number,
    callback: (...args: A) => unknown,
    args: A | undefined,
  ): TimerHandle;

  /** Notes that a native step of a task is in progress. */
  beginStep(task: Stepping, execution: Execution): void;
  /** Goes on, in a microtask, as the native step of a task has ended. */
  stepEnded(task: Stepping): void;
  /** Notes that native code may be about to go on: virtual time must wait for it. */
  noteMicrotasks(): void;
  /** Counts an operation of the host in flight: virtual time waits for it. */
  beginHostOperation(): void;
  /** Counts one less; called in the host's own time, it wakes the loop. */
  endHostOperation(): void;

  /** Lists the tasks that are not done, in the order of their creation. */
  listTasks(): readonly WaitingTask[];
  /** Hands over an error that nobody else can handle. */
  callExceptionHandler(context: ExceptionContext): void;
}

/** Finds the loop that is running this code, if any. */
export function findScheduler(): Scheduler | undefined {
  // While a runner goes from one phase of its end to the next, code of its tasks may go on.
  const loop = active.loop ?? currentExecution()?.loop;
  return loop === undefined || loop.closed ? undefined : loop as Scheduler;
}

/** Finds the loop that is running this code; throws outside of tasks and callbacks. */
export function requireScheduler(): Scheduler {
  const loop = findScheduler();
  if (loop === undefined) {
    throw new RuntimeError("No loop is running here: call this from a task or a callback of run()");
  }
  return loop;
}
