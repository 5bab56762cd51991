/**
 * Sharing what is dear to make, and can be used by one at a time: connections to a database.
 *
 * @module
 */

import {
  type Awaitable,
  checkAbove,
  checkFunction,
  checkOptions,
  checkWhole,
  type Coroutine,
  type CoroutineResult,
  countCancelledWaits,
  countWaiting,
  inLine,
  isCancelled,
  Operation,
  outcomeOf,
  requireFlow,
  showInLine,
  Wait,
} from "../lowlevel.ts";
import type { Lease } from "./lease.ts";
import { PoolState, type ResourcePoolStatistics } from "./pool_state.ts";

const KNOWN = [
  "create",
  "destroy",
  "check",
  "max",
  "minIdle",
  "maxAge",
  "maxIdle",
  "keepAfter",
];

/**
 * What a pool is made of, and how much.
 *
 * `create`, `destroy` and `check` are plain functions or coroutine functions of either front end. They
 * run in tasks of the pool's own.
 */
export interface ResourcePoolOptions<T> {
  /**
   * Makes a resource. Where it can be cancelled, when the pool is closed, it has to undo by itself
   * what it has half done.
   */
  create: () => CoroutineResult<T> | T;
  /** Destroys one; what it throws goes to the loop's exception handler. */
  destroy: (resource: T) => unknown;
  /**
   * Checks one that was made or used before, each time before it is given out: one for which this
   * gives `false`, or throws, is destroyed. None is checked unless given.
   */
  check?: ((resource: T) => unknown) | undefined;
  /** The most resources that there are at once, those that are made or destroyed included. */
  max: number;
  /** How many are kept idle, within `max`, once the pool is used; 0 unless given. */
  minIdle?: number | undefined;
  /** How old, in ms, one may be when it is given out or kept; no bound unless given. */
  maxAge?: number | undefined;
  /** How long, in ms, one may lie idle; no bound unless given. */
  maxIdle?: number | undefined;
  /**
   * Decides whether a resource is as good as before when a function given to `use()` has failed with
   * an error, as after a duplicate key. None is unless given; cancelled ones never are.
   */
  keepAfter?: ((error: unknown) => boolean) | undefined;
}

/**
 * Shares resources that one at a time can use, such as connections to a database.
 *
 * Who asks first is served first, by the resource that was used last, or by a new one while there are
 * fewer than `max`. It belongs to the loop that uses it: at the end of `run` all is destroyed, and
 * what is used again in another loop begins anew.
 *
 * **Cancel safety.** Who is cancelled while waiting leaves the line; a resource that is being made or
 * checked goes to the next, or is kept. What is in use when it is cancelled, by a request, a timeout
 * or a scope, is never given to another: it is destroyed. A failure to make one is told to the first
 * in line or, where nobody waits, to the loop's exception handler.
 *
 * **Gotchas.** `create` and `check` may hang: bound them by `timeout()`. Where `create` awaits
 * `until(promise)` and is cancelled, what the promise gives is dropped: return the promise itself, or
 * heed the signal. A task that asks for a second resource while it has one may wait for ever.
 *
 * ```ts
 * import { createTask, ResourcePool, run, sleep, VirtualClock } from "@weft/weft";
 *
 * let count = 0;
 * const pool = new ResourcePool({
 *   create: async () => {
 *     await sleep(50);
 *     return { id: ++count };
 *   },
 *   destroy: () => sleep(1),
 *   max: 1,
 * });
 * await run(async () => {
 *   await using _closing = pool;
 *   console.assert(await pool.use(({ id }) => sleep(10, id)) === 1);
 *   const impatient = createTask(() => pool.use(() => sleep(1000)));
 *   await sleep(1);
 *   impatient.cancel(); // in the middle
 *   console.assert(await pool.use(({ id }) => id) === 2);
 * }, { clock: new VirtualClock() });
 * ```
 */
export class ResourcePool<T> implements AsyncDisposable {
  static readonly #shown: void = /* @__PURE__ */ showInLine<ResourcePool<unknown>>(this);

  readonly #state: PoolState<T>;
  readonly #keepAfter: (error: unknown) => boolean;

