/**
 * What the floors above are built on. What others can build on is `lowlevel.ts`, at the top.
 *
 * @module
 */

export {
  checkAbove,
  checkAddress,
  checkArray,
  checkAtLeast,
  checkBetween,
  checkBoolean,
  checkCount,
  checkFunction,
  checkInstance,
  checkKind,
  checkLimit,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkPort,
  checkSpan,
  checkString,
  checkStrings,
  checkWhole,
  show,
} from "./check.ts";
export { callHereWith, callWith, capture, type HostContext } from "./engine/async_context.ts";
export { hostClock } from "./engine/clock.ts";
export { type Context, copyContext } from "./engine/context.ts";
export type { TimerHandle } from "./engine/handle.ts";
export { callAfter, findSoon, findSteadyLater, hostTurn } from "./engine/host.ts";
export { listen as listenToSignal, type Signal } from "./engine/signals.ts";
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
  isList,
  isThenable,
  Relay,
  RESUMED,
  type Sleeper,
  suspendOn,
  type Suspension,
  takeSuspension,
  type Waiter,
} from "./futures/awaitable.ts";
export { leaveScope } from "./futures/cancel_scope.ts";
export { ensureFuture, type Waitable } from "./futures/create_task.ts";
export { type Closable, closeAtEnd } from "./futures/close_at_end.ts";
export type { EventLoop, InnerLoop } from "./futures/event_loop.ts";
export { type Executor, provideDefaultExecutor } from "./futures/executor.ts";
export { callSpanning, countCancelledWaits, flowHere, interruptNextWait } from "./futures/flow.ts";
export { handOver, isRemembering } from "./futures/forgotten.ts";
export { type Future, InnerFuture } from "./futures/future.ts";
export type { ResultOf } from "./futures/gather.ts";
export { awaitInline, callBody, checkBody, outcomeOf } from "./futures/inline.ts";
export { countWaiting, inLine, showInLine } from "./engine/inspection.ts";
export { insist } from "./futures/insist.ts";
export { LabeledFuture } from "./futures/labeled_future.ts";
export { LazyAwaitable } from "./futures/native_await.ts";
export { NativeCall } from "./futures/native_call.ts";
export { Operation, operation, type OperationOptions } from "./futures/operation.ts";
export { ignoreFailure, isWaitable, refusal, refuseBlocks } from "./futures/refusal.ts";
export { type Arm, park, type ParkOptions, type Waker } from "./futures/park.ts";
export { run, type RunOptions } from "./futures/runner.ts";
export {
  findRunningLoop,
  findTask,
  requireFlow,
  requireTask,
  runningLoop,
} from "./futures/running.ts";
export { sleep, yieldNow } from "./futures/sleep.ts";
export {
  asStep,
  ClosingSteps,
  type IterationStep,
  type LibraryIterator,
  type StepIterator,
  Steps,
  stepTo,
} from "./futures/step_iterator.ts";
export { InnerTask, type Task } from "./futures/task.ts";
export type { TaskOptions } from "./futures/task_options.ts";
export { Timeout } from "./futures/timeout.ts";
export { until } from "./futures/until.ts";
export { untilDone } from "./futures/until_done.ts";
export { wait } from "./futures/wait.ts";
export { Rules, Wait, WaitQueue } from "./futures/wait_queue.ts";
