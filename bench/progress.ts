/**
 * Progress on stderr: one line that changes on a terminal, one line a step elsewhere.
 *
 * @module
 */

/** A line that shows which of several steps is under way. */
export class Progress {
  readonly #total: number;
  readonly #live: boolean = Deno.stderr.isTerminal();
  readonly #start: number = performance.now();
  #step = 0;
  #label = "";

  /** Expects a number of steps. */
  constructor(total: number) {
    this.#total = total;
  }

  /** Begins the next step. */
  begin(label: string): void {
    this.#step++;
    this.#label = label;
    this.tick(0);
  }

  /** Shows how far the step has come, 0 to 1. */
  tick(done: number): void {
    if (!this.#live) return;
    const percent = String(Math.round(done * 100)).padStart(3);
    this.#write(`\r\x1b[K${this.#prefix()} ${percent} %`);
  }

  /** Ends the step with what came of it. */
  end(result: string): void {
    this.#write(`${this.#live ? "\r\x1b[K" : ""}${this.#prefix()}: ${result}\n`);
  }

  #prefix(): string {
    const seconds = ((performance.now() - this.#start) / 1_000).toFixed(0).padStart(3);
    const step = String(this.#step).padStart(String(this.#total).length);
    return `${seconds} s  [${step}/${this.#total}] ${this.#label}`;
  }

  #write(text: string): void {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  }
}
