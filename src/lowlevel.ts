/**
 * What the floors above are built on, and what others can build the same things on.
 *
 * @module
 */

export {
  type Awaitable,
  type Body,
  type Coroutine,
  explain,
  finishWith,
  isAwaitable,
  RESUMED,
  show,
  type Sleeper,
  suspendOn,
  type Suspension,
  type Waiter,
} from "./futures/awaitable.ts";
export type { EventLoop } from "./futures/event_loop.ts";
export { NativeCall } from "./futures/frame.ts";
export { newCancelledError } from "./futures/future.ts";
export { callBody, checkBody } from "./futures/inline.ts";
export { awaitedOutside, awaitingTask, Operation } from "./futures/operation.ts";
export { runningLoop } from "./futures/running.ts";
