/**
 * What the floors above are built on, and what others can build the same things on.
 *
 * @module
 */

export { type Awaitable, type Body, type Coroutine, isAwaitable } from "./futures/awaitable.ts";
export { NativeCall } from "./futures/frame.ts";
export { callBody, checkBody } from "./futures/inline.ts";
export { Operation } from "./futures/operation.ts";
