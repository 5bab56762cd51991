/**
 * A program that ends although it closes no pool; the workers or processes are idle.
 *
 * @module
 */

import { run } from "../../../mod.ts";
import { ProcessPool, WorkerPool } from "../../../workers.ts";

const jobs = import.meta.resolve("../jobs/jobs.ts");
const pools = [new WorkerPool(), new ProcessPool()];

for (let round = 0; round < 2; round++) {
  await run(async () => {
    for (const pool of pools) console.log(await pool.run(jobs, "add", round, 1));
  });
}
console.log("ended");
