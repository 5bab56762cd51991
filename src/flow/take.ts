/**
 * Giving no more than so many items.
 *
 * @module
 */

import { checkCount, type Coroutine } from "../lowlevel.ts";
import { DONE, type Source, SourceStage, type Stream } from "./stage.ts";

/**
 * Gives so many items at most, and closes the source when it is asked for another.
 *
 * **Cancel safety.** A step that is cancelled ends it, and closes the source; so does leaving the
 * loop over it.
 *
 * ```ts
 * import { interval, run, VirtualClock } from "@weft/weft";
 * import { take } from "@weft/weft/flow.ts";
 *
 * const clock = new VirtualClock();
 * await run(async () => {
 *   for await (const _tick of take(interval(10), 3));
 *   console.assert(clock.now() === 30);
 * }, { clock });
 * ```
 */
export function take<T>(items: Source<T>, count: number): Stream<T> {
  checkCount("count", count, 0);
  return new Taken(items, count);
}

class Taken<T> extends SourceStage<T, T> {
  #left: number;

  constructor(items: Source<T>, count: number) {
    super("take()", items);
    this.#left = count;
  }

  protected override *pull(): Coroutine<IteratorResult<T, undefined>> {
    if (this.#left === 0) return DONE;
    this.#left--;
    return yield* this.take();
  }
}
