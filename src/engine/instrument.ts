/**
 * Watching what a loop does.
 *
 * @module
 */

import type { Handle } from "./handle.ts";
import type { Runnable } from "./registry.ts";

/** Is a task or a callback. */
export type Step = Runnable | Handle;

/**
 * Is told what a loop does, as it does it. A loop without one pays nothing for it.
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
  /** Is told that a turn begins, and how many turns there were before. */
  beforeTurn?(turns: number): void;
  /** Is told that a task or callback begins a step. */
  beforeStep?(step: Step): void;
  /** Is told that a step has ended: the task waits, or is done. */
  afterStep?(step: Step): void;
  /** Is told that nothing is ready until a deadline; Infinity if no timer is armed. */
  beforeRest?(deadline: number): void;
}
