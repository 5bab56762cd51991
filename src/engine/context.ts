/**
 * Variables that follow a task and the callbacks it schedules.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { active, currentExecution } from "./current.ts";

type Values = ReadonlyMap<ContextVar<unknown>, unknown>;

const NO_VALUES: Values = new Map();

/**
 * Is a set of values for context variables. Copying one is cheap: values are shared until set.
 *
 * ```ts
 * import { Context, ContextVar, createTask, run } from "@weft/weft";
 *
 * const user = new ContextVar<string>("user");
 * const context = new Context();
 * context.run(() => user.set("ada"));
 * await run(async () => {
 *   const name = await createTask(async () => user.get(), { context });
 *   console.assert(name === "ada" && context.size === 1);
 * });
 * ```
 */
export class Context {
  #values: Values;

  /** Makes an empty context. */
  constructor() {
    this.#values = NO_VALUES;
  }

  /** Counts the variables that are set. */
  get size(): number {
    return this.#values.size;
  }

  /** Copies the context. */
  copy(): Context {
    const copy = new Context();
    copy.#values = this.#values;
    return copy;
  }

  /** Calls a function in this context: what it sets stays here. */
  run<A extends unknown[], R>(callback: (...args: A) => R, ...args: A): R {
    const before = active.context;
    active.context = this;
    try {
      return callback(...args);
    } finally {
      active.context = before;
    }
  }

  /** Tells whether a variable is set. */
  has(variable: ContextVar<unknown>): boolean {
    return this.#values.has(variable);
  }

  /** Reads a variable. */
  get<T>(variable: ContextVar<T>): T | undefined {
    return this.#values.get(variable as ContextVar<unknown>) as T | undefined;
  }

  /** @internal Sets a variable. */
  put(variable: ContextVar<unknown>, value: unknown): void {
    this.#values = new Map(this.#values).set(variable, value);
  }

  /** @internal Removes a variable. */
  remove(variable: ContextVar<unknown>): void {
    const values = new Map(this.#values);
    values.delete(variable);
    this.#values = values;
  }
}

/** Undoes one `set` of a variable. */
export class Token<T> {
  #used = false;

  /** Remembers what a variable was. */
  constructor(
    readonly variable: ContextVar<T>,
    readonly context: Context,
    readonly had: boolean,
    readonly oldValue: T | undefined,
  ) {}

  /** Marks the token used; each can undo once. */
  use(): void {
    if (this.#used) throw new RuntimeError("A TOKEN RESETS ITS VARIABLE ONLY ONCE");
    this.#used = true;
  }
}

/**
 * Is a variable with a value for each task.
 *
 * A task starts with a copy of the context that created it: what it sets is seen by what it calls
 * and creates later, and by nobody else.
 *
 * ```ts
 * import { ContextVar, run } from "@weft/weft";
 *
 * const user = new ContextVar("user", { default: "nobody" });
 * await run(function* () {
 *   const token = user.set("ada");
 *   console.assert(user.get() === "ada");
 *   user.reset(token);
 *   console.assert(user.get() === "nobody");
 * });
 * ```
 */
export class ContextVar<T> {
  readonly #default: { default?: T };

  /** Names a variable, with a value for contexts that have none. */
  constructor(readonly name: string, options: { default?: T } = {}) {
    this.#default = options;
  }

  /** Reads the value in the current context. */
  get(): T {
    const context = peekContext();
    if (context?.has(this as ContextVar<unknown>)) return context.get(this) as T;
    if ("default" in this.#default) return this.#default.default as T;
    throw new RuntimeError(`CONTEXT VARIABLE HAS NO VALUE HERE, AND NO DEFAULT: ${this.name}`);
  }

  /** Sets the value in the current context; the token undoes it. */
  set(value: T): Token<T> {
    const context = currentContext();
    const had = context.has(this as ContextVar<unknown>);
    const token = new Token(this, context, had, context.get(this));
    context.put(this as ContextVar<unknown>, value);
    return token;
  }

  /** Puts back the value from before a `set`. */
  reset(token: Token<T>): void {
    if (!(token instanceof Token)) throw new TypeError(`NOT A TOKEN: ${token}`);
    if (token.variable !== this) {
      throw new RangeError(`TOKEN OF ANOTHER VARIABLE: ${token.variable.name}, NOT ${this.name}`);
    }
    if (token.context !== currentContext()) {
      throw new RangeError(`TOKEN MADE IN ANOTHER CONTEXT: ${this.name}`);
    }
    token.use();
    if (token.had) token.context.put(this as ContextVar<unknown>, token.oldValue);
    else token.context.remove(this as ContextVar<unknown>);
  }
}

const outside = new Context();

/** Finds the current context, if one was ever needed here. */
function peekContext(): Context | undefined {
  if (active.context) return active.context;
  const execution = currentExecution();
  return execution ? execution.ownContext : outside;
}

/** Finds the current context: the task's, the callback's, or the one outside of any loop. */
export function currentContext(): Context {
  if (active.context) return active.context;
  const execution = currentExecution();
  return execution ? execution.ownContext ??= new Context() : outside;
}

/**
 * Copies the current context.
 *
 * ```ts
 * import { ContextVar, copyContext, run } from "@weft/weft";
 *
 * const user = new ContextVar("user", { default: "nobody" });
 * await run(async () => {
 *   user.set("ada");
 *   const copy = copyContext();
 *   copy.run(() => user.set("grace"));
 *   console.assert(user.get() === "ada" && copy.get(user) === "grace");
 * });
 * ```
 */
export function copyContext(): Context {
  return peekContext()?.copy() ?? new Context();
}

/** Copies the current context for a task or callback; `undefined` stands for an empty one. */
export function inheritContext(): Context | undefined {
  const context = peekContext();
  return context === undefined || context.size === 0 ? undefined : context.copy();
}
