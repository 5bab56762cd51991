/**
 * What the peers in Effect have in common.
 *
 * @module
 */

import type { Effect } from "effect";
import type { Trial } from "../suite.ts";

/** The package. */
export type EffectModule = typeof import("effect");

/** Prepares an effect that returns how many operations it did. */
export function onEffect(
  main: (effect: EffectModule, size: number) => Effect.Effect<number, unknown>,
): (size: number) => Promise<Trial> {
  return async (size) => {
    const effect = await import("effect");
    const program = main(effect, size);
    return { run: () => effect.Effect.runPromise(program) };
  };
}

/** Forks so many fibers, and joins them; the result is their number. */
export function forkAndJoin(
  { Effect, Fiber }: EffectModule,
  count: number,
  newChild: () => Effect.Effect<unknown, unknown>,
): Effect.Effect<number, unknown> {
  return Effect.gen(function* () {
    const fibers = [];
    for (let at = 0; at < count; at++) fibers.push(yield* Effect.forkChild(newChild()));
    yield* Fiber.joinAll(fibers);
    return count;
  });
}
