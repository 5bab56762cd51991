/**
 * How long turns may follow each other before the host's own work gets its turn.
 *
 * @module
 */

/** The longest, in ms. The host looks at its I/O between macrotasks: they must be short. */
const BUDGET = 0.1;
/** How many steps there are between two looks at the host's clock. */
const STEPS_BETWEEN_LOOKS = 128;
/** How many looks one go has at most, for hosts whose clock stands still. */
const MOST_LOOKS = 64;

/** The time and the steps of one go of turns. */
export class Budget {
  #stepsLeft = 0;
  #looksLeft = 0;
  #end = 0;

  /** Begins a go. */
  refill(): void {
    this.#stepsLeft = STEPS_BETWEEN_LOOKS;
    this.#looksLeft = MOST_LOOKS;
    this.#end = performance.now() + BUDGET;
  }

  /** Counts steps. */
  spend(steps: number): void {
    this.#stepsLeft -= steps;
  }

  /** Whether it is the host's turn. */
  get isSpent(): boolean {
    if (this.#stepsLeft > 0) return false;
    this.#stepsLeft = STEPS_BETWEEN_LOOKS;
    return --this.#looksLeft < 0 || performance.now() >= this.#end;
  }
}
