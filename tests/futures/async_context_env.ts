/**
 * What random programs know of the values of async context: an oracle that needs no scheduler.
 *
 * Code of a random program is handed what it must see, as an argument. A task or a callback is given
 * a copy where it is made, and whatever it sets it notes in its own copy. So what the host shows can
 * be compared at each step, in whatever order the steps come.
 *
 * @module
 */

import type { AsyncLocalStorage } from "node:async_hooks";
import { currentTask, type EventLoop, Lock, Queue, type Task } from "../../mod.ts";
import { newHostStorage } from "../host_storage.ts";

/** Stands for a value that no promise fixes: it is not compared. */
const UNKNOWN = Symbol("unknown");
/** Counts the storages of a program. */
const STORAGES = 3;

/** Which task must be running: one known by its name, one that the first look finds, none, or any. */
export class Who {
  #name: string | undefined;

  private constructor(readonly kind: "task" | "none" | "any", name?: string) {
    this.#name = name;
  }

  /** A task with a name. */
  static task(name: string): Who {
    return new Who("task", name);
  }
  /** A task that the library makes, and names; it stays the one that was seen first. */
  static made(): Who {
    return new Who("task");
  }
  /** No task: the code is a callback. */
  static readonly none: Who = new Who("none");
  /** Nothing is promised. */
  static readonly any: Who = new Who("any");

  /** Returns what is wrong with the task that is running. */
  complain(): string | undefined {
    if (this.kind === "any") return undefined;
    let name: string | undefined;
    try {
      name = currentTask()?.name;
    } catch (error) {
      return `currentTask() throws ${error}`;
    }
    if (this.kind === "none") return name === undefined ? undefined : `a callback runs as ${name}`;
    this.#name ??= name ?? "some task";
    // Code that outlives its task goes on under the name of that.
    if (name === this.#name || name === `${this.#name} (left behind)`) return undefined;
    return `${this.#name} runs as ${name}`;
  }
}

/** The values that some code must see, and the task that it must be. */
export class Env {
  /** The storages whose values this code, or code that it called, has replaced. */
  readonly sets: Set<number> = new Set();

  constructor(
    readonly who: Who,
    readonly values: unknown[],
    /** That of the code that called this code as a part of itself. */
    readonly caller: Env | undefined = undefined,
    /** The storage whose value the call restores. */
    readonly restored: number | undefined = undefined,
  ) {}

  /** Makes the environment of a task or a callback that is made here. */
  copy(who: Who): Env {
    return new Env(who, [...this.values]);
  }

  /** Makes the environment of code that is called here, as a part of the same task. */
  call(): Env {
    return new Env(this.who, [...this.values], this);
  }

  /** Makes the environment of code that is called here under a value. */
  callWith(storage: number, value: unknown): Env {
    // A value that is there already is not put in place, so that nothing is restored after it.
    const restored = value === undefined ? undefined : storage;
    const env = new Env(this.who, [...this.values], this, restored);
    env.values[storage] = value;
    return env;
  }

  /** Notes a value that this code sets. */
  set(storage: number, value: unknown): void {
    this.values[storage] = value;
    this.#note(storage);
  }

  #note(storage: number): void {
    this.sets.add(storage);
    const { caller } = this;
    if (caller !== undefined && storage !== this.restored) caller.#note(storage);
  }

  /**
   * Forgets the values that code called from here has set by now.
   *
   * Native code that is called sets them for its caller until its first wait, and not after that.
   */
  forget(inner: Env): void {
    if (inner === this) return;
    for (const storage of inner.sets) {
      if (storage !== inner.restored) this.values[storage] = UNKNOWN;
    }
  }
}

/** What the frames of one run share. */
export class World {
  readonly errors: string[];
  readonly storages: readonly AsyncLocalStorage<unknown>[];
  /** Whether programs may call `enterWith()`. */
  readonly enters: boolean;
  /** Its loop, once that runs. */
  loop!: EventLoop;
  /** The tasks that the end of the run waits for. */
  readonly tasks: Set<Task<unknown>> = new Set();
  /** The code that nobody awaits, which the end of the run waits for. */
  readonly floating: Set<Promise<unknown>> = new Set();
  /** The snapshots that were taken, each with what must be seen in there. */
  readonly snapshots: { call<R>(body: () => R): R; env: Env }[] = [];
  /** What its tasks wake each other at. */
  readonly lock: Lock = new Lock();
  readonly queue: Queue<number> = new Queue();
  /** Counts the callbacks that have not ended. */
  callbacks = 0;
  /** Counts the checks that a program has made. */
  readonly counted: { checks: number };
  /** Counts the frames that may still begin. */
  budget = 60;
  #names = 0;

  private constructor(readonly name: string, of: World | undefined, enters: boolean) {
    this.errors = of?.errors ?? [];
    this.counted = of?.counted ?? { checks: 0 };
    this.storages = of?.storages ??
      Array.from({ length: STORAGES }, () => newHostStorage<unknown>());
    this.enters = enters;
  }

  /** Makes the world of a program, whose runs each have one of their own. */
  static outside(enters: boolean): World {
    return new World("", undefined, enters);
  }

  /** Makes the world of a run. */
  inside(name: string): World {
    return new World(name, this, this.enters);
  }

  /** Makes the environment of a program. */
  newEnv(): Env {
    return new Env(Who.any, this.storages.map(() => undefined));
  }

  /** Makes a name that no other task has. */
  newName(): string {
    return `${this.name}.${++this.#names}`;
  }

  /** Compares what must be seen here with what is. */
  check(env: Env, place: string): void {
    this.counted.checks++;
    const found = [env.who.complain()];
    for (const [at, value] of env.values.entries()) {
      const seen = this.storages[at].getStore();
      if (value === UNKNOWN || seen === value) continue;
      found.push(`storage ${at} has ${seen}, and must have ${value}`);
    }
    for (const what of found) {
      if (what !== undefined) this.errors.push(`${place}: ${what}`);
    }
  }

  /** Remembers code that nobody awaits; its failures are those of cancelled waits. */
  float(promise: PromiseLike<unknown>): void {
    const ended = Promise.resolve(promise).then(() => {}, (error) => this.judge(error, "floating"))
      .then(() => void this.floating.delete(ended));
    this.floating.add(ended);
  }

  /** Notes an error that is none of those that programs make on purpose. */
  judge(error: unknown, place: string): void {
    const { name } = error as Error;
    if (["CancelledError", "TimeoutError", "Again"].includes(name)) return;
    this.errors.push(`${place}: ${(error as Error)?.stack ?? error}`);
  }
}
