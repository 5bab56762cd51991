/**
 * Drawing a random program from a seed.
 *
 * Every program can come to its end, whoever wins its races: what holds a lock or a permit waits for
 * nothing that another holder could keep, and a task awaits only tasks that were made before it.
 *
 * @module
 */

import { Prng } from "../../prng.ts";
import { type Block, type How, type Op, type Program, SHARED } from "./program.ts";

/** Configures what is drawn. */
export interface Shape {
  readonly clock: Program["clock"];
  /** Draws tasks with several strands; without, each task has one. */
  readonly strands: boolean;
}

const DELAYS = { virtual: [0, 0, 1, 1, 2, 3, 5, 8], real: [0, 0, 0.5, 1, 2] } as const;
const LIMITS = { virtual: [0, 1, 2, 3, 4, 6, 20], real: [0, 1, 2, 20] } as const;
const HOWS = ["await", "await", "await", "await", "then", "catch", "finally"] as const;
const MOST_TASKS = 5;
/** Bounds how deep blocks are nested. */
const DEEPEST = 4;

/** Where an operation stands: what may be drawn there. */
interface Place {
  /** Counts the tasks that may be awaited. */
  readonly tasks: number;
  readonly depth: number;
  /** Holds a lock or a permit. */
  readonly holding: boolean;
}

/** Draws the program of a seed. */
export function generate(seed: number, shape: Shape): Program {
  return new Generator(seed, shape).program(seed);
}

class Generator {
  readonly #random: Prng;
  readonly #shape: Shape;
  #left = 0;

  constructor(seed: number, shape: Shape) {
    this.#random = new Prng(seed);
    this.#shape = shape;
  }

  program(seed: number): Program {
    const random = this.#random;
    const { clock } = this.#shape;
    const count = 1 + random.below(MOST_TASKS);
    const tasks = Array.from({ length: count }, (_, at) => {
      this.#left = 5 + random.below(14);
      const block = this.#block({ tasks: at, depth: 0, holding: false }, 5);
      return { generator: random.chance(25), block };
    });
    this.#left = 3 + random.below(8);
    const main = this.#block({ tasks: count, depth: 1, holding: false }, 4);
    const ending = random.pick(["strands", "strands", "tasks", "nothing"] as const);
    return { seed, clock, ending, tasks, main };
  }

  #block(place: Place, most: number): Block {
    const ops: Op[] = [];
    const length = 1 + this.#random.below(most);
    while (ops.length < length && this.#left > 0) {
      this.#left--;
      ops.push(this.#op(place));
    }
    return ops;
  }

  #op(place: Place): Op {
    const share = this.#random.below(100);
    if (share < 45 || place.depth === DEEPEST) return this.#wait(place);
    return share < 62 ? this.#act() : this.#compound(place);
  }

  #wait(place: Place): Op {
    const random = this.#random;
    const how: How = random.pick(this.#shape.strands ? HOWS : ["await"]);
    const kinds = ["sleep", "sleep", "sleep", "yield", "event", "future", "get", "put", "host"];
    if (place.tasks > 0 && !place.holding) kinds.push("task", "task");
    const kind = random.pick(kinds);
    switch (kind) {
      case "yield":
        return { kind, how };
      case "event":
        return { kind, how, at: random.below(SHARED.events) };
      case "future":
        return { kind, how, at: random.below(SHARED.futures) };
      case "get":
      case "put":
        return { kind, how, at: random.below(SHARED.queues) };
      case "task": {
        const by = random.pick(["await", "shield", "gather"] as const);
        return { kind, how, by, at: random.below(place.tasks) };
      }
      case "host": {
        const turn = random.pick(["microtask", "message", "timer"] as const);
        // Virtual time may pass beside a promise that the library does not know of.
        const mayBeBare = this.#shape.clock === "real" || turn === "microtask";
        return { kind, turn, bare: mayBeBare && random.chance(70) };
      }
      default:
        return { kind: "sleep", how, ms: this.#delay() };
    }
  }

  #act(): Op {
    const random = this.#random;
    const kind = random.pick(
      [
        "set",
        "clear",
        "resolve",
        "cancel",
        "cancel",
        "stop",
        "stop",
        "enterWith",
        "setVariable",
        "throw",
        "callback",
      ] as const,
    );
    switch (kind) {
      case "set":
      case "clear":
        return { kind, at: random.below(SHARED.events) };
      case "resolve":
        return { kind, at: random.below(SHARED.futures) };
      case "cancel":
        return { kind, at: random.below(MOST_TASKS) };
      case "stop":
        return { kind, at: random.below(SHARED.scopes) };
      case "callback":
        return { kind, ms: this.#delay() };
      default:
        return { kind };
    }
  }

  #compound(place: Place): Op {
    const random = this.#random;
    const inner = { ...place, depth: place.depth + 1 };
    const one = (): readonly [Block] => [this.#block(inner, 3)];
    const kinds = ["timeout", "timeout", "scope", "scope", "try", "try", "call", "runWith"];
    kinds.push("until", "group");
    if (!place.holding) kinds.push("lock", "lock", "semaphore", "spawn");
    if (this.#shape.strands) kinds.push("join", "join", "join", "join", "join", "fire", "fire");
    const kind = random.pick(kinds);
    switch (kind) {
      case "lock":
      case "semaphore": {
        const at = random.below(kind === "lock" ? SHARED.locks : SHARED.semaphores);
        return { kind, at, blocks: [this.#block({ ...inner, holding: true }, 3)] };
      }
      case "timeout":
        return { kind, ms: random.pick(LIMITS[this.#shape.clock]), blocks: one() };
      case "scope": {
        const ms = random.chance(30) ? random.pick(LIMITS[this.#shape.clock]) : undefined;
        const at = random.below(SHARED.scopes);
        return { kind, at, shield: random.chance(20), ms, blocks: one() };
      }
      case "group": {
        const blocks = Array.from({ length: 1 + random.below(4) }, () => this.#block(inner, 3));
        return { kind, generators: random.chance(25), cancel: random.chance(25), blocks };
      }
      case "try":
        return {
          kind,
          swallow: random.chance(50),
          blocks: [this.#block(inner, 3), this.#block(inner, 2)],
        };
      case "join": {
        const by = random.pick(["all", "all", "allSettled", "race", "any"] as const);
        const width = 1 + random.below(4);
        const blocks = Array.from({ length: width }, () => {
          return this.#block(inner, random.chance(50) ? 1 : 3);
        });
        return { kind, by, direct: random.chance(60), blocks };
      }
      case "fire": {
        const late = this.#shape.clock === "real" ? "timer" : "microtask";
        return { kind, from: random.pick(["call", "call", "microtask", late]), blocks: one() };
      }
      case "until":
        return { kind, blocks: one() };
      default:
        return { kind: kind as "call" | "runWith" | "spawn", blocks: one() };
    }
  }

  #delay(): number {
    return this.#random.pick(DELAYS[this.#shape.clock]);
  }
}
