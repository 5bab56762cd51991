/**
 * Waiting for the end of what was cancelled.
 *
 * @module
 */

import { type Coroutine, type Future, isCancelled, leaveScope } from "../lowlevel.ts";

/**
 * Waits until futures are done, whatever becomes of them, and whoever wants to stop that.
 *
 * Gives the last cancellation that came meanwhile, which is to be thrown when all is cleaned up.
 */
export function* ended(futures: Iterable<Future<unknown>>): Coroutine<unknown> {
  let cancellation: unknown;
  const restore = leaveScope(); // A cancelled scope would interrupt every wait.
  for (const future of futures) {
    while (!future.done) {
      const done = future.loop.createFuture<void>();
      const release = () => void (done.done || done.setResult());
      future.addDoneCallback(release);
      try {
        yield* done;
      } catch (error) {
        if (!isCancelled(error)) throw error;
        cancellation = error;
        future.removeDoneCallback(release);
      }
    }
  }
  restore();
  return cancellation;
}
