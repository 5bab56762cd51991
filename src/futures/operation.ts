/**
 * What most functions of the library return: a coroutine that either front end can await.
 *
 * @module
 */

import { checkFunction, checkOptions, checkString } from "../check.ts";
import { RuntimeError } from "../errors.ts";
import type { Awaitable, Coroutine, Suspension } from "./awaitable.ts";
import { LazyAwaitable } from "./native_await.ts";

/** A coroutine that has not begun: it runs, once, when it is awaited. */
export class Operation<T> extends LazyAwaitable<T> {
  protected override readonly isFlow: boolean = true;
  #begin: (() => Coroutine<T>) | undefined;
  readonly #label: string;

  /** Makes an operation of a generator function. */
  constructor(label: string, begin: () => Coroutine<T>) {
    super();
    this.#label = label;
    this.#begin = begin;
  }

  override get hasBegun(): boolean {
    return this.#begin === undefined;
  }

  /** Runs it in a generator coroutine: `yield* operation`. */
  override [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    const begin = this.#begin;
    if (begin === undefined) {
      const message = `Cannot await ${this.#label} a second time: call what made it again`;
      throw new RuntimeError(message);
    }
    this.#begin = undefined;
    return begin();
  }

  override toString(): string {
    return this.#label;
  }
}

/** Options of what `operation()` makes. */
export interface OperationOptions<T> {
  /** A function that takes back the result of one that had ended, and lost a `select()`. */
  giveBack?: ((value: T) => void) | undefined;
}

/**
 * Makes an awaitable of a generator function, which runs when it is awaited.
 *
 * Native code runs it as a part of its task, with timeouts and scopes of its own. It can be awaited
 * once; `label` says what it is where it is shown.
 *
 * **Cancel safety.** A cancellation is thrown where the generator waits: what it does then is its own
 * affair.
 *
 * ```ts
 * import { run, sleep } from "@weft/weft";
 * import { operation } from "@weft/weft/lowlevel.ts";
 *
 * const twice = (ms: number) =>
 *   operation(`twice(${ms})`, function* () {
 *     yield* sleep(ms);
 *     yield* sleep(ms);
 *     return 2 * ms;
 *   });
 *
 * await run(async () => console.assert(await twice(1) === 2));
 * ```
 */
export function operation<T>(
  label: string,
  begin: () => Coroutine<T>,
  options: OperationOptions<T> = {},
): Awaitable<T> {
  checkString("label", label);
  checkFunction("begin", begin);
  checkOptions("operation()", options, ["giveBack"]);
  const { giveBack } = options;
  if (giveBack === undefined) return new Operation(label, begin);
  checkFunction("giveBack", giveBack);
  return new Returnable(label, begin, giveBack);
}

/** An operation whose result can be given back. */
class Returnable<T> extends Operation<T> {
  /** Takes a result back. */
  readonly undo: (value: T) => void;

  constructor(label: string, begin: () => Coroutine<T>, giveBack: (value: T) => void) {
    super(label, begin);
    this.undo = giveBack;
  }
}
