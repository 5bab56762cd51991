/**
 * Leaving items out.
 *
 * @module
 */

import { checkFunction, type Coroutine, type CoroutineResult, outcomeOf } from "../lowlevel.ts";
import { DONE, type Source, SourceStage, type Stream } from "./stage.ts";

/** What decides whether an item is given. */
export type Predicate<T> = (item: T, index: number) => CoroutineResult<boolean> | boolean;

/**
 * Gives the items for which a function says so.
 *
 * The function may be plain, or a coroutine function.
 *
 * **Cancel safety.** A step that is cancelled ends it, and closes the source; so does leaving the
 * loop over it, and an error.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { filter } from "@weft/weft/flow.ts";
 *
 * await run(async () => {
 *   const odd: number[] = [];
 *   for await (const n of filter([1, 2, 3], (n) => n % 2 === 1)) odd.push(n);
 *   console.assert(odd.join() === "1,3");
 * });
 * ```
 */
export function filter<T, S extends T>(
  items: Source<T>,
  predicate: (item: T, index: number) => item is S,
): Stream<S>;
/** Gives the items for which a function says so. */
export function filter<T>(items: Source<T>, predicate: Predicate<T>): Stream<T>;
export function filter<T>(items: Source<T>, predicate: Predicate<T>): Stream<T> {
  checkFunction("predicate", predicate);
  return new Filtered(items, predicate);
}

class Filtered<T> extends SourceStage<T, T> {
  readonly #predicate: Predicate<T>;
  #index = 0;

  constructor(items: Source<T>, predicate: Predicate<T>) {
    super("filter()", items);
    this.#predicate = predicate;
  }

  protected override *pull(): Coroutine<IteratorResult<T, undefined>> {
    for (;;) {
      const step = yield* this.take();
      if (step.done) return DONE;
      if (yield* outcomeOf(this.#predicate(step.value, this.#index++))) return step;
    }
  }
}
