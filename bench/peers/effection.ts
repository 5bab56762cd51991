/**
 * What the peers in effection have in common.
 *
 * @module
 */

import type { Operation } from "effection";
import type { Trial } from "../suite.ts";

/** The package. */
export type EffectionModule = typeof import("effection");

/** Prepares an operation that returns how many operations of the case it did. */
export function onEffection(
  main: (effection: EffectionModule) => Operation<number>,
): () => Promise<Trial> {
  return async () => {
    const effection = await import("effection");
    return { run: async () => await effection.run(() => main(effection)) };
  };
}

/** Spawns so many tasks, and awaits them; the result is their number. */
export function* spawnAndJoin(
  { spawn }: EffectionModule,
  count: number,
  child: () => Operation<unknown>,
): Operation<number> {
  const tasks = [];
  for (let at = 0; at < count; at++) tasks.push(yield* spawn(child));
  for (const task of tasks) yield* task;
  return count;
}
