/**
 * Giving items several at a time.
 *
 * @module
 */

import { checkOptions, checkSpan, checkWhole, type Coroutine } from "../lowlevel.ts";
import { FedStage } from "./fed_stage.ts";
import { DONE, type Source, SourceStage, type Stream } from "./stage.ts";

/** Configures `buffer()`. */
export interface BufferOptions {
  /** How long, in ms, the first of some items waits for the others; no bound unless given. */
  within?: number | undefined;
}

/**
 * Gives items in arrays of a size; the last one may be shorter.
 *
 * With `within`, an array is given when its first item has waited so long, however many there are: so
 * that what is written in batches is not kept for ever. Items are taken then while nobody asks for
 * them, no more than fill an array.
 *
 * **Cancel safety.** A step that is cancelled ends it, and closes the source; so does leaving the
 * loop over it, and an error. Items that came before an error are given before it is thrown.
 *
 * ```ts
 * import { interval, run, VirtualClock } from "@weft/weft";
 * import { buffer, take } from "@weft/weft/flow.ts";
 *
 * await run(async () => {
 *   const batches: string[] = [];
 *   for await (const batch of buffer([1, 2, 3, 4, 5], 2)) batches.push(batch.join("+"));
 *   for await (const batch of buffer(take(interval(10), 5), 100, { within: 25 })) {
 *     batches.push(batch.join("+"));
 *   }
 *   console.assert(batches.join() === "1+2,3+4,5,0+1+2,3+4");
 * }, { clock: new VirtualClock() });
 * ```
 */
export function buffer<T>(
  items: Source<T>,
  size: number,
  options: BufferOptions = {},
): Stream<T[]> {
  checkWhole("size", size, 1);
  checkOptions("buffer()", options, ["within"]);
  const { within } = options;
  if (within === undefined) return new Buffered(items, size);
  checkSpan("within", within);
  return new TimedBuffer(items, size, within);
}

/** Items that are taken when they are asked for. */
class Buffered<T> extends SourceStage<T, T[]> {
  readonly #size: number;
  #kept: T[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(items: Source<T>, size: number) {
    super("buffer()", items);
    this.#size = size;
  }

  protected override *pull(): Coroutine<IteratorResult<T[], undefined>> {
    if (this.#failure !== undefined) throw this.#failure.error;
    while (this.#kept.length < this.#size) {
      const step = yield* this.#takeOne();
      if (step.done) break;
      this.#kept.push(step.value);
    }
    if (this.#kept.length === 0) return DONE;
    const value = this.#kept;
    this.#kept = [];
    return { done: false, value };
  }

  /** Waits for an item; where there are some that came before a failure, those are given first. */
  *#takeOne(): Coroutine<IteratorResult<T, undefined>> {
    try {
      return yield* this.take();
    } catch (error) {
      if (this.isOpen || this.#kept.length === 0) throw error;
      this.#failure = { error };
      return DONE;
    }
  }
}

/** Items that are taken while nobody asks. */
class TimedBuffer<T> extends FedStage<T, T[]> {
  readonly #size: number;
  readonly #within: number;
  #kept: T[] = [];
  #due = 0;

  constructor(items: Source<T>, size: number, within: number) {
    super("buffer()", [items]);
    this.#size = size;
    this.#within = within;
  }

  protected override wants(): boolean {
    return this.#kept.length < this.#size;
  }

  protected override keep(item: T, _index: number, now: number): void {
    if (this.#kept.push(item) === 1) this.#due = now + this.#within;
  }

  protected override get due(): number | undefined {
    return this.#kept.length > 0 ? this.#due : undefined;
  }

  protected override give(now: number, isLast: boolean): { readonly value: T[] } | undefined {
    if (this.#kept.length === 0) return undefined;
    if (this.#kept.length < this.#size && now < this.#due && !isLast) return undefined;
    const value = this.#kept;
    this.#kept = [];
    return { value };
  }
}
