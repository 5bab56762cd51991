/**
 * Making another item of each.
 *
 * @module
 */

import { checkFunction, type Coroutine, type CoroutineResult, outcomeOf } from "../lowlevel.ts";
import { DONE, type Source, SourceStage, type Stream } from "./stage.ts";

/**
 * Gives what a function makes of each item, one after the other.
 *
 * The function may be plain, or a coroutine function. For several at a time, use `mapConcurrent()`.
 *
 * **Cancel safety.** A step that is cancelled ends it, and closes the source; so does leaving the
 * loop over it, and an error.
 *
 * ```ts
 * import { run, sleep, VirtualClock } from "@weft/weft";
 * import { map } from "@weft/weft/flow.ts";
 *
 * await run(async () => {
 *   const squares: number[] = [];
 *   for await (const square of map([1, 2, 3], (n) => sleep(1, n * n))) squares.push(square);
 *   console.assert(squares.join() === "1,4,9");
 * }, { clock: new VirtualClock() });
 * ```
 */
export function map<T, R>(
  items: Source<T>,
  fn: (item: T, index: number) => CoroutineResult<R> | R,
): Stream<R> {
  checkFunction("fn", fn);
  return new Mapped(items, fn);
}

class Mapped<T, R> extends SourceStage<T, R> {
  readonly #fn: (item: T, index: number) => CoroutineResult<R> | R;
  #index = 0;

  constructor(items: Source<T>, fn: (item: T, index: number) => CoroutineResult<R> | R) {
    super("map()", items);
    this.#fn = fn;
  }

  protected override *pull(): Coroutine<IteratorResult<R, undefined>> {
    const step = yield* this.take();
    if (step.done) return DONE;
    return { done: false, value: yield* outcomeOf<R>(this.#fn(step.value, this.#index++)) };
  }
}
