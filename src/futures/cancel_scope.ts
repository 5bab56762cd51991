/**
 * Cancelling a part of a task for good.
 *
 * A task's own `cancel()` throws once: code that swallows the error goes on. A cancelled scope
 * throws at every suspension point until it ends. It does so when the task suspends, so it costs
 * nothing while the task is busy or waiting.
 *
 * @module
 */

import type { Handle } from "../engine/handle.ts";
import { isCancelled, RuntimeError } from "../errors.ts";
import type { Awaitable, Body, Coroutine } from "./awaitable.ts";
import { checkBoolean, checkOptions } from "./check_options.ts";
import { callBody, checkBody } from "./inline.ts";
import { Operation } from "./operation.ts";
import { requireTask } from "./running.ts";
import { checkDelay } from "./sleep.ts";
import type { Task } from "./task.ts";

/** Configures a cancel scope. */
export interface CancelScopeOptions {
  /** Keeps the cancellation of scopes around this one out of it. */
  shield?: boolean | undefined;
  /** Cancels it at a time of the loop's clock. */
  deadline?: number | undefined;
}

/**
 * Is a part of a task that can be cancelled for good.
 *
 * Made by `cancelScope()`, which gives it to the body. Anyone may call its `cancel()`: from then on
 * each wait inside is cancelled, whatever the body catches.
 *
 * ```ts
 * import { type CancelScope, cancelScope, run, sleep } from "@weft/weft";
 *
 * let scope: CancelScope | undefined;
 * await run(async () => {
 *   await cancelScope(async (own) => {
 *     scope = own;
 *     own.cancel();
 *     await sleep(1000); // cancelled at once
 *   });
 * });
 * console.assert(scope!.cancelCalled && scope!.cancelCaught);
 * ```
 */
export class CancelScope {
  /** Keeps the cancellation of scopes around this one out of it. */
  shield: boolean;
  #deadline: number | undefined;
  #cancelCalled = false;
  #cancelCaught = false;
  #message: string | undefined;
  #task: Task<unknown> | undefined;
  #outer: CancelScope | undefined;
  #handle: Handle | undefined;

  /** @internal Use `cancelScope()`. */
  constructor(options: CancelScopeOptions = {}) {
    checkOptions("cancelScope()", options, ["shield", "deadline"]);
    const { shield = false, deadline } = options;
    checkBoolean("shield", shield);
    if (deadline !== undefined) checkDelay("deadline", deadline);
    this.shield = shield;
    this.#deadline = deadline;
  }

  /** Tells whether it was cancelled. */
  get cancelCalled(): boolean {
    return this.#cancelCalled;
  }

  /** Tells whether it ended because it was cancelled. */
  get cancelCaught(): boolean {
    return this.#cancelCaught;
  }

  /** Tells when it is cancelled, in the loop's time. */
  get deadline(): number | undefined {
    return this.#deadline;
  }

  /** Moves or removes the deadline. */
  set deadline(when: number | undefined) {
    if (when !== undefined) checkDelay("deadline", when);
    this.#deadline = when;
    this.#arm();
  }

  #arm(): void {
    this.#handle?.cancel();
    this.#handle = undefined;
    if (this.#task === undefined || this.#deadline === undefined) return;
    const { loop, priority } = this.#task;
    const cancel = () => this.cancel("deadline passed");
    if (this.#deadline <= loop.time()) return cancel();
    this.#handle = loop.callAtIn(priority, this.#deadline, cancel, []);
  }

  /** Cancels it: from now on every suspension inside throws. Harmless when done before. */
  cancel(message?: string): void {
    if (this.#cancelCalled) return;
    this.#cancelCalled = true;
    this.#message = message;
    // A task that is running is interrupted where it next waits.
    if (this.#task?.isParked) this.#task.rare?.scope?.check(this.#task);
  }

  /** @internal Interrupts the task if a scope that applies to it is cancelled. */
  check(task: { deliverCancel(message?: string): void }): void {
    const cancelled = this.findCancelled();
    if (cancelled !== undefined) task.deliverCancel(cancelled.#message);
  }

  /** @internal Finds the innermost cancelled scope that no shield keeps out. */
  findCancelled(): CancelScope | undefined {
    if (this.#cancelCalled) return this;
    return this.shield ? undefined : this.#outer?.findCancelled();
  }

  /** @internal Runs the body. */
  *run<T>(body: Body<CancelScope, T>): Coroutine<T | undefined> {
    if (this.#task !== undefined) throw new RuntimeError("A CANCEL SCOPE CAN BE ENTERED ONCE");
    const task = this.#task = requireTask("cancelScope()");
    const requests = task.cancelling;
    const rare = task.needRare();
    this.#outer = rare.scope;
    rare.scope = this;
    this.#arm();
    try {
      return yield* callBody(body, this);
    } catch (error) {
      const isOurs = this.#cancelCalled && isCancelled(error) && task.cancelling <= requests &&
        this.#outer?.findCancelled() === undefined;
      if (!isOurs) throw error;
      this.#cancelCaught = true;
      return undefined;
    } finally {
      this.#handle?.cancel();
      rare.scope = this.#outer;
      if (this.#cancelCalled && task.cancelling <= requests) task.calm();
    }
  }
}

/**
 * Runs a body in the current task, where `scope.cancel()` stops it for good.
 *
 * Once cancelled, every wait inside throws a `CancelledError` until the scope ends, so that an
 * error swallowed on the way does no harm. The scope then returns `undefined`.
 *
 * ```ts
 * import { cancelScope, run, sleep } from "@weft/weft";
 *
 * await run(function* () {
 *   const result = yield* cancelScope(function* (scope) {
 *     scope.cancel();
 *     yield* sleep(1000);
 *     return "never";
 *   });
 *   console.assert(result === undefined);
 * });
 * ```
 */
export function cancelScope<T>(
  body: Body<CancelScope, T>,
  options: CancelScopeOptions = {},
): Awaitable<T | undefined> {
  checkBody(body);
  const scope = new CancelScope(options);
  return new Operation("cancelScope()", () => scope.run(body));
}

/** Takes the current task out of its cancel scopes, for cleanup that must be done; call to undo. */
export function leaveScope(): () => void {
  const { rare } = requireTask("THIS");
  const scope = rare?.scope;
  if (rare === undefined || scope === undefined) return () => {};
  rare.scope = undefined;
  return () => {
    rare.scope = scope;
  };
}
