/**
 * Bounding how much is tried again, whoever tries.
 *
 * @module
 */

import { checkAbove, checkBetween, checkOptions } from "../lowlevel.ts";
import type { Allowance } from "../sync/retry.ts";

/** What sums of parts may lack of a whole. */
const EPSILON = 1e-9;

/** Configures a budget. */
export interface RetryBudgetOptions {
  /** How many attempts beyond the first each call earns: from 0 to 1; 0.1, one in ten, unless given. */
  ratio?: number | undefined;
  /** How many can be saved up, and are there when it begins; 10 unless given. */
  most?: number | undefined;
}

/**
 * What pays for the attempts of many calls beyond the first: a part of an attempt for each call.
 *
 * While a service works, a failure now and then is tried again as often as each call likes. When it
 * has trouble, every call fails, and tries again: then there are `ratio` times more attempts than
 * calls, and not several times as many, which would keep it down.
 *
 * Give one to all calls of a service, as the `budget` of `retry()`, of `hedge()`, and of the `retries` of a
 * `ClientSession`.
 *
 * ```ts
 * import { retry, run, VirtualClock } from "@weft/weft";
 * import { RetryBudget } from "@weft/weft/resilience.ts";
 *
 * await run(async () => {
 *   const budget = new RetryBudget({ most: 2 });
 *   let attempts = 0;
 *   const down = () => Promise.reject(new Error(`${++attempts}`));
 *   for (let call = 0; call < 11; call++) {
 *     await retry(down, { attempts: 5, budget }).catch(() => {});
 *   }
 *   console.assert(attempts === 11 + 2 + 1);
 * }, { clock: new VirtualClock() });
 * ```
 */
export class RetryBudget implements Allowance {
  readonly #ratio: number;
  readonly #most: number;
  #balance: number;

  /** Makes a budget that is full. */
  constructor(options: RetryBudgetOptions = {}) {
    checkOptions("a RetryBudget", options, ["ratio", "most"]);
    const { ratio = 0.1, most = 10 } = options;
    checkBetween("ratio", ratio, 0, 1);
    checkAbove("most", most, 0);
    this.#ratio = ratio;
    this.#balance = this.#most = most;
  }

  /** The number of attempts that it can pay for. */
  get balance(): number {
    return Math.floor(this.#balance + EPSILON);
  }

  /** Notes that a call has begun. */
  earn(): void {
    this.#balance = Math.min(this.#balance + this.#ratio, this.#most);
  }

  /** Pays for an attempt; returns false, and pays nothing, if it cannot. */
  spend(): boolean {
    if (this.balance < 1) return false;
    this.#balance -= 1;
    return true;
  }
}
