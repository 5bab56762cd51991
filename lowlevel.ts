/**
 * What it takes to build a primitive that both front ends can await.
 *
 * `park()` makes one of anything that calls back, `operation()` one of a generator function. A `Wait` in
 * a `WaitQueue`, with its `Rules`, is what is fast enough for a lock. Whatever you make of them is
 * cancelled where it waits, shows up in dumps by its label, and loses nothing when a `select()` drops
 * it.
 *
 * ```ts
 * import { createTask, run } from "@weft/weft";
 * import { park, type Waker } from "@weft/weft/lowlevel.ts";
 *
 * class Latch {
 *   #wakers: Set<Waker<void>> | undefined = new Set();
 *
 *   wait = () =>
 *     park<void>("Latch.wait()", (waker) => {
 *       if (this.#wakers === undefined) return void waker.resolve();
 *       this.#wakers.add(waker);
 *       return () => void this.#wakers?.delete(waker);
 *     });
 *
 *   open() {
 *     for (const waker of this.#wakers ?? []) waker.resolve();
 *     this.#wakers = undefined;
 *   }
 * }
 *
 * await run(async () => {
 *   const latch = new Latch();
 *   createTask(async () => latch.open());
 *   await latch.wait();
 * });
 * ```
 *
 * @module
 */

export {
  type Awaitable,
  type Coroutine,
  Failure,
  type Sleeper,
  type Suspension,
  type Waiter,
} from "./src/futures/awaitable.ts";
export { type Closable, closeAtEnd } from "./src/futures/close_at_end.ts";
export { LazyAwaitable } from "./src/futures/native_await.ts";
export { operation, type OperationOptions } from "./src/futures/operation.ts";
export { type Arm, park, type ParkOptions, type Waker } from "./src/futures/park.ts";
export { currentTask, getRunningLoop } from "./src/futures/running.ts";
export { Rules, Wait, WaitQueue } from "./src/futures/wait_queue.ts";
