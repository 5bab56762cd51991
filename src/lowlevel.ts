/**
 * What the floors above are built on, and what others can build the same things on.
 *
 * @module
 */

export { type Context, copyContext } from "./engine/context.ts";
export { enterAsync } from "./engine/current.ts";
export type { TimerHandle } from "./engine/handle.ts";
export { DEFAULT_PRIORITY } from "./engine/loop.ts";
export { isCancelled, newCancelledError } from "./errors.ts";
export {
  type Awaitable,
  type Body,
  type Coroutine,
  type CoroutineResult,
  explain,
  Failure,
  finishWith,
  isAsyncFunction,
  isAwaitable,
  isCoroutine,
  isGenerator,
  isGeneratorFunction,
  isThenable,
  Relay,
  RESUMED,
  show,
  type Sleeper,
  suspendOn,
  type Suspension,
  takeSuspension,
  type Waiter,
} from "./futures/awaitable.ts";
export { checkBoolean, checkOptions } from "./futures/check_options.ts";
export { leaveScope } from "./futures/cancel_scope.ts";
export { ensureFuture, type Waitable } from "./futures/create_task.ts";
export type { EventLoop } from "./futures/event_loop.ts";
export { type Executor, provideDefaultExecutor } from "./futures/executor.ts";
export { NativeCall } from "./futures/frame.ts";
export { Future } from "./futures/future.ts";
export type { ResultOf } from "./futures/gather.ts";
export { awaitInline, callBody, callHere, checkBody, outcomeOf } from "./futures/inline.ts";
export { checkCount, checkLimit } from "./futures/limit.ts";
export { LazyAwaitable, type Settle } from "./futures/native_await.ts";
export { Operation } from "./futures/operation.ts";
export { run } from "./futures/runner.ts";
export { requireTask, runningLoop } from "./futures/running.ts";
export { checkDelay, sleep, yieldNow } from "./futures/sleep.ts";
export { Task } from "./futures/task.ts";
export type { TaskOptions } from "./futures/task_options.ts";
export { Timeout } from "./futures/timeout.ts";
export { until } from "./futures/until.ts";
