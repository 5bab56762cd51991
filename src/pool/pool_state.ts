/**
 * The resources of a pool, and who waits for one.
 *
 * Making, checking and destroying run in tasks of the pool's own: who waits for a resource can be
 * cancelled at any time, and what is under way for it is for the next in line.
 *
 * ```text
 *            ┌─ checking ◄── idle ◄─┐
 * making ──► given to the first in line ──► leased ──► destroying
 *            └─ idle, if nobody waits
 * ```
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  closeAtEnd,
  type Coroutine,
  type CoroutineResult,
  type EventLoop,
  Failure,
  isCancelled,
  outcomeOf,
  Rules,
  runningLoop,
  type Task,
  type TimerHandle,
  WaitQueue,
} from "../lowlevel.ts";
import { endLease, type Lease, type Lessor, newLease } from "./lease.ts";
import { Shelf, type ShelfLife, type Shelved } from "./shelf.ts";

/** How long, in ms, nothing is made to be kept idle after that has failed: at first, and at most. */
const LEAST_PAUSE = 1000;
const MOST_PAUSE = 60_000;

/** What a pool holds, at one moment. */
export interface ResourcePoolStatistics {
  /** The most resources that there may be at once. */
  readonly max: number;
  /** The number of resources, those that are made or destroyed included. */
  readonly size: number;
  /** The number of those that nobody has. */
  readonly idle: number;
  /** The number of those that somebody has. */
  readonly leased: number;
  /** The number of those who wait for one. */
  readonly waiting: number;
  /** The number of resources that were ever made. */
  readonly created: number;
  /** The number of resources that were destroyed. */
  readonly destroyed: number;
  /** Whether it was closed. */
  readonly isClosed: boolean;
}

/** The settings of a pool, complete. */
export interface PoolSettings<T> extends ShelfLife {
  readonly create: () => CoroutineResult<T> | T;
  readonly destroy: (resource: T) => unknown;
  readonly check: ((resource: T) => unknown) | undefined;
  readonly max: number;
  readonly minIdle: number;
}

/** A resource, from when it begins to be made until it is destroyed. */
interface Resource<T> extends Shelved {
  state: "making" | "checking" | "idle" | "given" | "leased" | "destroying" | "doomed";
  value?: T;
  /** The task that makes or checks it. */
  task?: Task<void>;
  /** What making it failed with. */
  failure?: Failure;
  /** Whether a check found it sound. */
  isSound?: boolean;
  madeAt: number;
  usedAt: number;
}

/** The resources of a pool, and who waits for one. */
export class PoolState<T> extends Rules<Lease<T>> implements Lessor<T> {
  readonly settings: PoolSettings<T>;
  readonly line: WaitQueue = new WaitQueue("a ResourcePool");
  closed = false;
  /** Whether all is destroyed at the end of a run. */
  #isEnding = false;
  #created = 0;
  #destroyed = 0;
  readonly #all = new Set<Resource<T>>();
  readonly #idle: Shelf<Resource<T>>;
  /** What those in line who were woken have been given: a resource, or why there is none. */
  readonly #given: (Resource<T> | Failure)[] = [];
  readonly #leased = new Map<Lease<T>, Resource<T>>();
  /** The number of resources that are made or checked. */
  #preparing = 0;
  /** The number of those that are checked. */
  #checking = 0;
  /** Who waits for all resources to be gone. */
  readonly #closing = new WaitQueue("a ResourcePool");
  #loop: EventLoop | undefined;
  /** Calls off that it is emptied at the end of the run. */
  #forget: (() => void) | undefined;
  /** Ends the pause after what was to be kept idle could not be made. */
  #resume: TimerHandle | undefined;
  #pause = LEAST_PAUSE;

  constructor(settings: PoolSettings<T>) {
    super();
    this.settings = settings;
    this.#idle = new Shelf(settings, (resource) => this.#destroy(resource));
  }

  /** Returns what it holds, at this moment. */
  statistics(): ResourcePoolStatistics {
    return Object.freeze({
      max: this.settings.max,
      size: this.#all.size,
      idle: this.#idle.size,
      leased: this.#leased.size,
      waiting: this.line.live,
      created: this.#created,
      destroyed: this.#destroyed,
      isClosed: this.closed,
    });
  }

