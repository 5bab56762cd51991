/**
 * Prints what happens as it happens, and draws it once it is over.
 *
 * @module
 */

/** The width of the drawing, in characters. */
const WIDTH = 60;

/** How something goes on from a time: a character of the drawing. */
interface Phase {
  readonly at: number;
  readonly sign: string;
}

/** A record of who did what, and when. */
export class Timeline {
  readonly #start = performance.now();
  readonly #rows = new Map<string, Phase[]>();

  /** Prints what somebody does, and draws it with a sign from now on. */
  note(who: string, what: string, sign = " "): void {
    const at = performance.now() - this.#start;
    const row = this.#rows.get(who) ?? [];
    this.#rows.set(who, row);
    row.push({ at, sign });
    console.log(`${at.toFixed(0).padStart(6)} ms  ${who.padEnd(9)} ${what}`);
  }

  /** Draws a row for each, in the order of their names. */
  draw(): void {
    const end = performance.now() - this.#start;
    const step = end / WIDTH;
    console.log();
    for (const [who, phases] of [...this.#rows].toSorted(([a], [b]) => a < b ? -1 : 1)) {
      const line: string[] = new Array(WIDTH).fill(" ");
      for (const { at, sign } of phases) {
        line.fill(sign, Math.min(Math.floor(at / step), WIDTH - 1));
      }
      console.log(`${who.padEnd(9)} |${line.join("")}|`);
    }
    console.log(`${" ".repeat(10)}0 ms${`${end.toFixed(0)} ms`.padStart(WIDTH - 2)}`);
  }
}
