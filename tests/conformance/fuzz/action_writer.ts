import type { Action, Awaitable, Statement, Target } from "./program.ts";
import { type Plan, plan } from "./plan.ts";
import { writeCall, writeWait } from "./primitive_writer.ts";
import { Random } from "./random.ts";

/** How many statements a run may execute at most. */
export const MAX_COST = 150;

/** The names of the operations. */
export type Op = Statement["op"];

/** How likely each operation is. */
export type Weights = Partial<Record<Op, number>>;

/** Where a statement stands. */
export interface Place {
  /** The body it belongs to. */
  body: number;
  /** How many statements it is nested in. */
  depth: number;
  /** How often it runs each time the body runs. */
  times: number;
  /** Whether it belongs to a callback. */
  callback?: boolean;
  /** Whether `return` is allowed. */
  returns?: boolean;
  /** The task group around it. */
  group?: string;
  /** The timeout around it. */
  scope?: string;
  /** The primitive acquired around it. */
  held?: string;
}

/** How likely each action is in a body. */
export const ACTIONS: Weights = {
  log: 1,
  create: 6,
  groupCreate: 2,
  resolve: 6,
  fail: 2,
  cancel: 10,
  uncancel: 2,
  cancelling: 1,
  query: 3,
  addCallback: 3,
  removeCallback: 2,
  callSoon: 3,
  callLater: 3,
  cancelHandle: 1,
  reschedule: 3,
  expired: 2,
  hold: 3,
  tasks: 1,
  raise: 2,
  use: 22,
};

/** How likely each action is in a callback. */
const CALLBACK_ACTIONS: Weights = { ...ACTIONS, create: 2, groupCreate: 1, log: 3 };

/** Writes what never suspends, and the awaitables, of one random program. */
export class ActionWriter {
  /** The source of choices. */
  protected readonly random: Random;
  /** The names. */
  protected readonly plan: Plan;
  /** The callbacks so far, each with the body it was written for. */
  protected readonly callbacks: { owner: number; cost: number; actions: Action[] }[] = [];
  /** What running each body costs, in statements; those not written yet are missing. */
  protected readonly costs: number[] = [];
  /** What the body being written costs so far. */
  protected cost = 0;
  /** The done callbacks so far and what they were added to. */
  readonly #added: { target: Target; callback: number }[] = [];
  /** The last number given to a value or a message. */
  #count = 0;

  /** Plans the program of the seed. */
  constructor(seed: number) {
    this.random = new Random(seed);
    this.plan = plan(this.random);
  }

  /** Returns a number not used yet. */
  protected number(): number {
    return ++this.#count;
  }

  /** Returns a delay of the program's few. */
  protected delay(): number {
    return this.random.pick(this.plan.delays);
  }

  /** Returns a delay, or none with the probability given. */
  protected limit(none: number): number | null {
    return this.random.chance(none) ? null : this.delay();
  }

