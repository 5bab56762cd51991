/**
 * Who may be cancelled, by whom, and how often: the rules by which each `CancelledError` is judged.
 *
 * A request comes from a source: the task, a timeout that is over, a group that fails. Each strand
 * may throw each request once, so a strand counts what it has thrown of each source. A cancelled
 * scope is no request: it throws at every wait inside. An error that no rule explains is a failure.
 *
 * The rules are those of an upper bound. What could come of two sources is charged to the inner
 * one, which is the first to be gone; so no error is ever blamed that had a reason.
 *
 * @module
 */

import type { CancelScope, Task, Timeout } from "../../../mod.ts";
import type { Flow, Wait } from "./flow.ts";
import type { World } from "./world.ts";

/** What can request a cancellation. */
export interface Source {
  readonly name: string;
  /** Counts its requests so far, or more. */
  bound(): number;
  /** Whether others than the program may request too, at a time that is not known. */
  readonly isVague: boolean;
}

/** What is cancelled when who awaits it is: a task, or a future. */
export abstract class Target implements Source {
  readonly world: World;
  readonly name: string;
  /** Counts requests that waits which are over may have passed on. */
  passedOn = 0;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
  }

  bound(): number {
    let count = this.passedOn;
    for (const wait of this.world.waits) {
      if (wait.passesOn && wait.targets.includes(this)) count += pendingIn(wait.flow, wait);
    }
    return count;
  }

  abstract readonly isVague: boolean;
  /** Whether it was cancelled, for a reason. */
  abstract readonly cancelled: boolean;
}

/** A task of the program, and what was done to it. */
export class TaskRecord extends Target {
  /** The result of its function, when that succeeds. */
  readonly token: object = {};
  readonly group: ScopeRecord | undefined;
  task!: Task<unknown>;
  /** What its function threw. */
  thrown: { readonly error: unknown } | undefined;
  /** Counts the calls of `cancel()` by the program. */
  requests = 0;
  /** Counts its timeouts and groups that have not ended. */
  openScopes = 0;
  /** The value that the `ContextVar` has in this task, if that is known. */
  variable: object | undefined;

  constructor(world: World, name: string, creator?: TaskRecord, group?: ScopeRecord) {
    super(world, name);
    // What a strand that was left behind sees of its task's variables is not promised.
    this.variable = creator?.task.done ? undefined : creator?.variable;
    this.group = group;
  }

  get cancelled(): boolean {
    // The reason of what its function threw was found when it was thrown.
    return this.task.cancelled && (this.thrown !== undefined || this.bound() > 0);
  }

  override bound(): number {
    return super.bound() + this.requests + this.#ofTheGroup() + this.#ofTheEnd();
  }

  /** A group cancels its children as it is cancelled, which at an end may be seen too late. */
  #ofTheGroup(): number {
    if (this.group === undefined) return 0;
    const isEnding = this.world.isClosing || this.group.flow.task.task.done;
    return this.group.isAborting || isEnding ? 1 : 0;
  }

  get isVague(): boolean {
    return this.bound() !== this.requests;
  }

  /** At the end, `run()` cancels each task once; what a task has left behind, when it finds it. */
  #ofTheEnd(): number {
    if (!this.world.isClosing) return 0;
    return this.task.done ? Infinity : 1;
  }
}

/** A timeout, a cancel scope or a group, while it lasts and after. */
export class ScopeRecord implements Source {
  readonly name: string;
  readonly kind: "timeout" | "scope" | "group";
  /** The place of its operation. */
  readonly flow: Flow;
  readonly shield: boolean;
  /** Says by how much each outer source had requested when it began. */
  readonly #before = new Map<Source, number>();
  /** Its own wait: what is around that is around it, and may end before it does. */
  wait: Wait | undefined;
  timeout: Timeout | undefined;
  scope: CancelScope | undefined;
  /** Whether the program has stopped it by hand. */
  wasStopped = false;
  /** Whether its body has ended; scopes end with it. */
  bodyEnded = false;
  /** The moment at which it ended, as the world counts them. */
  endedAt: number | undefined;
  /** Groups: whether a child or the body has failed, or it was cancelled. */
  #isAborting = false;

  constructor(
    name: string,
    kind: ScopeRecord["kind"],
    flow: Flow,
    shield = false,
  ) {
    this.name = `${name} in ${flow.name}`;
    this.kind = kind;
    this.flow = flow;
    this.shield = shield;
    for (const source of sourcesOf(flow)) this.#before.set(source, source.bound());
  }

  bound(): number {
    switch (this.kind) {
      case "timeout":
        return this.timeout?.expired ? 1 : 0;
      case "scope":
        return 0;
      case "group":
        return this.isAborting ? 1 : 0;
    }
  }

  get isVague(): boolean {
    return this.kind === "group" && this.isAborting && !this.#isAborting;
  }

  /** Whether the group cancels its body and its children. */
  get isAborting(): boolean {
    return this.#isAborting || this.endedAt === undefined && pendingIn(this.flow, this.wait) > 0;
  }

  /** Cancels the group from here on. */
  abort(): void {
    this.#isAborting = true;
  }

