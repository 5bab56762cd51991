/**
 * Waits at the side of a task's own: by native code that awaits several things of the library at
 * once, or something that the library knows nothing of.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Coroutine,
  explain,
  Failure,
  isAwaitable,
  Relay,
  show,
  takeSuspension,
  type Waiter,
} from "./awaitable.ts";
import { findDependent } from "./dependence.ts";
import type { Frame } from "./frame.ts";
import type { SteppedFuture } from "./step.ts";

/** Stands for a promise that the loop knows nothing of. */
export const foreignPromise: Waiter = {
  suspend() {},
  cancel: () => false,
  take() {},
  toString: () => "a promise of the host",
};

/** Is what an `await` gets from `then()`, and does not look at; who calls that by hand is told. */
export const notForHands: PromiseLike<never> = {
  then: (onResult, onError) =>
    Promise.reject(
      new RuntimeError(
        "then() WITH TWO FUNCTIONS IS AN await INSIDE OF A TASK: AWAIT IT, OR GIVE ONE FUNCTION",
      ),
    ).then(onResult, onError),
};

/** Tells what a coroutine waits on; refuses what it yielded instead of awaiting it with `yield*`. */
export function waiterOf(result: IteratorResult<unknown, unknown>): Waiter {
  const waiter = takeSuspension(result);
  if (waiter !== undefined) return waiter;
  const error = new TypeError(`YIELDED WHAT CANNOT BE AWAITED: ${explain(result.value)}`);
  return {
    ...misused(error),
    suspend() {
      throw error;
    },
  };
}

/** Throws an error at a suspension point that was misused. */
export function misused(error: unknown): Waiter {
  return {
    suspend() {},
    cancel: () => false,
    take: () => new Failure(error),
    toString: () => "what cannot be awaited",
  };
}

/** Waits on one more thing for a task that waits already, as `Promise.all` makes it. */
export function awaitAside(
  task: SteppedFuture<unknown>,
  coroutine: Coroutine<unknown>,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): void {
  const { name, priority, ownContext: context } = task;
  const wait = task.loop.createTask(coroutine, { name: `${name} (aside)`, priority, context });
  const aside = task.needRare().aside ??= new Set();
  aside.add(wait);
  const host = findDependent(task);
  host?.beginAside();
  wait.addDoneCallback(() => {
    aside.delete(wait);
    host?.endAside();
    try {
      resolve(wait.result());
    } catch (error) {
      reject(error);
    }
    task.loop.noteMicrotasks();
    task.followNative();
  });
}

/** Waits on a waiter for a task that waits already. */
export function waitAside(
  task: SteppedFuture<unknown>,
  waiter: Waiter,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): void {
  awaitAside(task, awaitWaiter(waiter), resolve, reject);
}

function* awaitWaiter(waiter: Waiter): Coroutine<unknown> {
  yield* new Relay(waiter);
  const outcome = waiter.take();
  if (outcome instanceof Failure) throw outcome.error;
  return outcome;
}

/** Runs an operation, which may be no generator but its own iterator, for a task that waits already. */
export function operateAside(
  task: SteppedFuture<unknown>,
  operation: Coroutine<unknown>,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): void {
  awaitAside(task, runOperation(operation), resolve, reject);
}

function* runOperation(operation: Coroutine<unknown>): Coroutine<unknown> {
  return yield* operation;
}

/** Ends what native code still awaits when its task has ended: nobody would ever wake it. */
export function abandon(task: SteppedFuture<unknown>, frame: Frame): void {
  const waiter = task.waitingOn;
  waiter?.cancel();
  const error = new RuntimeError(
    `TASK ${task.name} HAS ENDED WHILE ASYNC CODE OF IT AWAITED ${waiter}: ` +
      "AWAIT THAT CODE IN THE TASK, OR START A TASK FOR IT",
  );
  frame.abandon(error);
}

/** Awaits an awaitable that a coroutine function returned; refuses anything else. */
export function* awaitResult(result: unknown): Coroutine<unknown> {
  if (isAwaitable(result)) return yield* result;
  throw new TypeError(
    `A COROUTINE FUNCTION MUST RETURN A GENERATOR OR A PROMISE, IT RETURNED: ${show(result)}`,
  );
}
