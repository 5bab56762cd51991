/**
 * A flow: one call of an async function or of a generator, and what must be right at each of its
 * steps. A wait: one await of a flow, and what must be right when it ends.
 *
 * @module
 */

import { currentTask, getRunningLoop, isCancelled, RuntimeError } from "../../../mod.ts";
import {
  Account,
  cancelledScope,
  findReason,
  pendingIn,
  type ScopeRecord,
  type Target,
  type TaskRecord,
} from "./requests.ts";
import type { World } from "./world.ts";

/** How many turns later a wait has begun for certain, wherever its first microtask stood. */
const TURNS_TO_BEGIN = 2;

/** One call of a function of the program. */
export class Flow {
  readonly world: World;
  readonly task: TaskRecord;
  readonly name: string;
  /** The scopes it stands in, the innermost first. */
  readonly scopes: readonly ScopeRecord[];
  /** Its strand's; calls that the strand awaits share it. */
  readonly account: Account;
  /** The value of the `AsyncLocalStorage` here. */
  store: object;
  #calls = 0;

  constructor(
    task: TaskRecord,
    name: string,
    store: object,
    account: Account = new Account(),
    scopes: readonly ScopeRecord[] = [],
  ) {
    this.world = task.world;
    this.task = task;
    this.name = name;
    this.store = store;
    this.account = account;
    this.scopes = scopes;
  }

  /** Makes the flow of a function that this one calls and awaits, maybe inside of a scope. */
  call(scope?: ScopeRecord, store: object = this.store): Flow {
    const scopes = scope === undefined ? this.scopes : [scope, ...this.scopes];
    return this.#make(this.account, scopes, store);
  }

  /** Makes the flow of a strand that this one starts. */
  fork(): Flow {
    return this.#make(this.account.fork(), this.scopes, this.store);
  }

  #make(account: Account, scopes: readonly ScopeRecord[], store: object): Flow {
    return new Flow(this.task, `${this.name}.${++this.#calls}`, store, account, scopes);
  }

  /** Checks everything that must hold whenever the program's own code runs. */
  look(): void {
    const { world, task, store } = this;
    if (world.storage.getStore() !== store) this.fail("sees another AsyncLocalStorage value");
    if (world.loop.closed) return;
    const current = attempt(currentTask);
    // Once its task has ended, it belongs to another from its next wait on, while it waits.
    const isLeft = current?.name === `${task.name} (left behind)`;
    const isRight = current === task.task || task.task.done && isLeft;
    if (!isRight) this.fail(`runs as ${current?.name}, its task is ${describe(task)}`);
    if (task.task.done) return;
    if (attempt(getRunningLoop) !== world.loop) this.fail("runs on another loop, or on none");
    const { variable } = task;
    if (variable !== undefined && world.variable.get() !== variable) {
      this.fail("sees another ContextVar value");
    }
    // Nobody but the program has cancelled it, so the count is known.
    if (task.openScopes > 0 || task.isVague) return;
    const { cancelling } = task.task;
    if (cancelling !== task.requests) {
      this.fail(`counts ${cancelling} requests, not ${task.requests}`);
    }
  }

  /** Begins a wait of the library. */
  wait(label: string, options: WaitOptions = {}): Wait {
    this.trace(`awaits ${label}`);
    return new Wait(this, label, options);
  }

  fail(what: string): void {
    this.world.fail(`${this.name} ${what}`);
  }

  trace(what: string): void {
    this.world.trace(`${this.name} ${what}`);
  }
}

/** Asks what may throw where no loop is known. */
function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

function describe({ name, task }: TaskRecord): string {
  return task.done ? `${name}, which has ended` : name;
}

/** Configures a wait. */
export interface WaitOptions {
  /** Whose outcome it gives. */
  readonly targets?: readonly Target[];
  /** Whether its targets are left alone when it is cancelled. */
  readonly isShielded?: boolean;
  /** Whether, once it has begun, it certainly has not ended yet. */
  readonly isPending?: () => boolean;
  /** Whether it may throw an error that is no cancellation. */
  readonly mayThrow?: (error: unknown) => boolean;
  /** Checks the value that it gives. */
  readonly check?: (value: unknown) => void;
  /** Whether it waits for time to pass: then a cancelled scope ends it for certain. */
  readonly isSleep?: boolean;
}

