/**
 * What every core does, whatever it is made of.
 *
 * @module
 */

import type { Core } from "../../src/engine/core.ts";
import { ageingContract } from "./contract_ageing.ts";
import { batchContract } from "./contract_batch.ts";
import { countersContract } from "./contract_counters.ts";
import { growthContract } from "./contract_growth.ts";
import { idsContract } from "./contract_ids.ts";
import { queueContract } from "./contract_queue.ts";
import { timersContract } from "./contract_timers.ts";

/** Declares the tests of one engine; the name goes in front of theirs. */
export function coreContract(name: string, newCore: () => Core): void {
  const test = (sentence: string, body: (core: Core) => void) => {
    Deno.test(`${name}: ${sentence}`, () => body(newCore()));
  };
  idsContract(test);
  queueContract(test);
  batchContract(test);
  ageingContract(test);
  timersContract(test);
  countersContract(test);
  growthContract(test);
}

/** Declares one test, given a new core. */
export type CoreTest = (sentence: string, body: (core: Core) => void) => void;
