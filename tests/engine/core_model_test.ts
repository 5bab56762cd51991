import { newCore } from "../../src/engine/core_pool.ts";
import { rounds } from "../rounds.ts";
import { runModel } from "./core_model_run.ts";

/** Holds populations, and after how many operations all is compared. */
const RUNS = [
  [20, 64],
  [150, 128],
  [600, 512],
  [3000, 2048],
] as const;
const SEEDS = [1, 2, 3, 4];
const OPERATIONS = rounds(100_000);

for (const [population, compareEvery] of RUNS) {
  for (const seed of SEEDS) {
    Deno.test(`both engines do what the model does: ${population} ids, seed ${seed}`, () => {
      const cores = [newCore("wasm"), newCore("js")];
      runModel(cores, { seed, operations: OPERATIONS, population, compareEvery });
    });
  }
}
