/**
 * Waits at the side of a task's own: by native code that awaits several things of the library at
 * once, or something that the library knows nothing of.
 *
 * @module
 */

import { type Coroutine, isAwaitable, isGenerator, show, type Waiter } from "./awaitable.ts";
import type { SteppedFuture } from "./step.ts";

/** Stands for a promise that the loop knows nothing of. */
export const foreignPromise: Waiter = {
  suspend() {},
  cancel: () => false,
  take() {},
  toString: () => "a promise of the host",
};

/** Throws an error at a suspension point that was misused. */
export function misused(error: unknown): Waiter {
  return {
    suspend() {},
    cancel: () => false,
    take() {
      throw error;
    },
    toString: () => "what cannot be awaited",
  };
}

/** Waits on one more thing for a task that waits already, as `Promise.all` makes it. */
export function awaitAside(
  task: SteppedFuture<unknown>,
  what: Waiter | Coroutine<unknown>,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): void {
  const { name, priority, ownContext: context } = task;
  const coroutine = isGenerator(what) ? what : awaitWaiter(what);
  const wait = task.loop.createTask(coroutine, { name: `${name} (aside)`, priority, context });
  const aside = task.needRare().aside ??= new Set();
  aside.add(wait);
  wait.addDoneCallback(() => {
    aside.delete(wait);
    try {
      resolve(wait.result());
    } catch (error) {
      reject(error);
    }
    task.followNative();
  });
}

/** Awaits a waiter. */
function* awaitWaiter(waiter: Waiter): Coroutine<unknown> {
  yield waiter;
  return waiter.take();
}

/** Awaits an awaitable that a coroutine function returned; refuses anything else. */
export function* awaitResult(result: unknown): Coroutine<unknown> {
  if (isAwaitable(result)) return yield* result;
  throw new TypeError(
    `A COROUTINE FUNCTION MUST RETURN A GENERATOR OR A PROMISE, IT RETURNED: ${show(result)}`,
  );
}