  /** Remembers at the end of the group that it was cancelled from outside. */
  end(moment: number): void {
    if (this.isAborting) this.abort();
    this.bodyEnded = true;
    this.endedAt = moment;
  }

  /** Whether each wait inside is cancelled. */
  get isCancelled(): boolean {
    return this.scope?.cancelCalled ?? false;
  }

  /** Whether a source may have made a request since this scope began. */
  hasSeen(source: Source): boolean {
    return source.isVague || source.bound() > (this.#before.get(source) ?? 0);
  }
}

/** What a strand has thrown of each source's requests. */
export class Account {
  readonly #thrown: Map<Source, number>;

  constructor(thrown: ReadonlyMap<Source, number> = new Map()) {
    this.#thrown = new Map(thrown);
  }

  /** Begins the account of a strand that this one starts. */
  fork(): Account {
    return new Account(this.#thrown);
  }

  /** Counts the requests of a source that may still be thrown. */
  open(source: Source): number {
    const bound = source.bound();
    return bound === Infinity ? bound : Math.max(0, bound - (this.#thrown.get(source) ?? 0));
  }

  /** Throws a request; all that were made `before` the wait began are one. */
  charge(source: Source, before = 0): void {
    const thrown = this.#thrown.get(source) ?? 0;
    this.#thrown.set(source, Math.max(thrown + 1, before));
  }

  /** Takes over what another strand has thrown, whose failure this one throws. */
  merge(other: Account): void {
    for (const [source, thrown] of other.#thrown) {
      this.#thrown.set(source, Math.max(thrown, this.#thrown.get(source) ?? 0));
    }
  }
}

/** Lists what can request a cancellation of a flow, the innermost first. */
export function sourcesOf(flow: Flow): Source[] {
  return [...flow.scopes, flow.task];
}

/** Whether a scope is around a wait: it has not ended, or had not when the wait began. */
function isAround(scope: ScopeRecord, wait: Wait | undefined): boolean {
  return scope.endedAt === undefined || wait !== undefined && wait.moment <= scope.endedAt;
}

/** Finds a cancelled scope around a flow that no shield keeps out. */
export function cancelledScope(flow: Flow, wait?: Wait): ScopeRecord | undefined {
  for (const scope of flow.scopes) {
    if (!isAround(scope, wait)) continue;
    if (scope.isCancelled) return scope;
    if (scope.shield && scope.endedAt === undefined) return undefined;
  }
  return undefined;
}

/** Counts the requests that a flow may still have to throw, or to pass on. */
export function pendingIn(flow: Flow, wait?: Wait): number {
  let count = cancelledScope(flow, wait) === undefined ? 0 : 1;
  for (const source of sourcesOf(flow)) {
    if (source instanceof ScopeRecord && !isAround(source, wait)) continue;
    count += flow.account.open(source);
  }
  return count;
}

/** Why an error was thrown. */
export interface Reason {
  readonly source: Source;
  /** Whether what was awaited was cancelled too: then that may be the reason. */
  readonly isOfTarget: boolean;
}

/** Finds why a wait has thrown a `CancelledError`, and charges it unless `peek`. */
export function findReason(flow: Flow, wait: Wait, peek = false): Reason | undefined {
  const target = wait.targets.find((target) => target.cancelled);
  const isOfTarget = target !== undefined;
  const scope = cancelledScope(flow, wait);
  if (scope !== undefined) return { source: scope, isOfTarget };
  if (wait.cancelledBefore !== undefined) {
    return { source: wait.cancelledBefore, isOfTarget: true };
  }
  for (const source of sourcesOf(flow)) {
    if (source instanceof ScopeRecord && !isAround(source, wait)) continue;
    if (flow.account.open(source) === 0) continue;
    if (!peek) flow.account.charge(source, source === flow.task ? wait.requestsBefore : 0);
    return { source, isOfTarget };
  }
  if (target !== undefined) return { source: target, isOfTarget };
  return mustLetGo(flow, wait) ? { source: flow.task, isOfTarget } : undefined;
}

/** Whether a wait is to take nothing any more: its task has ended while it stood in line. */
function mustLetGo({ task }: Flow, { label, wasEnded }: Wait): boolean {
  return task.task.done && !wasEnded && /^(get|lock|semaphore) /.test(label);
}

/** Finds who outside of a scope, which `wait` awaits, wants the `CancelledError` that leaves it. */
export function findOuterReason(
  scope: ScopeRecord,
  wait: Wait,
  inner: Reason,
): Reason | undefined {
  if (inner.isOfTarget || inner.source !== scope) return inner;
  const { flow } = scope;
  const cancelled = cancelledScope(flow, wait);
  if (cancelled !== undefined) return { source: cancelled, isOfTarget: false };
  for (const source of sourcesOf(flow)) {
    if (source instanceof ScopeRecord && !isAround(source, wait)) continue;
    const isOpen = flow.account.open(source) > 0;
    if (isOpen) flow.account.charge(source);
    if (isOpen || scope.hasSeen(source)) return { source, isOfTarget: false };
  }
  return undefined;
}
