/** Writes a random program for a seed: small, terminating (see program.ts), and full of races. */
import { chooseAcquirable, writeRescue } from "./primitive_writer.ts";
import type { Action, Program, Statement } from "./program.ts";
import {
  ACTIONS,
  ActionWriter,
  MAX_COST,
  type Op,
  type Place,
  type Weights,
} from "./action_writer.ts";

/** How deep statements nest. */
const MAX_DEPTH = 3;

/** How likely each suspending statement without statements inside is. */
const WAITS: Weights = { sleep: 12, await: 16, wait: 5, return: 1 };

/** How likely each statement with statements inside is. */
const BLOCKS: Weights = {
  try: 10,
  timeout: 6,
  timeoutAt: 2,
  group: 6,
  asCompleted: 4,
  repeat: 2,
  with: 12,
};

/** The actions that make a race when several follow each other without a suspension. */
const RACERS: Weights = {
  cancel: 6,
  resolve: 5,
  fail: 2,
  callSoon: 2,
  reschedule: 2,
  create: 2,
  uncancel: 1,
  use: 12,
};

/** The operations of main that often raise. */
const FRAGILE: ReadonlySet<Op> = new Set([
  "await",
  "timeout",
  "timeoutAt",
  "group",
  "asCompleted",
  "repeat",
  "with",
  "raise",
]);

/** Writes the statements of one program, the last body first, so that what a body costs is known where it is used. */
class Generator extends ActionWriter {
  /** Writes the program. */
  program(): Program {
    const bodies: Statement[][] = [];
    for (let body = this.plan.bodies - 1; body >= 0; body--) {
      this.cost = 1;
      bodies[body] = body === 0 ? this.#main() : this.#body(body);
      this.costs[body] = this.cost;
    }
    return {
      futures: this.plan.futures.length,
      primitives: this.plan.primitives,
      callbacks: this.callbacks.map(({ actions }) => actions),
      bodies,
    };
  }

  /** Writes main: at first some tasks and a way out for whoever waits for a future, at the end maybe a clean-up. */
  #main(): Statement[] {
    const place: Place = { body: 0, depth: 0, times: 1, returns: this.random.chance(0.3) };
    const written: Statement[] = [];
    if (this.random.chance(0.93)) written.push(this.#backstop());
    if (this.plan.primitives.length > 0 && this.random.chance(0.6)) written.push(this.#alarm());
    for (const task of this.plan.tasks) {
      if (this.random.chance(0.85) && this.cost < MAX_COST) {
        written.push(this.create("create", place, task));
      }
    }
    if (this.random.chance(0.5)) written.push({ op: "sleep", ms: this.delay() });
    for (let left = this.plan.held.length; left > 0; left--) {
      const held = this.action("hold", place);
      if (held !== undefined) written.push(held);
    }
    written.push(...this.#block(place, 4, 8).map((statement) => this.#guard(statement)));
    if (this.random.chance(0.5)) written.push({ op: "drain", cancel: this.random.chance(0.7) });
    return written;
  }

  /** Arms a timer that resolves every shared future and lets go of whoever waits for a primitive. */
  #backstop(): Statement {
    const actions = this.plan.futures.map((slot): Action => ({
      op: "resolve",
      slot,
      value: this.number(),
    }));
    actions.push(...writeRescue(this.random, this.plan.primitives));
    this.callbacks.push({ owner: -1, cost: actions.length, actions });
    return {
      op: "callLater",
      slot: "backstop",
      ms: this.random.integer(5, 8),
      callback: this.callbacks.length - 1,
    };
  }

  /** Arms a timer that cancels main, since it may wait for what nobody releases. */
  #alarm(): Statement {
    const target = { kind: "task", slot: "main" } as const;
    const actions: Action[] = [{ op: "cancel", target, message: null }];
    this.callbacks.push({ owner: -1, cost: actions.length, actions });
    return {
      op: "callLater",
      slot: "alarm",
      ms: this.random.integer(8, 12),
      callback: this.callbacks.length - 1,
    };
  }

