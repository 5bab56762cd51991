/**
 * What is given in place of a coroutine, and what to give instead.
 *
 * The mistake that everybody makes is to call an async function where the function itself is asked
 * for. Its code runs already, outside of what was to run it, so that its promise is likely to fail.
 * Nobody will look at that: the promise is marked as handled, and the error that helps is the one seen.
 *
 * @module
 */

import { isAwaitable, isCoroutine, isList, isThenable, show } from "./awaitable.ts";

/**
 * Makes the error of a value that is no coroutine, given a call that is right, as
 * `createTask(() => f())`; `role` says what the value was to be, as ` as branch a`.
 */
export function refusal(call: string, value: unknown, role = ""): TypeError {
  const name = call.slice(0, call.indexOf("(") + 1) + ")";
  if (value instanceof Promise) {
    ignoreFailure(value);
    return new TypeError(
      `${name} cannot take a promise${role}, its code runs already: give the function: ${call}`,
    );
  }
  if (isAwaitable(value) || isThenable(value)) {
    const what = isAwaitable(value) ? show(value) : `a thenable (${show(value)})`;
    const right = call.replace("f()", "…");
    return new TypeError(
      `${name} cannot take ${what}${role}: give the function that makes it: ${right}`,
    );
  }
  return new TypeError(
    `${name} needs a coroutine${role}, not ${show(value)}: give the function: ${call}`,
  );
}

/** Returns whether a value can be waited for: an awaitable of the library or a coroutine. */
export function isWaitable(value: unknown): boolean {
  return isCoroutine(value) || isAwaitable(value);
}

/** Refuses a list before any of it runs, if there is something in it that cannot be waited for. */
export function checkWaitables(call: string, values: Iterable<unknown>): void {
  const wrong = [...values].filter((value) => !isWaitable(value));
  if (wrong.length === 0) return;
  wrong.forEach(ignoreFailure);
  throw refusal(call, wrong[0]);
}

/** Refuses what should have been a list, given a call that is right, as `gather([() => f()])`. */
export function checkIsList(call: string, given: readonly unknown[]): void {
  const [list] = given;
  if (isList(list)) return;
  given.forEach(ignoreFailure);
  if (list instanceof Promise) throw refusal(call, list);
  const name = call.slice(0, call.indexOf("("));
  throw new TypeError(
    `${name}() takes an array, it got ${
      show(list)
    }: put what it is to wait for into one: ${name}([${
      given.filter(isWaitable).map((one) => typeof one === "function" ? one.name || "f" : "…")
        .join(", ")
    }])`,
  );
}

/** Marks the failure of a promise as handled: nobody else will look at it. */
export function ignoreFailure(value: unknown): void {
  if (value instanceof Promise) value.then(undefined, () => {});
}

/**
 * Makes `using` and `await using` of objects of a class fail, and say what to write instead.
 *
 * Only such a block asks for the properties.
 */
export function refuseBlocks(refused: { readonly prototype: object }, advice: string): void {
  const get = function (this: unknown) {
    const what = isAwaitable(this) ? show(this) : refused.prototype.constructor.name;
    throw new TypeError(`${what} is no resource of a block: ${advice}`);
  };
  for (const symbol of [Symbol.dispose, Symbol.asyncDispose]) {
    if (symbol) Object.defineProperty(refused.prototype, symbol, { get, configurable: true });
  }
}

/** Matches what V8 says of a value that is not ours in `yield* value`, and JavaScriptCore. */
const NOT_OURS =
  /^yield\* .* is not iterable|^(object|function) is not iterable \(|\(In 'yield\* |\(near '\.{3}yield\* |'throw' method/;

/** Adds what to write to the host's own error of a `yield* value` where that is not ours. */
export function explainYield(error: unknown): void {
  if (!(error instanceof TypeError) || !NOT_OURS.test(error.message)) return;
  const { message, stack } = error;
  error.message += " (wrap a promise in until(), a list in gather(); a function: call it)";
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
}
