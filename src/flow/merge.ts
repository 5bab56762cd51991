/**
 * Giving items of several sources as they come.
 *
 * @module
 */

import { FedStage } from "./fed_stage.ts";
import { checkSources, type Source, type Stream } from "./stage.ts";

/**
 * Gives the items of several sources as they come, until all have ended.
 *
 * All sources are asked at the same time, each for the next item when its last one was given.
 *
 * **Cancel safety.** A step that is cancelled ends it, and closes the sources; so does leaving the
 * loop over it. The first error cancels the others, and is thrown once what came before it was given.
 *
 * ```ts
 * import { interval, run, VirtualClock } from "@weft/weft";
 * import { map, merge, take } from "@weft/weft/flow.ts";
 *
 * await run(async () => {
 *   const ticks = (name: string, ms: number) => map(take(interval(ms), 2), (n) => name + n);
 *   const seen: string[] = [];
 *   for await (const tick of merge([ticks("a", 10), ticks("b", 15)])) seen.push(tick);
 *   console.assert(seen.join() === "a0,b0,a1,b1");
 * }, { clock: new VirtualClock() });
 * ```
 */
export function merge<T>(sources: Iterable<Source<T>>): Stream<T> {
  return new Merged(checkSources("merge()", sources));
}

class Merged<T> extends FedStage<T, T> {
  /** The items that were not given, in the order they came. */
  readonly #kept: { readonly index: number; readonly value: T }[] = [];
  readonly #waiting = new Set<number>();

  constructor(sources: readonly Source<T>[]) {
    super("merge()", sources);
  }

  protected override wants(index: number): boolean {
    return !this.#waiting.has(index);
  }

  protected override keep(value: T, index: number): void {
    this.#waiting.add(index);
    this.#kept.push({ index, value });
  }

  protected override give(): { readonly value: T } | undefined {
    const first = this.#kept.shift();
    if (first !== undefined) this.#waiting.delete(first.index);
    return first;
  }
}
