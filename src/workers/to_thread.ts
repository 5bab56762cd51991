/**
 * A function that runs in another thread when it is called.
 *
 * @module
 */

import {
  type Awaitable,
  checkFunction,
  checkOptions,
  type Coroutine,
  type Executor,
  Operation,
  runningLoop,
  show,
} from "../lowlevel.ts";
import { toWork } from "./work.ts";

/** The options of `toThread()`. */
export interface ToThreadOptions {
  /** The executor that runs it; the loop's default executor unless given. */
  executor?: Executor | undefined;
}

/** What a function gives, whether it is plain, native async or a generator coroutine. */
export type Returned<R> = R extends Generator<infer _, infer T, infer _> ? T : Awaited<R>;

/**
 * Makes a function that runs in another thread out of one that this module exports.
 *
 * The function is found there by its name, so it must be exported under the one it has. Arguments
 * and result are copied. It runs on the loop's default executor: a pool of threads, or what
 * `loop.setDefaultExecutor()` was given.
 *
 * **Cancel safety.** As that of `WorkerPool`: whoever waits goes on at once, the function is asked to
 * stop.
 *
 * **Gotchas.** The module is loaded again in the thread. A program that does this with its main
 * module must guard its main part with `import.meta.main`.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { toThread } from "@weft/weft/workers.ts";
 *
 * export function sumTo(n: number): number {
 *   let sum = 0;
 *   for (let i = 1; i <= n; i++) sum += i;
 *   return sum;
 * }
 * const sumInThread = toThread(import.meta.url, sumTo);
 *
 * if (import.meta.main) {
 *   await run(async () => console.assert(await sumInThread(10_000_000) > 0));
 * }
 * ```
 */
export function toThread<A extends readonly unknown[], R>(
  module: string | URL,
  fn: (...args: A) => R,
  options: ToThreadOptions = {},
): (...args: A) => Awaitable<Returned<R>> {
  if (typeof module === "function") toWork(module, "", [], "toThread");
  checkFunction("fn", fn);
  const { name } = fn;
  if (name === "" || name.startsWith("bound ")) {
    const detail = `fn must have the name it is exported under, and it has ${show(name)}`;
    throw new TypeError(`Cannot call a function in a thread: ${detail}`);
  }
  checkOptions("toThread()", options, ["executor"]);
  const { executor } = options;
  toWork(module, name, [], "toThread");
  return (...args) =>
    new Operation(`toThread(${name})`, () => callIn<Returned<R>>(executor, module, name, args));
}

/** Calls a function of a module in an executor. */
function* callIn<R>(
  executor: Executor | undefined,
  module: string | URL,
  name: string,
  args: readonly unknown[],
): Coroutine<R> {
  return yield* runningLoop().runInExecutor<R>(executor, module, name, ...args);
}