/** One await of a flow. */
export class Wait {
  readonly flow: Flow;
  readonly label: string;
  readonly targets: readonly Target[];
  /** Whether its targets are cancelled when it is. */
  readonly passesOn: boolean;
  /** The moment at which it began, as the world counts them. */
  readonly moment: number;
  /** The loop's time when it began. */
  readonly began: number;
  /** Counts the requests to cancel the task when it began; none if it is not known when they came. */
  readonly requestsBefore: number;
  /** What was cancelled before it began: it throws that, and no request is done with. */
  readonly cancelledBefore: Target | undefined;
  readonly #options: WaitOptions;
  readonly #turn: number;
  /** Whether its task had ended when it began. */
  readonly wasEnded: boolean;
  readonly #wasClosed: boolean;
  /** Whether it is told how it ends: not of what a `Promise.all` that has failed awaits still. */
  isSeen = true;
  /** Why it must throw a `CancelledError`. */
  #mustThrow: string | undefined;

  constructor(flow: Flow, label: string, options: WaitOptions) {
    const { world, task } = this.flow = flow;
    this.label = label;
    this.#options = options;
    this.targets = options.targets ?? [];
    this.passesOn = !options.isShielded;
    this.moment = world.nextMoment();
    this.began = world.loop.time();
    this.requestsBefore = task.isVague ? 0 : task.bound();
    this.cancelledBefore = options.targets?.find((target) => target.cancelled);
    this.#turn = world.turn;
    this.wasEnded = task.task.done;
    this.#wasClosed = world.loop.closed;
    const scope = cancelledScope(flow);
    if (
      options.isSleep && scope !== undefined && flow.scopes.every((around) => !around.bodyEnded)
    ) {
      this.#mustThrow = `${scope.name} was cancelled before`;
    }
    world.waits.add(this);
  }

  /** Whether it has begun and not ended, for certain. */
  get isParked(): boolean {
    const { world } = this.flow;
    return world.turn >= this.#turn + TURNS_TO_BEGIN && (this.#options.isPending?.() ?? false);
  }

  /** Notes that it was cancelled, so that it must throw. */
  cancel(why: string): void {
    if (this.isParked) this.#mustThrow = why;
  }

  /** Whether an error can be its own. */
  mayFail(error: unknown): boolean {
    return isCancelled(error)
      ? findReason(this.flow, this, true) !== undefined
      : this.#options.mayThrow?.(error) ?? false;
  }

  /** Checks that it may end with a value. */
  succeed(value: unknown): void {
    const { flow, label } = this;
    this.end();
    flow.trace(`had ${label}`);
    if (this.#wasClosed) flow.fail(`had ${label} of a loop that has closed`);
    if (this.#mustThrow !== undefined) {
      flow.fail(`had ${label}, though it must have been cancelled: ${this.#mustThrow}`);
    }
    this.#options.check?.(value);
  }

  /** Checks that it may end with an error. */
  throw(error: unknown): void {
    const { flow, label } = this;
    const { world } = flow;
    this.end();
    flow.trace(`threw ${error} of ${label}`);
    if (isCancelled(error)) {
      // What passes on an error of the program's own code adds no reason to it.
      const known = this.#options.mayThrow?.(error) ? world.reasons.get(error) : undefined;
      const reason = known ?? findReason(flow, this);
      if (reason !== undefined) world.reasons.set(error, reason);
      else if (!world.loop.closed) flow.fail(`threw ${error} of ${label}, and nobody asked for it`);
    } else if (!(error instanceof RuntimeError && world.loop.closed)) {
      if (!this.#options.mayThrow?.(error)) flow.fail(`threw ${error} of ${label}`);
    }
  }

  /** Ends it, whatever has come of it. */
  end(): void {
    const { flow } = this;
    if (this.passesOn && this.targets.length > 0) {
      const pending = pendingIn(flow, this);
      for (const target of this.targets) target.passedOn += pending;
    }
    flow.world.waits.delete(this);
  }
}
