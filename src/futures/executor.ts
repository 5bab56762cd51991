/**
 * Running functions somewhere else: in other threads, processes or machines.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { type Awaitable, show } from "./awaitable.ts";

/** What runs functions that modules export, away from the loop. */
export interface Executor {
  /** Imports a module over there, calls a function it exports, and gives the result. */
  run<T = unknown>(module: string | URL, name: string, ...args: readonly unknown[]): Awaitable<T>;
  /** Takes no more work, waits for what was begun, and lets go of what it holds. */
  close(): Awaitable<void>;
}

let provided: (() => Executor) | undefined;

/** Provides what makes the default executor of a loop; the entry that has executors calls it. */
export function provideDefaultExecutor(make: () => Executor): void {
  provided = make;
}

/** Makes a default executor. */
export function makeDefaultExecutor(): Executor {
  if (provided === undefined) {
    throw new RuntimeError("There is no default executor: import workers.ts, or pass one");
  }
  return provided();
}

/** Refuses what is neither an executor nor `undefined`. */
export function checkExecutor(executor: unknown): void {
  if (executor === undefined) return;
  if (typeof (executor as Partial<Executor> | null)?.run === "function") return;
  throw new TypeError(`An executor must have a method run(): ${show(executor)}`);
}