  /** Writes an action, or returns undefined where the kind is impossible. */
  protected action(op: Op, place: Place): Action | undefined {
    const { random, plan } = this;
    switch (op) {
      case "log":
      case "raise":
        return op === "log"
          ? { op, text: `mark ${this.number()}` }
          : { op, message: `e${this.number()}` };
      case "create":
      case "groupCreate":
        return this.creation(op, place);
      case "resolve":
        return { op, slot: random.pick(plan.futures), value: this.number() };
      case "fail":
        return { op, slot: random.pick(plan.futures), message: `e${this.number()}` };
      case "cancel":
        return {
          op,
          target: this.target(place, true),
          message: random.chance(0.5) ? `m${this.number()}` : null,
        };
      case "uncancel":
      case "cancelling":
        return { op, target: this.task(place) };
      case "query":
        return { op, target: this.target(place, false) };
      case "addCallback":
      case "removeCallback": {
        const again = this.#added.length > 0 && this.cost < MAX_COST &&
          random.chance(op === "addCallback" ? 0.3 : 0.8);
        if (again) {
          const { target, callback } = random.pick(this.#added);
          this.cost += this.callbacks[callback].cost * place.times;
          return { op, target, callback };
        }
        const callback = this.callback(place);
        if (callback === undefined) return undefined;
        const added = { target: this.target(place, false), callback };
        this.#added.push(added);
        return { op, ...added };
      }
      case "callSoon": {
        const callback = this.callback(place);
        return callback === undefined
          ? undefined
          : { op, slot: random.pick(plan.handles), callback };
      }
      case "callLater": {
        const callback = this.callback(place);
        return callback === undefined
          ? undefined
          : { op, slot: random.pick(plan.handles), ms: this.delay(), callback };
      }
      case "cancelHandle":
        return { op, slot: random.pick(plan.handles) };
      case "reschedule":
        if (place.scope === undefined && random.chance(0.75)) return undefined;
        return { op, scope: this.near(place.scope, plan.scopes), ms: this.limit(0.15) };
      case "expired":
        return place.scope === undefined ? undefined : { op, scope: place.scope };
      case "hold":
        return this.#hold(place);
      case "tasks":
        return { op };
      case "use":
        return plan.primitives.length === 0
          ? undefined
          : writeCall(random, plan.primitives, place.held);
      default:
        return undefined;
    }
  }

  /** Writes the creation of a task of a later body that is not too expensive. */
  protected creation(op: "create" | "groupCreate", place: Place): Action | undefined {
    const choices = this.plan.tasks.filter(({ body }) => this.#affords(body, place));
    return choices.length === 0 ? undefined : this.create(op, place, this.random.pick(choices));
  }

  /** Writes the creation of a task in a slot. */
  protected create(
    op: "create" | "groupCreate",
    place: Place,
    { slot, body }: Plan["tasks"][number],
  ): Action {
    this.cost += this.costs[body] * place.times;
    const eager = this.plan.eager && this.random.chance(0.5);
    if (op === "create") return { op, slot, body, eager };
    return { op, group: this.near(place.group, this.plan.groups), slot, body, eager };
  }

  /** Chooses mostly the name around a statement, if there is one. */
  protected near(around: string | undefined, all: string[]): string {
    return around !== undefined && this.random.chance(0.7) ? around : this.random.pick(all);
  }

  /** Returns whether the body may be run from here. */
  #affords(body: number, place: Place): boolean {
    return body > place.body && this.cost + this.costs[body] * place.times <= MAX_COST;
  }

  /** Chooses a task: any, main or the current one. */
  protected task(place: Place): Target {
    const kind = this.random.weighted({ task: 12, main: 2, self: place.callback ? 0 : 2 });
    if (kind === "self") return { kind };
    return { kind: "task", slot: kind === "main" ? kind : this.random.pick(this.plan.tasks).slot };
  }

  /** Chooses a task, a future or a held awaitable. */
  protected target(place: Place, self: boolean): Target {
    const { random, plan } = this;
    const kind = random.weighted({ task: 12, future: 4, held: plan.held.length > 0 ? 2 : 0 });
    if (kind === "future") return { kind, slot: random.pick(plan.futures) };
    if (kind === "held") return { kind, slot: random.pick(plan.held).slot };
    return self ? this.task(place) : { kind, slot: random.pick(plan.tasks).slot };
  }

  /** Writes a callback or chooses one that cannot start what starts it; undefined when there is no room left. */
  protected callback(place: Place): number | undefined {
    const known = this.callbacks.flatMap(({ owner, cost }, index) =>
      owner >= place.body && this.cost + cost * place.times <= MAX_COST ? [index] : []
    );
    if (known.length > 0 && this.random.chance(place.callback ? 0.8 : 0.5)) {
      const index = this.random.pick(known);
      this.cost += this.callbacks[index].cost * place.times;
      return index;
    }
    if (this.callbacks.length >= 8) return undefined;
    const before = this.cost;
    const actions: Action[] = [];
    const inside = { body: place.body, depth: 1, times: place.times, callback: true };
    for (let left = this.random.integer(0, 2); left > 0; left--) {
      const action = this.action(this.random.weighted(CALLBACK_ACTIONS), inside);
      if (action !== undefined) actions.push(action);
    }
    this.cost += (1 + actions.length) * place.times;
    const cost = Math.ceil((this.cost - before) / place.times);
    return this.callbacks.push({ owner: place.body, cost, actions }) - 1;
  }

  /** Writes an awaitable that depends only on bodies after `above`. */
  protected awaitable(place: Place, above: number, depth: number, future = false): Awaitable {
    const { random, plan } = this;
    const tasks = plan.tasks.filter(({ body }) => body > above);
    const calls = tasks.filter(({ body }) => this.#affords(body, place));
    const held = plan.held.filter(({ rank }) => rank > above);
    const nested = depth < 2 ? 1 : 0;
    const kind = random.weighted({
      task: tasks.length > 0 ? 12 : 0,
      future: 5,
      held: held.length > 0 ? 4 : 0,
      call: calls.length > 0 && !future ? 6 : 0,
      sleep: future ? 0 : 2,
      shield: nested * 4,
      gather: nested * 5,
      waitFor: future ? 0 : nested * 7,
      use: future || plan.primitives.length === 0 ? 0 : depth === 0 ? 20 : 12,
    });
    switch (kind) {
      case "task":
        return { kind, slot: random.pick(tasks).slot };
      case "future":
        return { kind, slot: random.pick(plan.futures) };
      case "held":
        return { kind, slot: random.pick(held).slot };
      case "call": {
        const { body } = random.pick(calls);
        this.cost += this.costs[body] * place.times;
        return { kind, body };
      }
      case "sleep":
        return { kind, ms: this.delay(), value: this.number() };
      case "shield":
        return { kind, of: this.awaitable(place, above, depth + 1) };
      case "waitFor":
        return { kind, of: this.awaitable(place, above, depth + 1), ms: this.limit(0.1) };
      case "gather":
        return {
          kind,
          of: this.awaitables(place, above, depth + 1),
          returnExceptions: random.chance(0.4),
        };
      case "use":
        return writeWait(random, plan.primitives, place.held);
    }
  }

  /** Writes several awaitables, sometimes one of them twice. */
  protected awaitables(place: Place, above: number, depth: number, future = false): Awaitable[] {
    const count = this.random.integer(1, 3);
    const written = Array.from(
      { length: count },
      () => this.awaitable(place, above, depth, future),
    );
    const named = written.filter(({ kind }) =>
      kind === "task" || kind === "future" || kind === "held"
    );
    if (named.length > 0 && this.random.chance(0.25)) written.push(this.random.pick(named));
    return written;
  }

  /** Writes a shield or a gather that is kept in a slot. */
  #hold(place: Place): Action | undefined {
    const slots = this.plan.held.filter(({ rank }) => rank > place.body);
    if (slots.length === 0) return undefined;
    const { slot, rank } = this.random.pick(slots);
    const above = rank - 1;
    const of: Awaitable = this.random.chance(0.35)
      ? { kind: "shield", of: this.awaitable(place, above, 1) }
      : {
        kind: "gather",
        of: this.awaitables(place, above, 1),
        returnExceptions: this.random.chance(0.4),
      };
    return { op: "hold", slot, of };
  }
}
