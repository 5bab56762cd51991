/**
 * Giving each item with those before it.
 *
 * @module
 */

import { checkOptions, checkWhole, type Coroutine } from "../lowlevel.ts";
import { DONE, type Source, SourceStage, type Stream } from "./stage.ts";

/** Configures `window()`. */
export interface WindowOptions {
  /** How many items later each window begins; 1 unless given. */
  step?: number | undefined;
}

/**
 * Gives windows of a size that slide over the items: the first, the second with what follows, …
 *
 * Every window is full: items that make no other window are left out.
 *
 * **Cancel safety.** A step that is cancelled ends it, and closes the source; so does leaving the
 * loop over it.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { map, window } from "@weft/weft/flow.ts";
 *
 * await run(async () => {
 *   const averages: number[] = [];
 *   const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
 *   for await (const one of map(window([1, 2, 6, 4], 3), mean)) averages.push(one);
 *   console.assert(averages.join() === "3,4");
 * });
 * ```
 */
export function window<T>(
  items: Source<T>,
  size: number,
  options: WindowOptions = {},
): Stream<T[]> {
  checkWhole("size", size, 1);
  checkOptions("window()", options, ["step"]);
  const { step = 1 } = options;
  checkWhole("step", step, 1);
  return new Windowed(items, size, step);
}

class Windowed<T> extends SourceStage<T, T[]> {
  readonly #size: number;
  readonly #step: number;
  /** The items that may be in another window. */
  #kept: T[] = [];
  /** The number of items to leave out, where windows have gaps between them. */
  #skipped = 0;

  constructor(items: Source<T>, size: number, step: number) {
    super("window()", items);
    this.#size = size;
    this.#step = step;
  }

  protected override *pull(): Coroutine<IteratorResult<T[], undefined>> {
    while (this.#kept.length < this.#size) {
      const step = yield* this.take();
      if (step.done) return DONE;
      if (this.#skipped > 0) this.#skipped--;
      else this.#kept.push(step.value);
    }
    const value = this.#kept;
    this.#kept = value.slice(this.#step);
    this.#skipped = Math.max(0, this.#step - this.#size);
    return { done: false, value };
  }
}
