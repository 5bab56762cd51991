/**
 * Giving an item once no other has come for a while.
 *
 * @module
 */

import { checkAtLeast, checkOptions, checkSpan } from "../lowlevel.ts";
import { FedStage } from "./fed_stage.ts";
import type { Source, Stream } from "./stage.ts";

/** Configures `debounce()`. */
export interface DebounceOptions {
  /** How long, in ms, items can put off what is given, at most; no bound unless given. */
  most?: number | undefined;
}

/**
 * Gives an item when no other has come for `ms`, and leaves out those before it.
 *
 * The source is asked all the time. The last item is given when it ends.
 *
 * **Cancel safety.** A step that is cancelled ends it, and closes the source; so does leaving the
 * loop over it. An error is thrown once what came before it was given.
 *
 * ```ts
 * import { Channel, createTask, run, sleep, VirtualClock } from "@weft/weft";
 * import { debounce } from "@weft/weft/flow.ts";
 *
 * await run(async () => {
 *   const typed = new Channel<string>();
 *   createTask(async () => {
 *     for (const [words, pause] of [["w", 100], ["we", 400], ["weft", 100]] as const) {
 *       await typed.send(words);
 *       await sleep(pause);
 *     }
 *     typed.close();
 *   });
 *   const searched: string[] = [];
 *   for await (const words of debounce(typed, 300)) searched.push(words);
 *   console.assert(searched.join() === "we,weft");
 * }, { clock: new VirtualClock() });
 * ```
 */
export function debounce<T>(
  items: Source<T>,
  ms: number,
  options: DebounceOptions = {},
): Stream<T> {
  checkSpan("ms", ms);
  checkOptions("debounce()", options, ["most"]);
  const { most = Infinity } = options;
  checkAtLeast("most", most, ms);
  return new Debounced(items, ms, most);
}

class Debounced<T> extends FedStage<T, T> {
  readonly #ms: number;
  readonly #most: number;
  /** The last item, and when the first came that it stands for. */
  #kept: { readonly value: T; readonly since: number } | undefined;
  #due = 0;

  constructor(items: Source<T>, ms: number, most: number) {
    super("debounce()", [items]);
    this.#ms = ms;
    this.#most = most;
  }

  protected override wants(): boolean {
    return true;
  }

  protected override keep(value: T, _index: number, now: number): void {
    const since = this.#kept?.since ?? now;
    this.#kept = { value, since };
    this.#due = Math.min(now + this.#ms, since + this.#most);
  }

  protected override get due(): number | undefined {
    return this.#kept && this.#due;
  }

  protected override give(now: number, isLast: boolean): { readonly value: T } | undefined {
    const kept = this.#kept;
    if (kept === undefined || now < this.#due && !isLast) return undefined;
    this.#kept = undefined;
    return kept;
  }
}
