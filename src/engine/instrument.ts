/**
 * Watching what a loop does.
 *
 * @module
 */

/** What takes a step: a task or a callback. */
export interface Step {
  /** What it is called in reports. */
  readonly label: string;
}

/**
 * An observer of what a loop does, called as it does it. A loop without one pays nothing for it.
 *
 * It must not schedule anything. Its errors go to whoever made the loop take the turn.
 *
 * ```ts
 * import { run, sleep } from "@weft/weft";
 *
 * let steps = 0;
 * await run(() => sleep(5), { instrument: { beforeStep: () => void steps++ } });
 * console.assert(steps > 0);
 * ```
 */
export interface Instrument {
  /** Notes that a turn begins, and how many turns there were before. */
  beforeTurn?(turns: number): void;
  /** Notes that a task or callback begins a step. */
  beforeStep?(step: Step): void;
  /** Notes that a step has ended: the task waits, or is done. */
  afterStep?(step: Step): void;
  /** Notes that nothing is ready until a deadline; Infinity if no timer is armed. */
  beforeRest?(deadline: number): void;
}
