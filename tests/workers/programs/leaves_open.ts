/**
 * A program that ends although it closes neither its pools nor its runner.
 *
 * @module
 */

import { Runner } from "../../../mod.ts";
import { ProcessPool, WorkerPool } from "../../../workers.ts";

const jobs = import.meta.resolve("../jobs/jobs.ts");
const pools = [new WorkerPool({ size: 1 }), new ProcessPool({ size: 1 })];

await new Runner().run(async () => {
  for (const pool of pools) console.log(await pool.run(jobs, "add", 1, 1));
});
console.log("ended");
