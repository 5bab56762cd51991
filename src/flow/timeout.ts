/**
 * Bounding how long each item may take.
 *
 * @module
 */

import { checkAtLeast, type Coroutine, Timeout } from "../lowlevel.ts";
import { type Source, SourceStage, type Stream } from "./stage.ts";

/**
 * Gives the items, and throws a `TimeoutError` where one takes longer than `ms`.
 *
 * The time is that from when an item is asked for. What the loop over it does with the items is not
 * counted.
 *
 * **Cancel safety.** The source is cancelled where it waits, and closed. A step that is cancelled
 * from outside ends it, too; so does leaving the loop over it.
 *
 * **Gotchas.** A source that waits for a promise of the host, as the chunks of a `ReadableStream`
 * do, cannot be cancelled: the error comes when that has settled.
 *
 * ```ts
 * import { interval, run, TimeoutError, VirtualClock } from "@weft/weft";
 * import { timeout } from "@weft/weft/flow.ts";
 *
 * const clock = new VirtualClock();
 * await run(async () => {
 *   try {
 *     for await (const _tick of timeout(interval(100), 50));
 *     console.assert(false, "not reached");
 *   } catch (error) {
 *     console.assert(error instanceof TimeoutError && clock.now() === 50);
 *   }
 * }, { clock });
 * ```
 */
export function timeout<T>(items: Source<T>, ms: number): Stream<T> {
  checkAtLeast("ms", ms, 0);
  return new Timed(items, ms);
}

class Timed<T> extends SourceStage<T, T> {
  readonly #ms: number;

  constructor(items: Source<T>, ms: number) {
    super("timeout()", items);
    this.#ms = ms;
  }

  protected override *pull(): Coroutine<IteratorResult<T, undefined>> {
    return yield* Timeout["after"](this.#ms)["run"](() => this.take());
  }
}
