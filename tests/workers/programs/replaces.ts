/**
 * A program that ends although a worker goes on that cannot be stopped.
 *
 * @module
 */

import { type ExceptionContext, run } from "../../../mod.ts";
import { WorkerPool } from "../../../workers.ts";

const jobs = import.meta.resolve("../jobs/jobs.ts");

await run(async () => {
  await using pool = new WorkerPool({ size: 1, grace: 5 });
  for await (const report of pool.job(jobs, "spinForEver")) {
    console.log(report);
    break;
  }
}, { onError: ({ message }: ExceptionContext) => console.log(message) });
console.log("ended");
