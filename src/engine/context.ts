/**
 * Variables that follow a task and the callbacks it schedules.
 *
 * @module
 */

import { checkOptions, checkString } from "../check.ts";
import { RuntimeError } from "../errors.ts";
import { active, currentExecution } from "./current.ts";

type Values = ReadonlyMap<ContextVar<unknown>, unknown>;

const NO_VALUES: Values = new Map();

/**
 * Values of context variables. Copying them is cheap: they are shared until one is set.
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

  /** The number of variables that are set. */
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

  /** Returns whether a variable is set. */
  has(variable: ContextVar<unknown>): boolean {
    return this.#values.has(variable);
  }

  /** Returns the value of a variable, `undefined` if it is not set. */
  get<T>(variable: ContextVar<T>): T | undefined {
    return this.#values.get(variable as ContextVar<unknown>) as T | undefined;
  }

  /** Sets a variable. */
  private put(variable: ContextVar<unknown>, value: unknown): void {
    this.#values = new Map(this.#values).set(variable, value);
  }

  /** Removes a variable. */
  private remove(variable: ContextVar<unknown>): void {
    const values = new Map(this.#values);
    values.delete(variable);
    this.#values = values;
  }
}

/** What undoes one `set` of a variable. */
export class Token<T> {
  #used = false;

  /** Makes a token that remembers what a variable was. */
  constructor(
    readonly variable: ContextVar<T>,
    readonly context: Context,
    readonly had: boolean,
    readonly oldValue: T | undefined,
  ) {}

  /** Marks the token used; each can undo once. */
  private use(): void {
    if (this.#used) {
      throw new RuntimeError("Cannot reset a variable with this token: it was used before");
    }
    this.#used = true;
  }
}

/**
 * A variable with a value for each task.
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

  /** Makes a variable of a name, with a value for contexts that have none. */
  constructor(readonly name: string, options: { default?: T } = {}) {
    checkString("name", name);
    checkOptions("ContextVar", options, ["default"]);
    this.#default = options;
  }

  /** Returns the value in the current context. */
  get(): T {
    const context = peekContext();
    if (context?.has(this as ContextVar<unknown>)) return context.get(this) as T;
    if ("default" in this.#default) return this.#default.default as T;
    throw new RuntimeError(
      `Cannot read ${this.name}: it has no value here, set one or give it a default`,
    );
  }

  /** Sets the value in the current context; returns a token, which undoes it. */
  set(value: T): Token<T> {
    const context = currentContext();
    const had = context.has(this as ContextVar<unknown>);
    const token = new Token(this, context, had, context.get(this));
    context["put"](this as ContextVar<unknown>, value);
    return token;
  }

  /** Puts back the value from before a `set`. */
  reset(token: Token<T>): void {
    if (!(token instanceof Token)) {
      throw new TypeError(`token must be one that set() has returned: ${token}`);
    }
    if (token.variable !== this) {
      throw new RangeError(`Cannot reset ${this.name} with the token of ${token.variable.name}`);
    }
    if (token.context !== currentContext()) {
      throw new RangeError(`Cannot reset ${this.name} here: its token was made in another context`);
    }
    token["use"]();
    if (token.had) token.context["put"](this as ContextVar<unknown>, token.oldValue);
    else token.context["remove"](this as ContextVar<unknown>);
  }
}

const outside = new Context();

/** Finds the current context, if one was ever needed here. */
function peekContext(): Context | undefined {
  if (active.context) return active.context as Context;
  const execution = currentExecution();
  return execution ? execution.ownContext as Context | undefined : outside;
}

/** Finds the current context: the task's, the callback's, or the one outside of any loop. */
export function currentContext(): Context {
  if (active.context) return active.context as Context;
  const execution = currentExecution();
  return execution ? (execution.ownContext ??= new Context()) as Context : outside;
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
