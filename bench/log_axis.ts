/**
 * A logarithmic axis: from a value to its place, with a line at each power of ten.
 *
 * @module
 */

import { text } from "./svg.ts";

/** The room beside the outermost values, as a factor. */
const MARGIN = 1.25;
/** The least number of lines that let one read values. */
const FEWEST_LINES = 3;

/** An axis that maps positive values to places. */
export class LogAxis {
  readonly #least: number;
  readonly #most: number;
  readonly #left: number;
  readonly #right: number;

  /** Spans the values between two places. */
  constructor(values: readonly number[], left: number, right: number) {
    this.#least = Math.min(...values) / MARGIN;
    this.#most = Math.max(...values) * MARGIN;
    this.#left = left;
    this.#right = right;
  }

  /** Finds the place of a value. */
  at(value: number): number {
    const share = Math.log(value / this.#least) / Math.log(this.#most / this.#least);
    return this.#left + share * (this.#right - this.#left);
  }

  /** Lists the values to draw lines at: powers of ten, and their doubles and halves if those are few. */
  lines(): number[] {
    const among = (steps: readonly number[]) => {
      const first = Math.floor(Math.log10(this.#least)), last = Math.ceil(Math.log10(this.#most));
      const powers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
      return powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
        .filter((value) => value >= this.#least && value <= this.#most);
    };
    const decades = among([1]);
    return decades.length >= FEWEST_LINES ? decades : among([1, 2, 5]);
  }

  /** Draws the lines from a height to another, and the values below, each with a suffix. */
  draw(top: number, bottom: number, suffix = ""): string {
    return this.lines().map((value) => {
      const x = this.at(value);
      return `<path class="grid" d="M${x.toFixed(1)} ${top}V${bottom}"/>` +
        text(x, bottom + 15, `${value.toLocaleString("en-US")}${suffix}`, "note middle");
    }).join("\n");
  }
}
