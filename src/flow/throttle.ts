/**
 * Giving no more than an item in some time.
 *
 * @module
 */

import { checkSpan } from "../lowlevel.ts";
import { FedStage } from "./fed_stage.ts";
import type { Source, Stream } from "./stage.ts";

/**
 * Gives at most one item in `ms`: the first at once, then the latest of those that have come.
 *
 * The source is asked all the time. What is to be given last is given though the source has ended,
 * when its time has come.
 *
 * **Cancel safety.** A step that is cancelled ends it, and closes the source; so does leaving the
 * loop over it. An error is thrown once what came before it was given.
 *
 * **Gotchas.** It leaves items out. To give each, at a rate, await a `RateLimiter` in a `map()`.
 *
 * ```ts
 * import { interval, run, VirtualClock } from "@weft/weft";
 * import { take, throttle } from "@weft/weft/flow.ts";
 *
 * await run(async () => {
 *   const seen: number[] = [];
 *   for await (const tick of throttle(take(interval(10), 8), 33)) seen.push(tick);
 *   console.assert(seen.join() === "0,3,6,7");
 * }, { clock: new VirtualClock() });
 * ```
 */
export function throttle<T>(items: Source<T>, ms: number): Stream<T> {
  checkSpan("ms", ms);
  return new Throttled(items, ms);
}

class Throttled<T> extends FedStage<T, T> {
  readonly #ms: number;
  #kept: { readonly value: T } | undefined;
  #due = -Infinity;

  constructor(items: Source<T>, ms: number) {
    super("throttle()", [items]);
    this.#ms = ms;
  }

  protected override wants(): boolean {
    return true;
  }

  protected override keep(value: T): void {
    this.#kept = { value };
  }

  protected override get due(): number | undefined {
    return this.#kept && this.#due;
  }

  protected override give(now: number): { readonly value: T } | undefined {
    const kept = this.#kept;
    if (kept === undefined || now < this.#due) return undefined;
    this.#kept = undefined;
    this.#due = now + this.#ms;
    return kept;
  }
}
