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
import { checkBoolean, checkNumber, checkOptions } from "../check.ts";
import { isCancelled, RuntimeError } from "../errors.ts";
import type { Awaitable, Body, Coroutine } from "./awaitable.ts";
import { callBody, checkBody } from "./inline.ts";
import { inLine, showInLine } from "../engine/inspection.ts";
import { Operation } from "./operation.ts";
import { calm, isInterrupted, Region, requestsHere } from "./flow.ts";
import { requireFlow } from "./running.ts";

/** Options of a cancel scope. */
export interface CancelScopeOptions {
  /** Whether the cancellation of scopes around this one is kept out of it. */
  shield?: boolean | undefined;
  /** The time at which it is cancelled, by the loop's clock. */
  deadline?: number | undefined;
}

/**
 * A part of a task that can be cancelled for good.
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
  static readonly #shown: void = /* @__PURE__ */ showInLine(this);

  #shield: boolean;
  #deadline: number | undefined;
  #cancelCalled = false;
  #cancelCaught = false;
  #message: string | undefined;
  /** What it runs in, once it was entered. */
  #region: Region | undefined;
  /** Whether a cancellation was on its way to its task before its own: that one stays. */
  #owed = false;
  #isOver = false;
  #handle: Handle | undefined;

  private constructor(options: CancelScopeOptions) {
    checkOptions("cancelScope()", options, ["shield", "deadline"]);
    const { shield = false, deadline } = options;
    checkBoolean("shield", shield);
    if (deadline !== undefined) checkNumber("deadline", deadline);
    this.#shield = shield;
    this.#deadline = deadline;
  }

  /** Makes one, to be entered. */
  private static make(options: CancelScopeOptions): CancelScope {
    return new CancelScope(options);
  }

  /** Whether the cancellation of scopes around this one is kept out of it. */
  get shield(): boolean {
    return this.#shield;
  }

  /** Sets the shield, or takes it away: then what waits inside may be cancelled at once. */
  set shield(shield: boolean) {
    checkBoolean("shield", shield);
    this.#shield = shield;
    if (this.#region === undefined) return;
    this.#region.isShielded = shield;
    const cancelled = this.#region.findCancelled();
    if (cancelled !== undefined) this.#region.interrupt(cancelled);
  }

  /** Whether it was cancelled. */
  get cancelCalled(): boolean {
    return this.#cancelCalled;
  }

  /** Whether it ended because it was cancelled. */
  get cancelCaught(): boolean {
    return this.#cancelCaught;
  }

  /** The time at which it is cancelled, by the loop's clock. */
  get deadline(): number | undefined {
    return this.#deadline;
  }

  /** Moves or removes the deadline. */
  set deadline(when: number | undefined) {
    if (when !== undefined) checkNumber("deadline", when);
    this.#deadline = when;
    this.#arm();
  }

  /** Describes it in a line. */
  toString(): string {
    const state = this.#isOver ? "over" : this.#region === undefined ? "not begun" : "active";
    const deadline = this.#deadline !== undefined && `deadline: ${this.#deadline}`;
    return inLine("CancelScope", state, this.#cancelCalled && "cancelled", deadline);
  }

  #arm(): void {
    this.#handle?.cancel();
    this.#handle = undefined;
    if (this.#region === undefined || this.#isOver || this.#deadline === undefined) return;
    const { loop, priority } = this.#region.flow;
    const cancel = () => this.cancel("deadline passed");
    if (this.#deadline <= loop.time()) return cancel();
    this.#handle = loop.callAtIn(priority, this.#deadline, cancel, []);
  }

  /** Cancels it: from now on every suspension inside throws. Harmless when done before. */
  cancel(message?: string): void {
    if (this.#cancelCalled) return;
    this.#cancelCalled = true;
    this.#message = message;
    if (this.#region === undefined) return;
    this.#owed &&= isInterrupted(this.#region.flow);
    this.#region.cancel(message);
  }

  /** Runs the body. */
  private *run<T>(body: Body<CancelScope, T>): Coroutine<T | undefined> {
    if (this.#region !== undefined) {
      throw new RuntimeError("Cannot enter a cancel scope twice: make another");
    }
    const flow = requireFlow("cancelScope()");
    const requests = requestsHere(flow);
    this.#owed = isInterrupted(flow);
    const region = this.#region = new Region(flow, this.#shield);
    if (this.#cancelCalled) region.cancel(this.#message);
    this.#arm();
    const isOwn = () => this.#cancelCalled && !this.#owed && requestsHere(flow) <= requests;
    try {
      return yield* callBody(body, this);
    } catch (error) {
      // A shield keeps the cancellation of scopes around it out: then it can be its own only.
      const isOurs = isOwn() && isCancelled(error) &&
        (region.isShielded || region.outer?.findCancelled() === undefined);
      if (!isOurs) throw error;
      this.#cancelCaught = true;
      return undefined;
    } finally {
      this.#handle?.cancel();
      this.#isOver = true;
      region.end();
      if (isOwn()) calm(flow);
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
  const scope = CancelScope["make"](options);
  return new Operation("cancelScope()", () => scope["run"](body));
}

/** Takes the current flow out of its cancel scopes, for cleanup that must be done; call to undo. */
export function leaveScope(): () => void {
  const flow = requireFlow("this");
  if (flow.rare?.region === undefined) return () => {};
  const shielded = new Region(flow, true);
  return () => shielded.end();
}