  /** Makes a pool that has made nothing yet. */
  constructor(options: ResourcePoolOptions<T>) {
    checkOptions("a ResourcePool", options, KNOWN);
    const { create, destroy, check, max, minIdle = 0 } = options;
    const { maxAge = Infinity, maxIdle = Infinity, keepAfter = () => false } = options;
    checkFunction("create", create);
    checkFunction("destroy", destroy);
    if (check !== undefined) checkFunction("check", check);
    checkWhole("max", max, 1);
    checkWhole("minIdle", minIdle, 0);
    if (minIdle > max) {
      throw new RangeError(`minIdle must be at most max, which is ${max}: ${minIdle}`);
    }
    checkAbove("maxAge", maxAge, 0);
    checkAbove("maxIdle", maxIdle, 0);
    checkFunction("keepAfter", keepAfter);
    this.#keepAfter = keepAfter;
    this.#state = new PoolState({ create, destroy, check, max, minIdle, maxAge, maxIdle });
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#state.closed;
  }

  /** Waits for a resource, which is nobody else's until its lease ends. */
  acquire(): Awaitable<Lease<T>> {
    return new Wait(this.#state.line, this.#state);
  }

  /**
   * Calls a function with a resource, which is nobody else's until the function has ended.
   *
   * The resource goes back to the pool if the function returns, and no wait of it was cancelled on
   * the way. If one was, or if it throws, the resource is in doubt, and destroyed; `keepAfter` says
   * after which errors it is not. The function may be plain, or a coroutine function.
   *
   * **Cancel safety.** Cancelled while it waits, it takes nothing; cancelled while the function runs,
   * the resource is destroyed, even if the function catches that and returns.
   *
   * **Gotchas.** Where a branch of a `select()`, or another task, was using the resource and was
   * called off, the pool cannot know: then call `discard()` of the lease, the second argument.
   */
  use<R>(fn: (resource: T, lease: Lease<T>) => CoroutineResult<R> | R): Awaitable<R> {
    checkFunction("fn", fn);
    return new Operation("ResourcePool.use()", () => this.#use(fn));
  }

  *#use<R>(fn: (resource: T, lease: Lease<T>) => CoroutineResult<R> | R): Coroutine<R> {
    const lease = yield* new Wait(this.#state.line, this.#state);
    const flow = requireFlow("ResourcePool.use()");
    const before = countCancelledWaits(flow);
    let mayBeSound = false;
    try {
      const result = yield* outcomeOf<R>(fn(this.#state.resourceOf(lease), lease));
      mayBeSound = true;
      return result;
    } catch (error) {
      mayBeSound = !isCancelled(error) && this.#keepAfter(error);
      throw error;
    } finally {
      if (!mayBeSound || countCancelledWaits(flow) !== before) lease.discard();
      lease[Symbol.dispose]();
    }
  }

  /**
   * Gives nothing out any more, and waits until all is destroyed: what nobody has at once, the rest
   * as it comes back. Those who wait for a resource get a `RuntimeError`. Harmless when done before.
   *
   * **Cancel safety.** Cancelled while it waits, as by a `timeout()`, it begins to destroy what has
   * not come back, and goes on.
   *
   * **Gotchas.** Who has a resource waits for itself here.
   */
  close(): Awaitable<void> {
    return new Operation("ResourcePool.close()", () => this.#state.close());
  }

  /**
   * Closes it at the end of an `await using`, and destroys all at once: what somebody has, too.
   *
   * A block cannot tell how it was left. One that waited for what others have would hold up the error
   * that it was left with. Await their work in the block, or `close()` at its end.
   */
  [Symbol.asyncDispose](): Awaitable<void> {
    return new Operation("the end of a pool's block", () => this.#state.closeNow());
  }

  /** Returns what it holds, at this moment. */
  statistics(): ResourcePoolStatistics {
    return this.#state.statistics();
  }

  /** Describes it in a line. */
  toString(): string {
    const { max, leased, idle, waiting } = this.statistics();
    const counts = `leased: ${leased} of ${max}, idle: ${idle}`;
    return inLine("ResourcePool", this.closed && "closed", counts, countWaiting(waiting));
  }
}
