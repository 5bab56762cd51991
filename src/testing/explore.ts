/**
 * One test under many schedules.
 *
 * @module
 */

import { checkBody, checkOptions, checkWhole, show } from "../lowlevel.ts";
import { CallSite } from "./call_site.ts";
import { checkSeed } from "./random.ts";
import { RUN_OPTIONS, runAt, type RunTestOptions, type TestBody } from "./trial.ts";

/** The seeds to try, or how many of them, from 1 on. */
export type Seeds = number | Iterable<number>;

/** The error of the first seed under which a test fails; the failure is its cause. */
export class SeedError extends Error {
  /** The name of the class. */
  override readonly name = "SeedError";

  /** Makes the error of a failure. */
  constructor(readonly seed: number, cause: unknown) {
    super(
      `The test failed under a seed, replay it with { schedule: { seed: ${seed} } }: ${
        show(cause)
      }`,
      { cause },
    );
  }
}

/**
 * Runs the body of a test under many schedules, each time on a loop and a clock of its own.
 *
 * A schedule is another order for what is ready together. The body should draw from
 * `scope.random`, too: which task to cancel, and when. Both follow from the seed, so that a failure
 * can be replayed: it rejects with a {@linkcode SeedError} that names the seed.
 *
 * **Gotcha.** What else is random or real in the body is not replayed.
 *
 * ```ts
 * import { createTask, gather, sleep, yieldNow } from "@weft/weft";
 * import { explore } from "@weft/weft/testing.ts";
 *
 * let balance = 0;
 * const deposit = async () => {
 *   const before = balance;
 *   await yieldNow(); // somebody else may deposit now
 *   balance = before + 1;
 * };
 * const failure = await explore(100, async ({ random }) => {
 *   balance = 0;
 *   await gather([1, 2].map(() => async () => {
 *     await sleep(random.below(2));
 *     await deposit();
 *   }));
 *   if (balance !== 2) throw new Error("a deposit is lost");
 * }).catch((error) => error);
 * console.assert(failure.message.includes("a deposit is lost"));
 * ```
 */
export function explore(
  seeds: Seeds,
  body: TestBody,
  options: Omit<RunTestOptions, "schedule"> = {},
): Promise<void> {
  return exploreAt(new CallSite(), seeds, body, options);
}

/** Explores a test that is at a line of the user's code. */
export async function exploreAt(
  site: CallSite,
  seeds: Seeds,
  body: TestBody,
  options: Omit<RunTestOptions, "schedule">,
): Promise<void> {
  checkBody(body);
  checkOptions("explore()", options, RUN_OPTIONS.filter((name) => name !== "schedule"));
  let runs = 0;
  for (const seed of seedsOf(seeds)) {
    checkSeed(seed);
    runs++;
    try {
      await runAt(site, body, { ...options, schedule: { seed } });
    } catch (error) {
      throw site.mark(new SeedError(seed, error));
    }
  }
  if (runs === 0) {
    throw new RangeError("Cannot explore the schedules of no seed: give at least one");
  }
}

/** Lists the seeds. */
function* seedsOf(seeds: Seeds): Generator<number> {
  if (typeof seeds !== "number") {
    if (typeof seeds?.[Symbol.iterator] === "function") return yield* seeds;
    throw new TypeError(`seeds must be a number of them, or an iterable: ${show(seeds)}`);
  }
  checkWhole("the number of seeds", seeds, 1);
  for (let seed = 1; seed <= seeds; seed++) yield seed;
}