  /** Puts most statements of main that may raise into a try statement, so that the program goes on. */
  #guard(statement: Statement): Statement {
    if (!FRAGILE.has(statement.op) || this.random.chance(0.2)) return statement;
    return {
      op: "try",
      body: [statement],
      catch: this.random.pick(["all", "error"]),
      handler: [],
      final: [],
    };
  }

  /** Writes the body of a task. */
  #body(body: number): Statement[] {
    const place: Place = { body, depth: 0, times: 1, returns: true };
    const written = this.#block(place, 2, 4);
    if (this.random.chance(0.6)) written.unshift(this.#statement(place, { sleep: 1, await: 2 }));
    const end = this.random.weighted({ return: 4, raise: 2, log: 4 });
    if (end !== "log") written.push(this.#statement(place, { [end]: 1 }));
    return written;
  }

  /** Writes a few statements. */
  #block(place: Place, low: number, high: number): Statement[] {
    const inner = { ...place, depth: place.depth + 1 };
    const written: Statement[] = [];
    for (let left = this.random.integer(low, high); left > 0 && this.cost < MAX_COST; left--) {
      const form = this.random.weighted({
        wait: 10,
        action: 8,
        race: 2,
        block: inner.depth <= MAX_DEPTH ? 8 : 0,
      });
      if (form === "race") {
        for (let more = this.random.integer(2, 4); more > 0; more--) {
          written.push(this.#statement(inner, RACERS));
        }
      } else {
        written.push(
          this.#statement(inner, form === "wait" ? WAITS : form === "block" ? BLOCKS : ACTIONS),
        );
      }
      if (["return", "raise"].includes(written.at(-1)!.op)) break;
    }
    return written;
  }

  /** Writes one statement, of a kind that is possible here. */
  #statement(place: Place, weights: Weights): Statement {
    for (;;) {
      const written = this.#write(this.random.weighted(weights), place);
      if (written === undefined) continue;
      this.cost += place.times;
      return written;
    }
  }

  /** Writes a statement of a kind, or returns undefined where it is impossible. */
  #write(op: Op, place: Place): Statement | undefined {
    const { random } = this;
    switch (op) {
      case "sleep":
        return { op, ms: this.delay() };
      case "await":
        return {
          op,
          of: random.chance(0.02) ? { kind: "self" } : this.awaitable(place, place.body, 0),
        };
      case "wait": {
        const returnWhen = random.pick(["all", "first", "exception"] as const);
        return {
          op,
          of: this.awaitables(place, place.body, 1, true),
          ms: this.limit(0.4),
          returnWhen,
        };
      }
      case "return":
        return place.returns ? { op, value: this.number() } : undefined;
      case "try":
        return this.#try(place);
      case "timeout":
      case "timeoutAt":
        return this.#timeout(op, place);
      case "group":
        return this.#group(place);
      case "asCompleted": {
        const of = this.awaitables(place, place.body, 1);
        const inside = { ...place, times: place.times * 2, returns: false };
        return { op, of, ms: this.limit(0.8), body: this.#block(inside, 0, 2) };
      }
      case "with":
        return this.#with(place);
      case "repeat":
        return { op, times: 2, body: this.#block({ ...place, times: place.times * 2 }, 1, 2) };
      default:
        return this.action(op, place);
    }
  }

  /** Writes a try statement. */
  #try(place: Place): Statement {
    const { random } = this;
    const caught = random.weighted({
      cancelled: 6,
      all: 4,
      error: 3,
      value: 2,
      timeout: 2,
      none: 2,
    });
    const body = this.#block(place, 1, 3);
    const handler: Statement[] = [];
    if (caught !== "none") {
      if (random.chance(0.4)) handler.push(...this.#aftermath(place));
      handler.push(...this.#block(place, 0, 2));
      if (random.chance(0.4)) {
        handler.push(random.chance(0.7) ? { op: "reraise" } : this.#statement(place, { raise: 1 }));
      }
    }
    const final = caught === "none" || random.chance(0.25)
      ? this.#block({ ...place, returns: false }, 1, 2)
      : [];
    return { op: "try", body, catch: caught === "none" ? null : caught, handler, final };
  }

  /** Writes what is telling right after an error was caught: how the group or the timeout around it takes it. */
  #aftermath(place: Place): Statement[] {
    const child = place.group === undefined ? undefined : this.creation("groupCreate", place);
    if (child !== undefined) return [child];
    return [this.#statement(place, { expired: 3, reschedule: 2, cancelling: 1, uncancel: 1 })];
  }

  /** Writes a timeout. */
  #timeout(op: "timeout" | "timeoutAt", place: Place): Statement {
    const scope = this.random.pick(this.plan.scopes);
    const body = this.#block({ ...place, scope }, 1, 3);
    if (op === "timeout") return { op, scope, ms: this.limit(0.1), body };
    return { op, scope, ms: this.delay() - (this.random.chance(0.2) ? 1 : 0), body };
  }

  /** Writes a block that holds a lock or its like. */
  #with(place: Place): Statement | undefined {
    const held = chooseAcquirable(this.random, this.plan.primitives);
    if (held === undefined) return undefined;
    return { op: "with", slot: held, body: this.#block({ ...place, held }, 1, 3) };
  }

  /** Writes a task group that starts with some children. */
  #group(place: Place): Statement {
    const group = this.random.pick(this.plan.groups);
    const inside = { ...place, group };
    const body: Statement[] = [];
    for (let left = this.random.integer(1, 3); left > 0; left--) {
      const child = this.creation("groupCreate", inside);
      if (child !== undefined) body.push(child);
    }
    body.push(...this.#block(inside, 0, 3));
    if (this.random.chance(0.15)) body.push(this.#statement(inside, { raise: 1 }));
    return { op: "group", group, body };
  }
}

/** Writes the program of a seed. */
export function generate(seed: number): Program {
  return new Generator(seed).program();
}
