/**
 * Weft: asyncio for Deno and TypeScript, on a scheduler core in WebAssembly.
 *
 * ```ts
 * import { createTask, run, sleep } from "@weft/weft";
 *
 * await run(async () => {
 *   const slow = createTask(() => sleep(20, "slow"));
 *   const quick = createTask(() => sleep(10, "quick"));
 *   console.log(await quick, await slow);
 * });
 * ```
 *
 * @module
 */

export { type Clock, VirtualClock } from "./src/engine/clock.ts";
export { Context, ContextVar, copyContext, Token } from "./src/engine/context.ts";
export type { ExceptionContext } from "./src/engine/exception_context.ts";
export { Handle, TimerHandle } from "./src/engine/handle.ts";
export type { Instrument, Step } from "./src/engine/instrument.ts";
export type { LoopOptions } from "./src/engine/loop.ts";
export type { ScheduleOptions } from "./src/engine/schedule.ts";
export type { Signal } from "./src/engine/signals.ts";
export {
  BrokenBarrierError,
  CancelledError,
  DeadlockError,
  type ErrorMatch,
  ExceptionGroup,
  IncompleteReadError,
  InvalidStateError,
  isCancelled,
  LimitOverrunError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  TimeoutError,
} from "./src/errors.ts";
export { asCompleted, type AsCompletedOptions } from "./src/futures/as_completed.ts";
export {
  type Awaitable,
  type Body,
  type Coroutine,
  type CoroutineLike,
  type CoroutineResult,
  isCoroutine,
  type Sleeper,
  type Suspension,
  type Waiter,
} from "./src/futures/awaitable.ts";
export { CancelScope, cancelScope, type CancelScopeOptions } from "./src/futures/cancel_scope.ts";
export { createTask, ensureFuture, type Waitable } from "./src/futures/create_task.ts";
export { EventLoop, type ExceptionHandler, type TaskFactory } from "./src/futures/event_loop.ts";
export type { Executor } from "./src/futures/executor.ts";
export { type DoneCallback, Future, isFuture } from "./src/futures/future.ts";
export { gather, type GatherOptions, type ResultOf, type ResultsOf } from "./src/futures/gather.ts";
export type { Metrics } from "./src/futures/metrics.ts";
export { run, Runner, type RunnerOptions, type RunOptions } from "./src/futures/runner.ts";
export { allTasks, currentTask, getRunningLoop } from "./src/futures/running.ts";
export { shield } from "./src/futures/shield.ts";
export { sleep, yieldNow } from "./src/futures/sleep.ts";
export type { IterationStep, LibraryIterator } from "./src/futures/step_iterator.ts";
export { Task } from "./src/futures/task.ts";
export type { TaskOptions } from "./src/futures/task_options.ts";
export { TaskGroup, taskGroup, type TaskGroupOptions } from "./src/futures/task_group.ts";
export { Timeout, timeout, timeoutAt } from "./src/futures/timeout.ts";
export { until, type UntilOptions } from "./src/futures/until.ts";
export { wait, type WaitOptions, type WaitResult } from "./src/futures/wait.ts";
export { waitFor } from "./src/futures/wait_for.ts";
export type { Lease } from "./src/pool/lease.ts";
export type { ResourcePoolStatistics } from "./src/pool/pool_state.ts";
export { ResourcePool, type ResourcePoolOptions } from "./src/pool/resource_pool.ts";
export { asyncGenerator, type ClosingIterator, type Emit } from "./src/sync/async_generator.ts";
export { Barrier } from "./src/sync/barrier.ts";
export {
  Broadcast,
  type BroadcastOptions,
  type BroadcastStatistics,
  type Subscription,
} from "./src/sync/broadcast.ts";
export { Channel, type ChannelStatistics } from "./src/sync/channel.ts";
export { Condition } from "./src/sync/condition.ts";
export { each } from "./src/sync/each.ts";
export { Event } from "./src/sync/event.ts";
export {
  type Interval,
  interval,
  type IntervalOptions,
  type IntervalStatistics,
} from "./src/sync/interval.ts";
export { Limiter } from "./src/sync/limiter.ts";
export { Lock } from "./src/sync/lock.ts";
export {
  mapConcurrent,
  type MapOptions,
  type MapResults,
  type MapStatistics,
} from "./src/sync/map_concurrent.ts";
export { LifoQueue, PriorityQueue, type PriorityQueueOptions } from "./src/sync/ordered_queues.ts";
export type { Permit } from "./src/sync/permit.ts";
export { Queue, type QueueStatistics } from "./src/sync/queue.ts";
export { RateLimiter, type RateOptions, type RateStatistics } from "./src/sync/rate_limiter.ts";
export { type Allowance, retry, type RetryOptions } from "./src/sync/retry.ts";
export { type Branches, select, type Selected } from "./src/sync/select.ts";
export { BoundedSemaphore, Semaphore } from "./src/sync/semaphore.ts";
