/**
 * A program that ends while a process is busy that one of its threads has started.
 *
 * @module
 */

import { run } from "../../../mod.ts";
import { WorkerPool } from "../../../workers.ts";

const jobs = import.meta.resolve("../jobs/jobs.ts");

await run(async () => {
  await using pool = new WorkerPool({ size: 1, grace: 5 });
  for await (const report of pool.job(jobs, "nest")) {
    console.log(report);
    break;
  }
}, { onError() {} }); // It reports that the thread was replaced.
console.log("ended");