  /** The number of those in line who have not been given anything. */
  get #unserved(): number {
    return this.line.live - this.#given.length;
  }

  // Giving out.

  /** Begins to be used in the running loop. */
  #enter(): void {
    if (this.closed) throw closedError();
    const loop = runningLoop();
    if (this.#loop === loop) return;
    if (this.#loop !== undefined && !this.#loop.closed) {
      throw new RuntimeError(
        "Cannot acquire from the pool: another loop uses it, give each loop a pool of its own",
      );
    }
    this.#all.clear(); // What a loop that was closed has left cannot be destroyed any more.
    this.#leased.clear();
    this.#idle.clear();
    this.#given.length = this.#preparing = this.#checking = 0;
    this.#resume = undefined;
    this.#loop = loop;
    this.#forget = closeAtEnd({ close: () => this.end() }, "a ResourcePool", loop);
  }

  /** Gives an idle resource to a newcomer, if that need not wait. */
  override attempt(isFirst: boolean): boolean {
    if (!isFirst) return true;
    this.#enter();
    if (this.line.live > 0 || this.settings.check !== undefined) return false;
    const resource = this.#idle.take(this.#loop!);
    if (resource === undefined) return false;
    this.#give(resource);
    return true;
  }

  /** Makes the lease of who has been given something; throws if there is nothing to be had. */
  override result(): Lease<T> {
    const given = this.#given.shift();
    if (given === undefined) throw closedError();
    if (given instanceof Failure) throw given.error;
    given.state = "leased";
    const lease = newLease<T>(this, given.value!);
    this.#leased.set(lease, given);
    this.settle();
    return lease;
  }

  override begin(): void {
    this.settle();
  }

  override undo(lease: Lease<T>): void {
    lease[Symbol.dispose]();
  }

  override label(): string {
    return "ResourcePool.acquire()";
  }

  /** Finds the resource of a lease that has not ended. */
  resourceOf(lease: Lease<T>): T {
    return this.#leased.get(lease)!.value!;
  }

  /** Passes on what somebody was given who does not come for it. */
  override giveUp(wasWoken: boolean): void {
    const given = wasWoken ? this.#given.shift() : undefined;
    if (given instanceof Failure) this.#fail(given);
    else if (given !== undefined) this.#offer(given);
    this.settle();
  }

  takeBack(lease: Lease<T>, isSound: boolean): void {
    const resource = this.#leased.get(lease);
    if (resource === undefined) return;
    this.#leased.delete(lease);
    if (isSound) this.#keep(resource);
    else this.#destroy(resource);
    this.settle();
  }

  /** Sees to it that all in line will be served, as far as there may be resources. */
  settle(): void {
    const loop = this.#loop;
    if (this.closed || this.#isEnding || loop === undefined || loop.closed) return;
    const { check, max, minIdle } = this.settings;
    // What is there is given out, though a new one is being made for the same task.
    while (this.#unserved > this.#checking) {
      const resource = this.#idle.take(loop);
      if (resource === undefined) break;
      if (check === undefined) this.#offer(resource);
      else this.#check(resource, check);
    }
    while (this.#unserved > this.#preparing && this.#all.size < max) this.#make();
    if (this.#resume !== undefined) return;
    const surplus = () => this.#idle.size + this.#preparing - this.#unserved;
    while (surplus() < minIdle && this.#all.size < max) this.#make();
  }

  /** Gives a resource to the first in line, or keeps it. */
  #offer(resource: Resource<T>): void {
    if (!this.closed && this.line.wakeNext()) this.#give(resource);
    else this.#keep(resource);
  }

  /** Keeps a resource for whoever comes. */
  #keep(resource: Resource<T>): void {
    const loop = this.#loop!;
    if (this.closed || this.#isEnding || loop.closed) return this.#destroy(resource);
    resource.state = "idle";
    resource.usedAt = loop.time();
    this.#idle.put(resource, loop);
  }

  #give(resource: Resource<T>): void {
    resource.state = "given";
    this.#given.push(resource);
  }

  /** Lets the first in line know that a resource could not be made, or else the loop. */
  #fail(failure: Failure): void {
    if (!this.closed && this.line.wakeNext()) this.#given.push(failure);
    else if (!isCancelled(failure.error)) {
      this.#report("Could not create a resource of a pool, and nobody waited for it", failure);
    }
  }

  // Making and checking.

  #make(): void {
    const resource: Resource<T> = { state: "making", madeAt: 0, usedAt: 0 };
    this.#all.add(resource);
    this.#prepare(resource, () => this.#create(resource), () => {
      if ("value" in resource) {
        resource.madeAt = resource.usedAt = this.#loop!.time();
        this.#created++;
        this.#endPause();
        return this.#offer(resource);
      }
      this.#remove(resource);
      if (this.#unserved <= this.#preparing) this.#beginPause(); // It was to be kept idle.
      const { failure } = resource;
      const isCalledOff = failure === undefined || isCancelled(failure.error);
      if (!isCalledOff) return this.#fail(failure);
      if (this.#unserved > 0) this.#fail(new Failure(calledOffError(failure)));
    });
  }

  *#create(resource: Resource<T>): Coroutine<void> {
    const value = yield* outcomeOf<T>(this.settings.create());
    resource.value = value; // Not the task's result: a cancellation that comes late takes that away.
  }

  #check(resource: Resource<T>, check: (resource: T) => unknown): void {
    resource.state = "checking";
    resource.isSound = false;
    this.#checking++;
    this.#prepare(resource, () => this.#isSound(resource, check), () => {
      this.#checking--;
      if (resource.isSound) this.#offer(resource);
      else this.#destroy(resource);
    });
  }

  *#isSound(resource: Resource<T>, check: (resource: T) => unknown): Coroutine<void> {
    resource.isSound = (yield* outcomeOf(check(resource.value!))) !== false;
  }

  /** Makes or checks a resource in a task of its own, and goes on when that has ended. */
  #prepare(resource: Resource<T>, work: () => Coroutine<void>, then: () => void): void {
    const { state } = resource;
    this.#preparing++;
    const task = resource.task = this.#loop!.createTask(work, { name: `ResourcePool ${state}` });
    task.addDoneCallback(() => {
      this.#preparing--;
      delete resource.task;
      try {
        task.result();
      } catch (error) {
        resource.failure = new Failure(error);
      }
      then();
      this.settle();
    });
  }

  /** Waits a while, longer each time, before another one is made to be kept idle. */
  #beginPause(): void {
    if (this.closed || this.settings.minIdle === 0 || this.#resume !== undefined) return;
    this.#resume = this.#loop!.callLater(this.#pause, () => {
      this.#resume = undefined;
      this.settle();
    });
    this.#pause = Math.min(2 * this.#pause, MOST_PAUSE);
  }

  #endPause(): void {
    this.#resume?.cancel();
    this.#resume = undefined;
    this.#pause = LEAST_PAUSE;
  }

  // Destroying.

  #destroy(resource: Resource<T>): void {
    const loop = this.#loop!;
    if (loop.closed) return this.#remove(resource); // Nothing can be waited for any more.
    resource.state = "destroying";
    let hasBegun = false;
    const begin = () => {
      hasBegun = true;
      return this.#runDestroy(resource);
    };
    const task = loop.createTask(begin, { name: "ResourcePool destroying" });
    task.addDoneCallback(() => {
      if (hasBegun) {
        this.#destroyed++;
        this.#remove(resource);
      } else resource.state = "doomed"; // The run ends: it is destroyed when the pool is emptied.
      this.settle();
    });
  }

  *#runDestroy({ value }: Resource<T>): Coroutine<void> {
    try {
      yield* outcomeOf(this.settings.destroy(value!));
    } catch (error) {
      if (isCancelled(error)) throw error;
      this.#report("Could not destroy a resource of a pool", new Failure(error));
    }
  }

  #remove(resource: Resource<T>): void {
    this.#all.delete(resource);
    if (this.#all.size > 0) return;
    this.#closing.wakeAll();
    if (this.closed) this.#forget?.();
  }

  #report(message: string, { error: exception }: Failure): void {
    this.#loop!.callExceptionHandler({ message, exception });
  }

  // Closing.

  /** Gives nothing out any more, and waits until all that was given out is back, and destroyed. */
  *close(): Coroutine<void> {
    this.closed = true;
    this.#empty(false);
    try {
      yield* this.#untilEmpty();
    } catch (error) {
      this.#empty(true);
      throw error;
    }
  }

  /** Destroys all, what is leased included, for good. */
  *closeNow(): Coroutine<void> {
    this.closed = true;
    yield* this.end();
  }

  /** Destroys all, what is leased included; at the end of a run, it can be used again in another. */
  *end(): Coroutine<void> {
    this.#isEnding = true;
    this.#empty(true);
    yield* this.#untilEmpty();
    this.#isEnding = false;
    this.#forget?.();
    this.#loop = undefined;
  }

  *#untilEmpty(): Coroutine<void> {
    while (this.#all.size > 0) yield* this.#closing.wait("the end of a pool's resources");
  }

  /** Begins to destroy what nobody has; what is leased, too, if it is asked for. */
  #empty(isAll: boolean): void {
    this.#idle.clear();
    this.#given.length = 0;
    this.#endPause();
    this.line.wakeAll(); // They find that there is nothing for them.
    for (const [lease, resource] of isAll ? this.#leased : []) {
      endLease(lease as Lease<unknown>);
      this.#leased.delete(lease);
      resource.state = "idle";
    }
    for (const resource of [...this.#all]) {
      const { state, task } = resource;
      if (state === "making" || state === "checking") task?.cancel();
      else if (state !== "leased" && state !== "destroying") this.#destroy(resource);
    }
  }
}

/** Makes the error of those who ask a pool that was closed. */
function closedError(): RuntimeError {
  return new RuntimeError("Cannot acquire from the pool: it was closed");
}

/** Makes the error of those who wait for a resource whose making was cancelled, by whomever. */
function calledOffError(failure: Failure | undefined): RuntimeError {
  const message = "Cannot acquire a resource: the task that created it was cancelled";
  return new RuntimeError(message, failure && { cause: failure.error });
}
