/**
 * Giving items of several sources together.
 *
 * @module
 */

import type { Coroutine } from "../lowlevel.ts";
import { FedStage } from "./fed_stage.ts";
import { checkSources, type Source, type Stream } from "./stage.ts";

/** One item of each source. */
export type Zipped<S extends readonly Source<unknown>[]> = {
  -readonly [I in keyof S]: S[I] extends Source<infer T> ? T : never;
};

/**
 * Gives arrays of one item of each source: of all first ones, of all second ones, …
 *
 * It ends when one of them does, and closes the others. All are asked at the same time, and only
 * when an array is asked for.
 *
 * **Cancel safety.** A step that is cancelled ends it, and closes the sources; so does leaving the
 * loop over it, and an error.
 *
 * **Gotchas.** Items of others that came before one has ended are left out.
 *
 * ```ts
 * import { interval, run, VirtualClock } from "@weft/weft";
 * import { zip } from "@weft/weft/flow.ts";
 *
 * await run(async () => {
 *   const pairs: string[] = [];
 *   for await (const [word, tick] of zip([["a", "b"], interval(10)])) pairs.push(word + tick);
 *   console.assert(pairs.join() === "a0,b1");
 * }, { clock: new VirtualClock() });
 * ```
 */
export function zip<const S extends readonly Source<unknown>[]>(sources: S): Stream<Zipped<S>> {
  return new Zipper(checkSources("zip()", sources)) as Stream<unknown[]> as Stream<Zipped<S>>;
}

class Zipper extends FedStage<unknown, unknown[]> {
  readonly #count: number;
  #kept = new Map<number, unknown>();
  #isAsked = false;

  constructor(sources: readonly Source<unknown>[]) {
    super("zip()", sources);
    this.#count = sources.length;
  }

  protected override *pull(): Coroutine<IteratorResult<unknown[], undefined>> {
    this.#isAsked = true;
    try {
      return yield* super.pull();
    } finally {
      this.#isAsked = false;
    }
  }

  protected override wants(index: number): boolean {
    return this.#isAsked && !this.#kept.has(index);
  }

  protected override keep(item: unknown, index: number): void {
    this.#kept.set(index, item);
  }

  protected override get isExhausted(): boolean {
    for (let index = 0; index < this.#count; index++) {
      if (!this.#kept.has(index) && this.hasEnded(index)) return true;
    }
    return this.#count === 0;
  }

  protected override give(): { readonly value: unknown[] } | undefined {
    if (this.#count === 0 || this.#kept.size < this.#count) return undefined;
    const kept = this.#kept;
    this.#kept = new Map();
    return { value: Array.from({ length: this.#count }, (_, index) => kept.get(index)) };
  }
}
